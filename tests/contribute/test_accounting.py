"""Whatever a source says is in the record, or named in a line that says where: no importer loses a value."""

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offprint.contribute.drafts import record_text, sanitize
from offprint.contribute.importers import bibtex_syntax, hypertext, read_entries
from offprint.contribute.importers.entry import Entry, month_of
from offprint.contribute.importers.tex import decode
from tests.contribute import exports

CASES_BIB = r"""
@string{icml = {ICML}} @string{press = "Press of " # icml}
@article{a, title={One}, author={W, S. and L, D.}, file={x}, file={y}, title={Once more}}
@inproceedings{a, title={Two}, author={Roe, J. and Doe, J.}, booktitle=icml,
  publisher=press, organization={PMLR}}
@article{a, title="Three", author="Jane Roe AND John Doe", journal={J}, number=4, volume=3, issn={1234-5678}}
@article{, title={Four},, author={A B; C D and others}, year={in press}, month={Spring}, day={4}}
@book{ed, editor={A B and C D}, title={Handbook}, year={c. 2020}, edition={2}, series={LNCS}, isbn={978-3}}
@phdthesis{p, title={Five}, school={University of Science and Technology of China}, type={PhD thesis},
  note={Supervisor: N. N.}, address={Hefei}, date={2020-05/2021}}
@misc{n, title={P {\textless} 0.05 \SI{5}{\kilo\meter}}, author={given=Hans, family=Harman, extra=Q},
  url={www.example.org http://b.example/y;https://c.example/z},
  eprint={1234567}, eprinttype={pubmed}, doi={none at all},
  howpublished={Online: \url{https://d.example/q}, last seen in May}, keywords={alpha; beta, gamma}}
@inproceedings{c, title={Six}, crossref={NoWhere}, xdata={common}, author={Smith, J. and Jones, Jr., K.}}
@xdata{common, publisher={Common House}, location={Basel}}
@manual{m, title={Seven}, organization={ACME and Sons}, language={german}, abstract={First.

Second $x$.}, annote={Own words.}, upvotes={many}}
@misc{h, title={Foo &amp; Bar: <i>Drosophila</i>}, author={{World Health Organization} and {Do Xuan} Long},
  eprint={9901001}, archiveprefix={arXiv}, primaryclass={hep-th}, journal={arXiv preprint, accepted}}
"""
CASES_RIS = """TY  - JOUR
T1  - One &amp; only
A1  - Georgiev, D
AU  - Bello, L
AU  - World Health Organization
A2  - Editor, E
A4  - Translator, T
Y1  - 2020/03//spring
PY  - 1999
JO  - J. Short
T2  - Journal at length
KW  - alpha
beta
UR  - https://a.example/x; https://b.example/y
UR  - /home/me/paper.pdf
M3  - Editorial
C5  - Own field
DO  - nothing
N1  - A note
ER  -

  TY  - SOUND
  TI  - Two
  BT  - Book
  SN  - 1234
  ER  -
"""
CASES_JSON: list[Any] = [
    {"title": ["Main"], "subtitle": ["Sub"], "type": "journal-article", "container-title": ["J", "Journal"],
     "author": [{"given": "A", "family": "B", "sequence": "first",
                 "affiliation": [{"name": "Lab", "place": "X"}]},
                {"name": "The Group"}, {"family": "Cruz", "non-dropping-particle": "de la", "suffix": "Jr."}],
     "issued": {"date-parts": [[2020, 5, 6], [2021]], "season": 2}, "ISSN": ["1", "2"], "page": "1-2",
     "reference": [{"DOI": "10.1/x", "key": "k"}], "URL": "http://a.example/", "language": "en"},
    {"itemType": "conferencePaper", "title": "Zotero's own", "creators": [
        {"creatorType": "author", "firstName": "Ada", "lastName": "Lovelace"},
        {"creatorType": "translator", "firstName": "Tom", "lastName": "Ator"},
        {"creatorType": "author", "name": "Body"}],
     "date": "May 4, 2020", "tags": [{"tag": "alpha"}], "extra": "PMID: 123",
     "DOI": "10.1000/z", "place": "Rome",
     "url": "https://z.example", "rights": "CC0", "proceedingsTitle": "Proc", "pages": "1–12"},
    {"paper": {"id": "2512.05103", "title": "Daily", "summary": "It says so.", "upvotes": 7,
               "thumbnail": "t.png",
               "authors": [{"name": "Ada Lovelace", "_id": "abc"}]}, "numComments": 3, "isAuthor": "yes"},
]  # fmt: skip
FIXTURES = {
    "cases.bib": CASES_BIB, "zotero.bib": exports.ZOTERO_BIB, "jabref.bib": exports.JABREF_BIB,
    "scholar.bib": exports.SCHOLAR_BIB, "cases.ris": CASES_RIS, "zotero.ris": exports.ZOTERO_RIS,
    "cases.json": json.dumps(CASES_JSON), "zotero.json": exports.ZOTERO_CSL, "daily.json": exports.SEED_JSON,
}  # fmt: skip


