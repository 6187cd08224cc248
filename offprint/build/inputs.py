"""One fingerprint of everything that a build reads: enough to see, before parsing, that nothing has changed.

Only bytes count. A file may be rewritten with the same size and the same time.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from offprint.build.options import Options
from offprint.records.git_history import head
from offprint.storage.cache import code_fingerprint
from offprint.storage.files import hash_file, hash_file_below
from offprint.storage.fingerprint import Fingerprint, fingerprint


def hash_files(root: Path) -> dict[str, Fingerprint]:
    """Return the content hash of every file below ``root``, by its path from the folder's own name on.

    Names that begin with a dot are left out. A file that cannot be read has a fingerprint, too, and so has a
    folder, whose path ends with a slash.
    """
    hashes, base = {}, root.parent
    for folder, inner, names in os.walk(root):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        inside = os.path.relpath(folder, base)
        for name in names:
            if not name.startswith("."):
                hashes[f"{inside}/{name}"] = hash_file_below(base, f"{inside}/{name}")
        for name in inner:
            hashes[f"{inside}/{name}/"] = b""  # a folder with a record's name is a fault, too
    return hashes


def hash_inputs(options: Options, content_hashes: Mapping[str, Fingerprint]) -> Fingerprint:
    """Return one fingerprint of all that a build reads: code, content, templates, static files, git's head.

    ``content_hashes`` are the result of ``hash_files()`` for the content folder.
    """
    overlays = (options.templates, options.static)
    hashes = [[(path, hash_file(file)) for path, file in overlay.files()] for overlay in overlays]
    parts = (code_fingerprint(), sorted(content_hashes.items()), hashes, head(options.content))
    return fingerprint(*parts, options.search)
