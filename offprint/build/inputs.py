"""One fingerprint of everything that a build reads: enough to see, before parsing, that nothing has changed.

Only bytes count. A file may be rewritten with the same size and the same time.
"""

import os
from dataclasses import dataclass
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


@dataclass(slots=True)
class Inputs:
    """The hashes of what a build reads: the content's files, by path, and the static files, by whole path.

    Whoever reads a file later puts the hash of what was read in place of the first: a file that was changed
    in between, and back again after, is then not taken for unchanged.
    """

    content: dict[str, Fingerprint]
    static: dict[str, Fingerprint]

    def fingerprint(self, options: Options) -> Fingerprint:
        """Return one fingerprint of all that a build reads: these, code, templates, and git's head."""
        files = (sorted(self.content.items()), options.templates.hashes(), sorted(self.static.items()))
        return fingerprint(code_fingerprint(), *files, head(options.content), options.search, options.drafts)


def read_inputs(options: Options) -> Inputs:
    """Hash the content's files and the static files. Raises PublishError for links among the latter."""
    static = {str(file): hash_file(file) for _, file in options.static.files()}
    return Inputs(hash_files(options.content), static)