def words(text: str) -> set[str]:
    """The words of a text, whatever their case, accents and TeX; months as numbers."""
    decoded = hypertext.plain(decode(text).text)
    apart = unicodedata.normalize("NFKD", decoded).casefold()
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return {str(month_of(word) or word.lstrip("0") or "0") for word in re.findall(r"[^\W\d_]+|[0-9]+", bare)}


def told(entry: Entry) -> set[str]:
    """All words of an entry's record and of what is said about the entry."""
    draft = entry.draft
    texts = [record_text(draft), " ".join(draft.topics), entry.name, *entry.problems, entry.refused]
    texts += [f"{each.name} {each.value}" for each in entry.left]
    return set().union(*map(words, texts))


def values_of_json(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from values_of_json(each)
    elif isinstance(value, list):
        for each in value:
            yield from values_of_json(each)
    else:
        yield str(value)


def sources(name: str, text: str) -> list[list[str]]:
    """The values of each entry of a fixture, read apart from the importer."""
    if name.endswith(".bib"):
        blocks, _ = bibtex_syntax.parse(text, name)
        read = [block for block in blocks if block.kind != "xdata"]
        links = (
            "crossref",
            "xdata",
        )  # where values come from; those are looked for in the entry that has them
        return [[each.value for each in block.fields if each.name not in links] for block in read]
    if name.endswith(".ris"):
        references = re.split(r"(?m)^\s*ER  -.*$", text)[:-1]
        return [re.findall(r"(?m)^\s*(?!TY)(?:[A-Z][A-Z0-9]  - ?)?(.+)$", each) for each in references]
    return [list(values_of_json(item)) for item in json.loads(text)]


# What says how to read another value, or is that value in the format's own words.
FORMAT = words("arXiv preprint and others et al ER TY JOUR GEN SOUND first abs CoRR pdf html http https "
               "dx doi org orcid 10 48550 ML cs LG journal article proceedings chapter conferencePaper "
               "author article-journal book article preprint www version 2")  # fmt: skip


@pytest.mark.parametrize("name", FIXTURES)
def test_every_value_is_in_the_record_or_named(name: str) -> None:
    text = FIXTURES[name]
    entries, faults = read_entries(text.encode(), name)
    assert [each for each in faults if each.severity == "error"] == []
    values = sources(name, text)
    assert len(entries) == len(values)
    for entry, of_entry in zip(entries, values, strict=True):
        if entry.refused:
            continue  # named as a whole, with its line
        known = told(entry) | FORMAT
        lost = {value: missing for value in of_entry if (missing := words(value) - known)}
        assert lost == {}, entry.name


def test_what_no_record_may_hold_is_named_and_all_else_of_its_field_stays() -> None:
    (entry,), _ = read_entries(
        f"@misc{{x, title={{T}}, author={{A B and {'x' * 250} and C D}}, "
        f"institution={{{'y' * 201}}}}}".encode(),
        "",
    )
    draft, refused = sanitize(entry.draft)
    assert [each.name for each in draft.authors] == ["A B", "C D"]
    assert draft.author_count == 3
    assert draft.organizations == ()
    assert [each.message for each in refused] == ["a name has between 1 and 200 characters"] * 2


NAMES = st.sampled_from("title author journal note file doi url year month pages keywords abstract".split())
SOUND = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12).filter(
    lambda text: not set(text) & set('{}"@\\$%&#_^~<>')
)


