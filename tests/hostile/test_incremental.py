"""After any edits, the site that comes of building again is the one that a clean build makes, byte for byte.

One project is edited and built again and again, with whatever a build keeps for the next; after each build
its content is built once more in a new place. ``OFFPRINT_SEQUENCES=500`` tries more sequences.
"""

import gc
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offprint.cli import main
from tests.sites import PROJECT, SITE, copy_program, tree

SEQUENCES = int(os.environ.get("OFFPRINT_SEQUENCES", "6"))
_YEAR = 365 * 24 * 3600
_DAYS = ("2025-12-31", "2026-01-01", "2026-06-30", "2026-06", "2024")
_CONFIGURATIONS = ("", "page_size: 2\n", "tagline: Another\n", "authors: {min_papers: 1}\n", "language: de\n")


class Project:
    """A folder with templates, static files and content, as somebody has it who writes on an archive."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        copy_program(folder, "templates", "static")
        self.write("content/site.yaml", SITE)
        for number in range(3):
            self.write(f"content/topics/t{number}.md", f"---\nname: Topic {number}\n---\nOf {number}.\n")
            self.add(number, number)

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def add(self, paper: int, variant: int) -> None:
        """Write a paper, or write it anew."""
        authors = ", ".join(f"Author {(paper + each) % 4}" for each in range(variant % 3))
        self.write(
            f"content/papers/p{paper}.md",
            f"---\ntitle: Paper {paper} in {variant}\ndate: {_DAYS[(paper + variant) % len(_DAYS)]}\n"
            f"authors: [{authors}]\ntopics: [t{variant % 3}]\norganizations: [Org {variant % 2}]\n"
            f"upvotes: {variant}\n---\nText about subject{variant % 4} and $x_{variant}$.\n",
        )

    def delete(self, paper: int, _: int) -> None:
        self.file(paper).unlink(missing_ok=True)

    def rename(self, paper: int, variant: int) -> None:
        if self.file(paper).exists():
            self.file(paper).rename(self.folder / f"content/papers/renamed{variant}.md")

    def retitle(self, paper: int, variant: int) -> None:
        self._replace(self.file(paper), f"Paper {paper}", f"Title {variant % 10}")

    def retitle_unnoticed(self, paper: int, variant: int) -> None:
        """Change a title and leave the file's size and time as they are."""
        if self.file(paper).exists():
            before = self.file(paper).stat()
            self._replace(self.file(paper), "Paper", ("Piper", "Puper", "Paver")[variant % 3])
            os.utime(self.file(paper), ns=(before.st_atime_ns, before.st_mtime_ns))
            assert self.file(paper).stat().st_size == before.st_size

    def set_clock_back(self, paper: int, variant: int) -> None:
        """Write a paper at a time that lies years before, or ahead of, all others."""
        self.add(paper, variant)
        moment = self.file(paper).stat().st_mtime + (variant - 6) * _YEAR
        os.utime(self.file(paper), (moment, moment))

    def touch(self, paper: int, _: int) -> None:
        if self.file(paper).exists():
            self.file(paper).touch()

    def break_(self, paper: int, _: int) -> None:
        """Write a paper that no build takes."""
        self.write(f"content/papers/p{paper}.md", "---\ntitle: [a, list]\n---\n")

    def name_topic(self, paper: int, variant: int) -> None:
        parent = "parent: t0\n" if paper % 3 and variant % 2 else ""
        self.write(
            f"content/topics/t{paper % 3}.md", f"---\nname: Named {variant} {paper % 3}\n{parent}---\n"
        )

    def configure(self, _: int, variant: int) -> None:
        self.write("content/site.yaml", SITE + _CONFIGURATIONS[variant % len(_CONFIGURATIONS)])

    def page(self, _: int, variant: int) -> None:
        self.write("content/pages/about.md", f"---\ntitle: About {variant}\n---\nThe *archive* {variant}.\n")

    def template(self, paper: int, variant: int) -> None:
        name = ("card.html", "paper.html", "base.html", "parts.html", "entry.xml")[paper % 5]
        text = (PROJECT / "templates" / name).read_text(encoding="utf-8")
        if name == "parts.html":
            text = text.replace("<h2>", f'<h2 class="v{variant}">')
        elif name == "entry.xml":
            text = text.replace("<id>", f"<!-- {variant} -->\n<id>")
        else:
            text += f"<!-- {variant} -->\n"
        self.write(f"templates/{name}", text)

    def style(self, _: int, variant: int) -> None:
        self.write("static/style.css", f"p {{ margin: {variant}px }}\n")

    def organize(self, paper: int, variant: int) -> None:
        """Register an organization under another name, or with a handle and an alias."""
        aliases = "aliases: [Org 1]\n" if variant % 3 == 0 and paper % 2 == 0 else ""
        self.write(
            f"content/organizations/org-{paper % 2}.md",
            f"---\nname: Organization {variant}\nhandle: h{paper % 2}{variant}\n{aliases}---\nOf it.\n",
        )

    def retract(self, paper: int, variant: int) -> None:
        if self.file(paper).exists() and "status" not in self.file(paper).read_text(encoding="utf-8"):
            self._replace(self.file(paper), "upvotes", f"status: retracted\nnotice: {variant}.\nupvotes")

    def lengthen(self, paper: int, variant: int) -> None:
        """Give a paper an abstract of more or fewer lines, which moves what stands below it."""
        if self.file(paper).exists():
            text = re.sub(r"abstract: \|\n(  .*\n)*", "", self.file(paper).read_text(encoding="utf-8"))
            abstract = "abstract: |\n" + "  Subject.\n" * (variant % 4 + 1)
            self.file(paper).write_text(text.replace("authors:", f"{abstract}authors:"), encoding="utf-8")

    def tamper(self, paper: int, variant: int) -> None:
        """Change, delete and add files of the published site behind the builds' back."""
        for number, page in enumerate(sorted((self.folder / "_site").rglob("*.html"))):
            if number % 7 == paper:
                page.write_text(f"not ours {variant}", encoding="utf-8")
            elif number % 11 == variant:
                page.unlink()
        (self.folder / "_site").mkdir(exist_ok=True)
        if (self.folder / "_site/index.html").exists():
            (self.folder / "_site/strange.html").write_text("not ours", encoding="utf-8")

    def lose_site(self, *_: int) -> None:
        """Delete what was published; what a build keeps elsewhere stays."""
        shutil.rmtree(self.folder / "_site", ignore_errors=True)

    def file(self, paper: int) -> Path:
        return self.folder / f"content/papers/p{paper}.md"

    def build(self) -> dict[str, bytes] | None:
        """The published site after a build; None where the build refused the content."""
        try:
            with patch("offprint.search.documents.SIZES", (1, 2, 4)):  # the search index has several parts
                done = main(["--quiet", "--jobs", "1"], self.folder)
        finally:
            gc.enable()  # the command line ends with its build, and so switches it off
        # What no build made stays; a clean build knows nothing of it.
        return None if done else {k: v for k, v in tree(self.folder / "_site").items() if k != "strange.html"}

    def built_clean(self) -> dict[str, bytes] | None:
        """The same in a new place, where nothing was built before."""
        with _folder() as clean:
            for name in ("content", "templates", "static"):
                shutil.copytree(self.folder / name, clean / name)
            return Project.build(_At(clean))

    def _replace(self, file: Path, old: str, new: str) -> None:
        if file.exists():
            file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


