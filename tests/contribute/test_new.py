"""``new`` writes a sound record from arXiv, a DOI, a title or a person's answers, or says why it does not."""

import datetime as dt
import http.server
import json
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from offprint.cli import main
from offprint.commands.check import examine
from offprint.commands.new import PaperQuery, RefusedError, new, parse_query
from offprint.contribute import linkcheck
from offprint.contribute.fetch import FetchError, Services
from offprint.contribute.importers import arxiv, read_entries
from offprint.records.model import Content, Link, PaperRecord, SiteConfig
from tests.sites import options, read_library, write_content

TODAY = dt.date(2026, 6, 30)
FILES = {
    "topics/video.md": "---\nname: Video\n---\n",
    "topics/graphs.md": "---\nname: Graphs\n---\n",
    "papers/one.md": "---\ntitle: Streaming video transformers\ntopics: [video]\narxiv: 2501.00001\n---\n",
    "papers/two.md": "---\ntitle: Sparse graph matching\ntopics: [graphs]\ndoi: 10.1000/Two\n---\n",
    "papers/three.md": "---\ntitle: Video transformers at length\ntopics: [video]\n---\n",
}
ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">{entries}</feed>"""
ENTRY = """<entry><id>http://arxiv.org/abs/{number}v3</id><published>2025-12-04T18:59:59Z</published>
<updated>2026-01-01T00:00:00Z</updated>
<title>Streaming: A Unified
  Framework for $k$-step video "transformers"</title>
<summary>  We study streaming video.
It is <i>hard</i>. </summary>
<author><name>Ada Lovelace</name><arxiv:affiliation>Analytical Society</arxiv:affiliation></author>
<author><name>Grace Hopper</name></author>
<arxiv:comment>{comment}</arxiv:comment><arxiv:doi>10.1000/three</arxiv:doi>
<link href="http://arxiv.org/abs/{number}v3" rel="alternate"/>
<link title="pdf" href="http://arxiv.org/pdf/{number}v3" rel="related"/></entry>"""
ERROR = (
    "<entry><id>http://arxiv.org/api/errors#x</id><title>Error</title><summary>incorrect id</summary></entry>"
)
CSL = {
    "type": "article-journal", "title": "On bees", "DOI": "10.1000/bees", "container-title": "J. of Bees",
    "author": [{"given": "Karl", "family": "von Frisch", "ORCID": "https://orcid.org/0000-0002-1825-0097",
                "affiliation": [{"name": "Department of Zoology"}]}],
    "issued": {"date-parts": [[1927, 4]]}, "abstract": "<jats:p>Theirs.</jats:p>", "publisher": "X",
}  # fmt: skip


class Registry(http.server.BaseHTTPRequestHandler):
    """Plays arXiv and the DOI registries, and hosts with pages that live and die."""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        answer = self.arxiv if address.path == "/arxiv" else self.doi
        status, body = answer(address.path, parse_qs(address.query))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", body)
        self.end_headers()
        if body == "trickle":
            with suppress(OSError):  # the other side gives up
                for _ in range(100):
                    self.wfile.write(b" ")
                    time.sleep(0.05)
        elif self.command == "GET":
            self.wfile.write(body.encode())

    def do_HEAD(self) -> None:
        if "/no-head" in self.path:
            self.send_error(405)
        else:
            self.do_GET()

    def arxiv(self, _: str, query: dict[str, list[str]]) -> tuple[int, str]:
        numbers = query["id_list"][0].split(",")
        known = [n for n in numbers if n.startswith("2512")]
        special = {"9999.00503": (503, ""), "9999.00400": (400, ""), "9999.00200": (200, "<html>oops")}
        if numbers[0] in special:
            return special[numbers[0]]
        if numbers[0] == "9999.01000":
            time.sleep(1)
        if numbers[0] == "9999.02000":
            return 200, "trickle"
        comment = {"2512.00666": "This paper has been withdrawn by the authors"}
        made = "".join(ENTRY.format(number=n, comment=comment.get(n, "12 pages")) for n in known)
        return 200, ATOM.format(entries=made or ERROR)

    def doi(self, path: str, _: dict[str, list[str]]) -> tuple[int, str]:
        pages = {"/alive": (200, "x"), "/no-head": (200, "x"), "/gone": (410, ""), "/robots": (403, "")}
        if path in pages:
            return pages[path]
        doi = unquote(path.removeprefix("/doi/"))
        if doi == "10.1000/moved":
            return 302, "/doi/10.1000/bees"
        if doi == "10.1000/html":
            return 200, "<html>"
        csl = self.headers["Accept"] == "application/vnd.citationstyles.csl+json"
        return (200, json.dumps(CSL)) if csl and doi == "10.1000/bees" else (404, "")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        yield Services(f"{base}/arxiv", f"{base}/doi/", timeout=5)
        server.shutdown()


