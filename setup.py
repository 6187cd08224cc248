"""The one step of packaging that pyproject.toml cannot say: templates and static files go into the package.

In a checkout they stand beside it, where people look for them. An archive's own, in ``own/``, stay out.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithAssets(build_py):  # type: ignore[misc] # setuptools is untyped here
    """Copies the top-level folders ``templates`` and ``static`` into the built package."""

    def run(self) -> None:
        """Build the package; a package that is built in place finds the folders beside it."""
        super().run()
        if self.editable_mode:
            return
        for name in ("templates", "static"):
            target = Path(self.build_lib, "offprint", name)
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(name, target, ignore=shutil.ignore_patterns("own", ".*"))


setup(cmdclass={"build_py": BuildWithAssets})