class _At(Project):
    """A project that is there already."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


Edit = Callable[[Project, int, int], None]
_EDITS: list[Edit] = [
    Project.add, Project.delete, Project.rename, Project.retitle, Project.retitle_unnoticed,
    Project.set_clock_back, Project.touch, Project.break_, Project.name_topic, Project.configure,
    Project.page, Project.template, Project.style, Project.lose_site, Project.organize, Project.retract,
    Project.tamper, Project.lengthen,
]  # fmt: skip
_SEQUENCES = st.lists(
    st.lists(
        st.tuples(st.sampled_from(_EDITS), st.integers(0, 4), st.integers(0, 12)), min_size=1, max_size=3
    ),
    min_size=1,
    max_size=6,
)


@settings(
    max_examples=SEQUENCES,
    deadline=None,
    derandomize=SEQUENCES < 100,
    suppress_health_check=list(HealthCheck),
)
@given(_SEQUENCES)
def test_building_again_is_building_anew(sequence: list[list[tuple[Edit, int, int]]]) -> None:
    with _folder() as folder:
        project = Project(folder)
        assert project.build()
        for edits in sequence:
            for edit, paper, variant in edits:
                edit(project, paper, variant)
            published = tree(folder / "_site")
            again, clean = project.build(), project.built_clean()
            assert again == clean
            if again is None:
                assert tree(folder / "_site") == published