def made(
    folder: Path, query: PaperQuery, services: Services, ask: Callable[[str, str], str] | None = None
) -> str:
    """The text of the record that ``new`` writes; the archive is sound with it."""
    if not (folder / "content").exists():
        write_content(folder, FILES)
    written = new(options(folder), query, TODAY, ask, services)
    _, faults = read_library(folder, {})
    assert not faults
    return (folder / written.path).read_text(encoding="utf-8")


def test_from_arxiv_with_topics_of_the_nearest_papers(tmp_path: Path, services: Services) -> None:
    text = made(tmp_path, PaperQuery(arxiv="2512.05103"), services)
    assert text == (
        "---\n"
        "title: 'Streaming: A Unified Framework for $k$-step video \"transformers\"'\n"
        "date: 2025-12-04\n"
        "listed: 2026-06-30\n"
        "authors: [Ada Lovelace, Grace Hopper]\n"
        "organizations: [Analytical Society]\n"
        "topics: [video]  # proposed from the archive's nearest papers; keep what fits\n"
        "arxiv: 2512.05103\n"
        "doi: 10.1000/three\n"
        "links: {pdf: https://arxiv.org/pdf/2512.05103}\n"
        "abstract: |-\n"
        "  We study streaming video. It is hard.\n"
        "---\n"
    )
    assert (tmp_path / "content/papers/2025/streaming.md").exists()


def test_from_a_doi_without_the_publishers_abstract(tmp_path: Path, services: Services) -> None:
    text = made(tmp_path, PaperQuery(doi="10.1000/bees"), services)
    assert "authors: [{name: Karl von Frisch, orcid: 0000-0002-1825-0097}]" in text
    assert "date: 1927-04\n" in text
    assert "venue: J. of Bees\npublisher: X\ndoi: 10.1000/bees\n" in text
    assert "Theirs" not in text


def test_a_redirected_doi_is_followed(tmp_path: Path, services: Services) -> None:
    assert 'title: "On bees"' in made(tmp_path, PaperQuery(doi="10.1000/moved"), services)


def test_from_a_title_alone(tmp_path: Path, services: Services) -> None:
    assert made(tmp_path, PaperQuery(title="Graph: “matching” #1"), services).startswith(
        '---\ntitle: "Graph: “matching” #1"\nlisted: 2026-06-30\ntopics: [graphs]  #'
    )


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (PaperQuery(arxiv="2501.00001"), "content/papers/one.md has the arXiv id 2501.00001"),
        (PaperQuery(doi="10.1000/TWO"), "content/papers/two.md has the DOI 10.1000/two"),
        (PaperQuery(title="streaming VIDEO: transformers!"), "content/papers/one.md has the title"),
        (PaperQuery(title="x" * 501), "a title has at most 500 characters"),
        (PaperQuery(title=" "), "a paper needs a title"),
    ],
)
def test_what_the_archive_has_or_cannot_hold_is_refused(
    tmp_path: Path, services: Services, query: PaperQuery, message: str
) -> None:
    with pytest.raises(RefusedError, match=message):
        made(tmp_path, query, services)