RANDOM_NAMES = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=2, max_size=9).filter(
    lambda name: name[0] != "-"
)


@settings(deadline=None, max_examples=100)
@given(st.dictionaries(RANDOM_NAMES, SOUND.filter(str.strip), max_size=5))
def test_fields_that_nobody_has_heard_of_are_named_in_every_format(fields: dict[str, str]) -> None:
    fields = {f"x-{name}": value for name, value in fields.items()}
    tags = [("C1", "C3", "U1", "NV", "WT")[number] for number in range(len(fields))]
    for text in (
        "@misc{key, title={T}, " + ", ".join(f"{name} = {{{value}}}" for name, value in fields.items()) + "}",
        json.dumps([{"title": "T", "type": "book", **fields, "x": {"deep": [fields]}}]),
        json.dumps({"itemType": "book", "title": "T", **fields}),
        "TY  - BOOK\nTI  - T\n"
        + "".join(
            f"{tag}  - {' '.join(value.split())}\n" for tag, value in zip(tags, fields.values(), strict=True)
        )
        + "ER  - \n",
    ):
        (entry,), faults = read_entries(text.encode(), "x")
        assert not faults
        known = told(entry)
        assert {value: words(value) - known for value in fields.values() if words(value) - known} == {}


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(NAMES, SOUND), max_size=6))
def test_no_text_between_braces_is_lost(fields: list[tuple[str, str]]) -> None:
    text = "@misc{key, " + ", ".join(f"{name} = {{{value}}}" for name, value in fields) + "}"
    entries, faults = read_entries(text.encode(), "x.bib")
    assert not faults
    (entry,) = entries
    known = told(entry) | words("and others et al https www")
    assert {value: words(value) - known for _, value in fields if words(value) - known} == {}


@settings(deadline=None, max_examples=300)
@given(
    st.text(st.sampled_from('@article{a,=}"#% \n\\$&~-\u00e9<>()[]:TY  -ER019'), max_size=80)
    | st.binary(max_size=60)
)
def test_nothing_is_read_with_a_traceback(data: str | bytes) -> None:
    for start in ("", "@article{x,", "TY  - JOUR\n", "[{", '{"title": "', "references:\n- title: "):
        read_entries(start.encode() + (data if isinstance(data, bytes) else data.encode()), "x")


@pytest.mark.parametrize(
    "text",
    [
        '[{"title": "x", "id": "x", "type": "book", "issued": {"date-parts": [[' + "9" * 6000 + "]]}}]",
        '[{"title": "x \\ud800 y", "id": "x", "type": "book", "author": [{"family": "\\udfff"}]}]',
        '[{"title": {"a": 1}, "id": [], "type": 3, "author": "x", "issued": []}]',
        '{"message": {"title": ["x"], "author": null}}',
        '[{"title": "x", "volume": 1e999, "issue": NaN, "page": true}]',
    ],
)
def test_odd_json_becomes_records_or_messages(tmp_path: Path, text: str) -> None:
    entries, faults = read_entries(text.encode(), "x.json")
    assert entries or faults
    for entry in entries:
        draft, _ = sanitize(entry.draft)
        (tmp_path / "x.md").write_text(record_text(draft), encoding="utf-8")
