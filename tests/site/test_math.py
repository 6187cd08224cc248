"""A title with math is text that means the same wherever no markup can be, and is found as people type it."""

import csv
import json
from pathlib import Path

from offprint.build.load import load_messages
from offprint.search.documents import search_document
from tests.sites import TEMPLATES, build_site, read_library

SOURCE = r"Scaling to $10^4$ frames at $\frac{1}{2}$ the cost: $O(n \log n)$ for $x_{ij}$ and CO$_2$"
TEXT = "Scaling to 10⁴ frames at 1/2 the cost: O(n log n) for x_ij and CO₂"
PAPER = (
    f"---\ntitle: '{SOURCE}'\ndate: 2026-01-02\nlisted: 2026-01-03\nabstract: At $\\sqrt{{s}}=13$ TeV.\n---\n"
)


def test_a_title_with_math_is_the_same_in_words_everywhere(tmp_path: Path) -> None:
    build_site(tmp_path, {"papers/scaling.md": PAPER})
    site = tmp_path / "_site"
    page = (site / "papers/scaling.html").read_text()
    for where in (
        f"<title>{TEXT} · A small archive</title>",
        f'<meta property="og:title" content="{TEXT}">',
        f'<meta name="citation_title" content="{TEXT}">',
        f'"headline": "{TEXT}"',
        '<meta name="citation_abstract" content="At √s=13 TeV.">',
    ):
        assert where in page
    assert f"<title>{TEXT}</title>" in (site / "feed.xml").read_text()
    assert f'data-title="{TEXT}">Scaling to <math' in (site / "index.html").read_text()
    assert next(csv.DictReader((site / "data/papers.csv").read_text().splitlines()))["title"] == TEXT
    [item] = json.loads((site / "data/papers.json").read_text())
    assert item["title"] == TEXT.replace("10⁴", "10<sup>4</sup>").replace("x_ij", "x<sub>ij</sub>").replace(
        "CO₂", "CO<sub>2</sub>"
    )
    assert SOURCE in (site / "data/papers.bib").read_text()


def test_the_search_reads_math_as_it_is_written_and_as_it_is_typed(tmp_path: Path) -> None:
    library, _ = read_library(tmp_path, {"papers/scaling.md": PAPER})
    _, document = search_document(library.papers[0], "en", load_messages(TEMPLATES, "en"))
    for words in ("10⁴", "10^4", "O(n log n)", "1/2", "CO₂", "CO2", "√s=13"):
        assert words in document
    assert "<math" not in document