def test_what_only_the_registry_tells_is_known_is_refused_too(tmp_path: Path, services: Services) -> None:
    write_content(tmp_path, {**FILES, "papers/four.md": "---\ntitle: Four\ndoi: 10.1000/THREE\n---\n"})
    with pytest.raises(RefusedError, match=r"content/papers/four.md has the DOI 10.1000/three"):
        made(tmp_path, PaperQuery(arxiv="2512.05103"), services)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("2512.05103v2", PaperQuery(arxiv="2512.05103")),
        ("https://arxiv.org/pdf/2512.05103v2.pdf", PaperQuery(arxiv="2512.05103")),
        ("10.48550/arXiv.2512.05103", PaperQuery(arxiv="2512.05103")),
        (" https://dx.doi.org/10.1000/xyz ", PaperQuery(doi="10.1000/xyz")),
        ("On arXiv:2512.05103", PaperQuery(title="On arXiv:2512.05103")),
        ("Transformers", PaperQuery(title="Transformers")),
    ],
)
def test_an_id_is_known_in_whatever_form(words: str, meant: PaperQuery) -> None:
    assert parse_query(words) == meant


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (PaperQuery(arxiv="1111.11111"), r"arXiv has no paper 1111.11111; is the id right\?"),
        (PaperQuery(arxiv="9999.00400"), r"arXiv does not take 9999.00400 for an id"),
        (
            PaperQuery(arxiv="9999.00503"),
            r"arXiv answers 503: it asks for patience; try again in some minutes",
        ),
        (PaperQuery(arxiv="9999.00200"), r"arXiv answered something that is no Atom feed"),
        (PaperQuery(doi="10.1000/nothing"), r"there is no DOI 10.1000/nothing; is it right\?"),
        (PaperQuery(doi="10.1000/html"), r"whoever registered 10.1000/html answers no CSL-JSON"),
    ],
)
def test_what_a_registry_cannot_give_is_said_plainly(
    tmp_path: Path, services: Services, query: PaperQuery, message: str
) -> None:
    with pytest.raises(FetchError, match=message):
        made(tmp_path, query, services)


def test_a_slow_server_and_no_network_are_said_plainly(tmp_path: Path, services: Services) -> None:
    with pytest.raises(FetchError, match="arXiv did not answer within 0 seconds; try again later"):
        made(tmp_path, PaperQuery(arxiv="9999.01000"), services._replace(timeout=0.2))
    with pytest.raises(FetchError, match="arXiv did not answer within 0 seconds; try again later"):
        made(tmp_path, PaperQuery(arxiv="9999.02000"), services._replace(timeout=0.2))
    with pytest.raises(FetchError, match=r"cannot be reached \(Connection refused\); try again later"):
        made(tmp_path, PaperQuery(arxiv="2512.05103"), Services(arxiv="http://127.0.0.1:9/"))
    with pytest.raises(FetchError, match=r"doi.org cannot be reached .*; is there a network\?"):
        made(tmp_path, PaperQuery(doi="10.1000/bees"), Services(doi="http://nowhere.invalid/"))


def test_a_person_is_asked_until_the_answers_are_sound(tmp_path: Path, services: Services) -> None:
    answers = iter(
        [
            "https://arxiv.org/abs/2512.05103",
            "A better title",
            "soon",
            "2025",
            "",
            "",
            "videos",
            "video; graphs",
            "It works.",
        ]
    )
    asked: list[str] = []

    def ask(question: str, default: str) -> str:
        asked.append(question)
        return next(answers) or default

    text = made(tmp_path, PaperQuery(), services, ask)
    assert '\ntitle: "A better title"\ndate: 2025\n' in text
    assert "authors: [Ada Lovelace, Grace Hopper]\norganizations: [Analytical Society]\n" in text
    assert "topics: [video, graphs]\n" in text
    assert text.endswith("---\nIt works.\n")
    again = [question.partition(". ")[0] for question in asked if ". " in question]
    assert again == ["'soon' is not a date", "there is no topic 'videos'"]


def test_nothing_is_overwritten_and_slugs_stay_free(tmp_path: Path, services: Services) -> None:
    made(tmp_path, PaperQuery(title="Tools: one"), services)
    made(tmp_path, PaperQuery(title="Tools: two"), services)
    assert sorted(path.name for path in (tmp_path / "content/papers/undated").iterdir()) == [
        "tools-2.md",
        "tools.md",
    ]


