"""One fingerprint of everything that a build reads: enough to see, before parsing, that nothing has changed.

Only bytes count. A file may be rewritten with the same size and the same time.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from offprint.build.options import Options
from offprint.records.git_history import head
from offprint.storage.cache import code_fingerprint
from offprint.storage.files import hash_file, hash_file_below
from offprint.storage.fingerprint import Fingerprint, fingerprint

HEAD = "the commit of the repository"  # among the content's files: no file has such a path


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
    """The hashes of what a build reads: the content's files and git's head, by path, and the static files.

    Whoever reads a file later puts the hash of what was read in place of the first: a file that was changed
    in between, and back again after, is then not taken for unchanged.
    """

    content: dict[str, Fingerprint]
    static: dict[str, Fingerprint]

    def note(self, read: Mapping[str, Fingerprint]) -> None:
        """Count static files that were read once more, by path, with the fingerprints of what was read.

        Where a file was another one then, no later build has the same inputs.
        """
        other = {path: value for path, value in read.items() if self.static.get(path, value) != value}
        self.static |= {f"{path} as it was read once more": value for path, value in other.items()}

    def fingerprint(self, options: Options) -> Fingerprint:
        """Return one fingerprint of all that a build reads: these, the code and the templates."""
        files = (sorted(self.content.items()), options.templates.hashes(), sorted(self.static.items()))
        return fingerprint(code_fingerprint(), *files, options.search, options.drafts)


def read_inputs(options: Options) -> Inputs:
    """Hash the content's files and the static files. Raises PublishError for links among the latter."""
    static = {str(file): hash_file(file) for _, file in options.static.files()}
    return Inputs({**hash_files(options.content), HEAD: fingerprint(head(options.content))}, static)
