"""What a build reads, by its bytes alone: enough to see, before parsing, that nothing has changed.

Names, sizes and times prove nothing: a file may be rewritten with the size and the time that it had.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from offprint.build.options import Options
from offprint.records.git_history import head
from offprint.storage.cache import code_fingerprint
from offprint.storage.files import hash_file, hash_file_below
from offprint.storage.fingerprint import Fingerprint, fingerprint
from offprint.storage.folders import regular_files


def hash_files(root: Path) -> dict[str, Fingerprint]:
    """Return the fingerprint of the bytes of each file below ``root``, by path from the folder's own name on.

    Names that begin with a dot are left out; a file that cannot be read has a fingerprint, too.
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
    """Return one fingerprint of all that a build reads, ``content_hashes`` being those of the content."""
    folders = (options.templates, options.static)
    hashes = [[(path, hash_file(file)) for path, file in regular_files(each, "").items()] for each in folders]
    parts = (code_fingerprint(), sorted(content_hashes.items()), hashes, head(options.content))
    return fingerprint(*parts, options.search)