def test_the_command_says_what_it_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_content(tmp_path, FILES)
    assert main(["new"], tmp_path) == 2
    assert "say which paper: --arxiv ID, --doi DOI or its title" in capsys.readouterr().err
    assert main(["new", "Streaming video transformers"], tmp_path) == 1
    assert capsys.readouterr().err == (
        "error: the archive has this paper: content/papers/one.md has the title "
        "'Streaming video transformers'; no record was written\n"
    )
    assert main(["new", "A new one"], tmp_path) == 0
    assert "content/papers/undated/a-new-one.md was written" in capsys.readouterr().out
    assert main(["new", "https://arxiv.org/abs/2501.00001v2"], tmp_path) == 1
    assert "one.md has the arXiv id 2501.00001" in capsys.readouterr().err
    for given, message in (
        (["--arxiv", "nonsense"], "'nonsense' is not an arXiv id; write it as 2512.05103"),
        (["--doi", "nonsense"], "'nonsense' is not a DOI; write it as 10.1000/xyz123"),
        (["--doi", "10.1000/x", "A title"], "argument title: not allowed with argument --doi"),
    ):
        with pytest.raises(SystemExit) as stopped:
            main(["new", *given], tmp_path)
        assert stopped.value.code == 2
        assert message in capsys.readouterr().err


def test_only_the_links_of_given_files_are_asked(tmp_path: Path, services: Services) -> None:
    base = services.arxiv.removesuffix("arxiv")
    record = f'---\ntitle: x {{}}\nlinks: {{{{code: "{base}gone"}}}}\n---\nText.\n'
    root = write_content(tmp_path, {f"papers/{n}.md": record.format(n) for n in ("one", "two")})
    asked: list[int] = []
    found = examine(
        options(tmp_path),
        [root / "papers/two.md"],
        fix=False,
        links=True,
        progress=lambda stage, _, of: asked.append(of) if stage == "Asking hosts" else None,
    ).diagnostics
    assert [(each.position.path, each.position.line) for each in found] == [("content/papers/two.md", 3)]
    assert "leads nowhere: the host answers 410" in found[0].message
    assert asked == [1]


def links_of(records: list[PaperRecord]) -> Iterator[linkcheck.Address]:
    return linkcheck.addresses_of(Content(SiteConfig("", ""), tuple(records)))


def test_dead_links_and_withdrawn_papers_are_found_and_nothing_else(
    tmp_path: Path, services: Services
) -> None:
    base = services.arxiv.removesuffix("arxiv")
    links = {"code": "alive", "pdf": "no-head", "demo": "robots", "data": "gone", "model": "doi/missing"}
    listed = ", ".join(f'{kind}: "{base}{path}"' for kind, path in links.items())
    library, _ = read_library(
        tmp_path,
        {
            "papers/a.md": f"---\ntitle: a\narxiv: 2512.00666\nlinks: {{{listed}}}\n---\n",
            "papers/b.md": "---\ntitle: b\narxiv: 2512.00001\nlinks: {blog: http://nowhere.invalid/}\n---\n",
            "papers/c.md": "---\ntitle: c\narxiv: 2512.00667\nstatus: withdrawn\nnotice: x\n---\n",
        },
    )
    manners = linkcheck.Manners(pause=0, arxiv_pause=0, timeout=5)
    records = [paper.record for paper in library.papers]
    found = linkcheck.dead_links(links_of(records), lambda *_: None, manners)
    assert {each.message.removeprefix(base) for each in found} == {
        "gone leads nowhere: the host answers 410",
        "doi/missing leads nowhere: the host answers 404",
        "http://nowhere.invalid/ leads nowhere: there is no such host",
    }
    offline = [each for each in records if each.slug == "b"]
    offline += [replace(offline[0], links=(Link("code", "http://elsewhere.invalid/"),))]
    with pytest.raises(FetchError, match=r"none of 2 hosts can be found; is there a network\?"):
        list(linkcheck.dead_links(links_of(offline), lambda *_: None, manners))
    withdrawn = list(linkcheck.withdrawn_papers(records, lambda *_: None, services, manners))
    assert [(each.record.path, each.message) for each in withdrawn] == [
        ("content/papers/a.md", "arXiv calls 2512.00666 withdrawn")
    ]


