"""The one step of packaging that pyproject.toml cannot say: templates and static files go into the package.

In a checkout they stand beside it, where people look for them. An archive's own, in ``own/``, stay out.
"""

import shutil
from pathlib import Path

from setuptools.command.build_py import build_py

_FOLDERS = ("templates", "static")


class BuildWithAssets(build_py):  # type: ignore[misc] # setuptools is untyped here
    """Copies the top-level folders ``templates`` and ``static`` into the built package."""

    def run(self) -> None:
        """Build the package; a package that is built in place finds the folders beside it."""
        super().run()
        if self.editable_mode:
            return
        for name in _FOLDERS:
            target = Path(self.build_lib, "offprint", name)
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(name, target, ignore=shutil.ignore_patterns("own", ".*"))

    def get_source_files(self) -> list[str]:
        """Return the paths of all that a source distribution holds for this step."""
        files = [each for name in _FOLDERS for each in sorted(Path(name).rglob("*")) if each.is_file()]
        return [*super().get_source_files(), *(str(each) for each in files if each.parts[1] != "own")]