BARE = '<entry xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">{0}</entry>'


def test_what_arxiv_says_is_decoded_and_a_withdrawal_is_a_status() -> None:
    entry = arxiv.entry_of(
        ET.fromstring(
            BARE.format(
                r"<id>http://arxiv.org/abs/math/0309136v2</id><title>On L\'evy processes, {1, 2} and the "
                r"Erd\H{o}s--R\'enyi graph $\mathbb{R}$ \foo</title>"
                r"<author><name>Paul Erd{\H o}s</name></author>"
                "<arxiv:journal_ref>Ann. Math. 1 (2003) 2</arxiv:journal_ref>"
                "<arxiv:comment>withdrawn due to an error in Lemma 3</arxiv:comment>"
            )
        )
    )
    draft = entry.draft
    assert draft.title == r"On Lévy processes, {1, 2} and the Erdős–Rényi graph $\mathbb{R}$ \foo"
    assert (draft.authors[0].name, draft.venue, draft.arxiv) == (
        "Paul Erdős", "Ann. Math. 1 (2003) 2", "math/0309136"
    )  # fmt: skip
    assert draft.links == (Link("pdf", "https://arxiv.org/pdf/math/0309136"),)
    assert (draft.status, draft.notice) == (
        "withdrawn", "Withdrawn, as arXiv says: withdrawn due to an error in Lemma 3"
    )  # fmt: skip
    other = arxiv.entry_of(ET.fromstring(BARE.format("<arxiv:comment>12 pages</arxiv:comment>")))
    assert [tuple(each) for each in other.left] == [("comment", "12 pages")]


def test_crossrefs_titles_abstracts_and_retractions_are_read() -> None:
    item = {
        "title": ["RETRACTED: Solitons in<mml:math><mml:msup><mml:mi>N</mml:mi><mml:mn>2</mml:mn></mml:msup>"
                  "</mml:math>dimensions &amp; more"],
        "subtitle": ["A <i>review</i>"],
        "abstract": "<jats:title>Abstract</jats:title><jats:sec><jats:title>Background</jats:title>"
                    "<jats:p>Foo H<jats:sub>2</jats:sub>O.</jats:p></jats:sec><jats:p>Bar.</jats:p>",
        "author": [{"name": "The Group"}, {"given": "A", "family": "B", "affiliation": [{"name": "Lab"}]}],
        "type": "journal-article",
    }  # fmt: skip
    (entry,), _ = read_entries(json.dumps([item]).encode(), "x")
    draft = entry.draft
    assert draft.title == "Solitons in $N^{2}$ dimensions & more: A review"
    assert draft.abstract == "Background\n\nFoo H$_{2}$O.\n\nBar."
    assert (draft.status, draft.type, draft.organizations) == ("retracted", "article-journal", ("Lab",))
    assert draft.notice == "Its title is marked 'RETRACTED' where this record comes from"
    update = {
        "type": "retraction",
        "label": "Retraction",
        "DOI": "10.1000/r",
        "updated": {"date-parts": [[2021, 3]]},
    }
    (entry,), _ = read_entries(
        json.dumps([{"title": "T", "type": "book", "updated-by": [update]}]).encode(), "x"
    )
    assert entry.draft.status == "retracted"
    assert entry.draft.notice == "Retracted by its publisher in 2021-03 (https://doi.org/10.1000/r)"


def test_a_bibtex_entry_may_be_pasted(tmp_path: Path, services: Services) -> None:
    pasted = "@article{x, title={On bees}, author={{Bee Group} and von Frisch, Karl}, journal={J}, issn={1}}"
    root = write_content(tmp_path, FILES)
    written = new(options(tmp_path), parse_query(pasted), TODAY, None, services)
    text = (root.parent / written.path).read_text(encoding="utf-8")
    assert "authors: [{name: Bee Group, group: true}, Karl von Frisch]\n" in text
    assert "not taken over, since a record has no place for it: issn" in written.notes
    with pytest.raises(RefusedError, match="this is not one BibTeX entry: x: this @article was left out"):
        new(options(tmp_path), parse_query("@article{x, title={y"), TODAY, None, services)
