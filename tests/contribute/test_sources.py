"""Sources as they are written: each kind of oddity that bibliographies have, by its smallest input."""

from typing import Any

import pytest

from offprint.contribute.drafts import Draft, DraftAuthor
from offprint.contribute.importers import read_entries
from offprint.contribute.importers.entry import Entry
from offprint.diagnostics import Diagnostic
from offprint.records import identifiers
from offprint.records.language.names import split_name


def read(text: str) -> tuple[list[Entry], list[Diagnostic]]:
    return read_entries(text.encode(), "export")


def one(text: str) -> Draft:
    """The draft of the only entry of a text; nothing in it may be at fault."""
    (entry,), faults = read(text)
    assert not faults
    return entry.draft


def names(authors: tuple[DraftAuthor, ...]) -> list[str]:
    return [each.name for each in authors]


@pytest.mark.parametrize(
    ("value", "doi"),
    [
        (r"10.1007/978-3-319-24574-4{\_}28", "10.1007/978-3-319-24574-4_28"),
        (r"10.1007/978-3-319-24574-4\_28", "10.1007/978-3-319-24574-4_28"),
        ("10.1002/(SICI)1521-3862(199901)5:1<21::AID-CVDE21>3.0.CO;2-9",) * 2,
        (r"10.1002/x{\textless}21{\textgreater}3", "10.1002/x<21>3"),
        ("https://doi.org/10.1000/a%28b%29", "10.1000/a(b)"),
        ("doi: 10.1000/xyz", "10.1000/xyz"),
        ("{10.1000/xyz}", "10.1000/xyz"),
        ("10.1002/x$<$21$>$3", "10.1002/x<21>3"),
        ("10.1002/x&lt;21&gt;3&amp;4", "10.1002/x<21>3&4"),
        (r"10.1000/a$\_$b\\_c\textunderscore d", "10.1000/a_b_c_d"),
        ("10.1000/a--b``c~d^2", "10.1000/a--b``c~d^2"),
        (r"10.1000/a\~{}b\textasciitilde{}c{\textasciicircum}d", "10.1000/a~b~c^d"),
        (r"\href{https://doi.org/10.1000/x_y}{10.1000/x_y}", "10.1000/x_y"),
        (r"\url{https://doi.org/10.1000/x\_y}", "10.1000/x_y"),
    ],
)
def test_a_doi_is_taken_whole(value: str, doi: str) -> None:
    assert one(f"@misc{{a, title={{T}}, doi={{{value}}}}}").doi == doi


def test_repeated_missing_and_empty_keys_are_papers_of_their_own() -> None:
    entries, faults = read(
        '@string{icml={ICML}} @article{a, title={One}, author={W, S. and L, D.}} '
        "@inproceedings{A, title={Two},"
        ' author={Roe, J. and Doe, J.}, booktitle=icml}'
        '@article{a, title="Three", author="Jane Roe and John Doe"}'
        "@article{, title={Four}} @article{title={Five}} @article{b, title={Six},, author={A B}} "
        "@misc(c, title={7})"
    )  # fmt: skip
    assert not faults
    assert [each.draft.title for each in entries] == ["One", "Two", "Three", "Four", "Five", "Six", "7"]
    assert entries[1].draft.venue == "ICML"
    assert [len(each.draft.authors) for each in entries] == [2, 2, 2, 0, 0, 1, 0]


@pytest.mark.parametrize(
    ("entry", "line", "message"),
    [
        ("@article{a,\n title={Six}\n author={X Y}}", 3, "a: … no comma follows the field title"),
        ("@article{a,\n title={Six} year=2020}", 2, "a: … no comma follows the field title"),
        ("@article{a title={Six}}", 1, "… no comma follows its key 'a'"),
        ("@article{a,\n title={Six", 1, "a: … its braces do not close"),
        ('@article{a,\n title="Six}', 2, "a: … this quote does not close"),
        ('@article{a,\n title="Six}}', 2, "a: … this quote does not close"),
        ("@article{a,\n title={x}},\n author={Y}}", 3, "author stands outside of every entry"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_names_its_key_and_line_and_the_rest_is_read(
    entry: str, line: int, message: str
) -> None:
    entries, faults = read(f"{entry}\n@misc{{after, title={{After}}}}\n")
    assert entries[-1].name == "after"
    message = message.replace("…", "this @article was left out:")
    assert [(each.position.line, each.message, each.severity) for each in faults] == [
        (line, message, "error")
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Rashba, E. I. AND Gurgenishvili, G. E.", ["E. I. Rashba", "G. E. Gurgenishvili"]),
        ("given=Hans, family=Harman and family={de la Cruz}, given=J", ["Hans Harman", "J de la Cruz"]),
        ("Smith, John; Doe, Jane", ["John Smith", "Jane Doe"]),
        ("Smith, John et al.", ["John Smith"]),
        ("Smith, John and others", ["John Smith"]),
        ("Smith, John and {others}", ["John Smith"]),
        ("Smith, John and colleagues", ["John Smith"]),
        ("Jane Roe, et alii", ["Jane Roe"]),
        ("Jane Roe u. a.", ["Jane Roe"]),
        ("A B, C D, E F", ["A B, C D, E F"]),
        ("More, Thomas and Jane Others", ["Thomas More", "Jane Others"]),
        ("王, 小明 and 김, 철수", ["王小明", "김철수"]),
        ("{World Health Organization} and {Kimi Team}", ["World Health Organization", "Kimi Team"]),
        ("{Barnes and Noble} and Doe, Jr., John", ["Barnes and Noble", "John Doe Jr."]),
        (f"A B and {'x' * 250} and C D", ["A B", "x" * 250, "C D"]),
    ],
)
def test_names_of_a_list(value: str, expected: list[str]) -> None:
    assert names(one(f"@misc{{a, title={{T}}, author={{{value}}}}}").authors) == expected


def test_families_and_groups_are_as_the_source_says() -> None:
    draft = one(
        "@misc{a, title={T}, author={Jimeno Yepes, Antonio and {Do Xuan} Long and {Kimi Team} and de la "
        "Cruz, J.}}"
    )
    assert [(each.name, each.family, each.group) for each in draft.authors] == [
        ("Antonio Jimeno Yepes", "Jimeno Yepes", False),
        ("Do Xuan Long", "Do Xuan", False),
        ("Kimi Team", "", True),
        ("J. de la Cruz", "de la Cruz", False),
    ]


def test_a_number_of_others_is_counted() -> None:
    draft = one("@misc{a, title={T}, author={Jane Roe and Doe, J. and 12 others}}")
    assert (names(draft.authors), draft.author_count) == (["Jane Roe", "J. Doe"], 14)


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("Charles Louis Xavier Joseph de la Vallée Poussin", "de la Vallée Poussin"),
        ("Jean de La Fontaine", "de La Fontaine"),
        ("José Ortega y Gasset", "Ortega y Gasset"),
        ("Vincent van Gogh Jr.", "van Gogh"),
        ("Per Brinch Hansen", "Hansen"),
        ("王小明", "王小明"),
    ],
)
def test_a_family_name_begins_with_its_first_particle(name: str, family: str) -> None:
    assert split_name(name).family == family


def test_circles_of_crossrefs_end_and_are_told() -> None:
    (a, b, c), _ = read(
        "@inproceedings{a, title={A}, crossref={b}} @inproceedings{b, title={B}, crossref={a}}"
        "@inproceedings{c, title={C}, crossref={C}}"
    )
    assert (a.draft.venue, b.draft.venue, c.draft.venue) == ("B", "A", "")
    assert a.problems == ("crossref leads from 'b' back to this entry",)
    assert b.problems == ("crossref leads to 'a', whose own leads back to it",)
    assert c.problems == ("crossref names the entry itself",)


def test_what_an_entry_inherits_comes_over_several_steps_in_whatever_case() -> None:
    entries, _ = read(
        "@inproceedings{a, title={A}, crossref={ICML2020}} @proceedings{icml2020, title={Proc.}, "
        "editor={E, D},"
        " xdata={Common}, crossref={series}} @xdata{common, publisher={P}} @book{series, year=2020, "
        "title={S}}"
        "@inproceedings{b, title={B}, crossref={nowhere}}"
    )
    a, volume, _, b = entries
    assert (a.draft.venue, a.draft.publisher, a.draft.date) == ("Proc.", "P", "2020")
    assert names(a.draft.editors) == ["D E"]
    assert "1 entry of this file refer to by crossref" in volume.refused
    assert b.problems == ("crossref names 'nowhere', which is no entry of this file",)


def test_institutions_are_text_and_editors_make_a_record() -> None:
    draft = one("@phdthesis{p, title={T}, school={University of Science and Technology of China}}")
    assert draft.organizations == ("University of Science and Technology of China",)
    assert names(one("@book{e, editor={A B and C D}, title={Handbook}, year=2020}").editors) == ["A B", "C D"]


def test_tex_is_decoded_and_what_is_not_known_stays_and_is_told() -> None:
    (entry,), _ = read(
        r"@misc{a, title={P {\textless} 0.05 {\textbar} {\textbeta}-cell \SI{5}{\kilo\meter} of "
        r"CO\textsubscript{2}}}"
    )
    assert entry.draft.title == r"P < 0.05 | β-cell \SI{5}{\kilo\meter} of CO$_{2}$"
    assert entry.problems == (r"title: the command \SI is not known; it stays as it was written",)
    assert one(
        r"@misc{a, title={\char`\~ \char'101 \symbol{66}\char126{} \texorpdfstring{$x$}{x} {\em $y$}}}"
    ).title == ("~AB~ $x$ $y$")
    assert one(r"@misc{a, title={5\vspace{2mm} \'\foo{e}}}").title == r"5\vspace{2mm} '\foo{e}"
    assert one(r"@misc{a, title={On L\'evy and Erd\H{o}s--R\'enyi, {\L}{\'o}d\'z}}").title == (
        "On Lévy and Erdős–Rényi, Łódź"
    )


@pytest.mark.parametrize(
    "text",
    [
        "@misc{a, title={Foo &amp; Bar: <i>Drosophila</i> <sub>2</sub> a < b}}",
        r"@misc{a, title={Foo {\&}amp; Bar: {\textless}i{\textgreater}Drosophila</i> <sub>2</sub> a < "
        "b}}".replace(r"{\textless}i{\textgreater}", "<i>"),
        "TY  - JOUR\nTI  - Foo &amp;amp; Bar: <i>Drosophila</i> <sub>2</sub> a &lt; b\nER  - \n",
        '[{"type": "book", "title": "Foo &amp; Bar: <jats:italic>Drosophila</jats:italic> '
        '<sub>2</sub> a < b"}]',
    ],
)
def test_html_becomes_text(text: str) -> None:
    assert one(text).title == "Foo & Bar: Drosophila $_{2}$ a < b"


def test_html_that_a_program_wrote_in_tex_is_html() -> None:
    title = (
        r"{\textless}i{\textgreater}Dros.{\textless}/i{\textgreater} and "
        r"\textless{}sub\textgreater{}2$<$/sub$>$ {<}b>"
    )
    assert one(f"@misc{{a, title={{{title}}}}}").title == "Dros. and $_{2}$ <b>"


def test_a_gap_within_an_address_is_part_of_it() -> None:
    draft = one(
        "@misc{a, title={T}, url={https://a.example/x y.pdf and www.b.example; https://github.com/c}}"
    )
    assert [link.url for link in draft.links] == [
        "https://a.example/x%20y.pdf",
        "https://www.b.example",
        "https://github.com/c",
    ]


def test_fields_of_addresses_and_ids() -> None:
    (entry,), _ = read("@misc{a, title={T}, url={www.example.org http://b.example/y}}")
    assert [link.url for link in entry.draft.links] == ["https://www.example.org"]
    assert [tuple(each) for each in entry.left] == [("url", "http://b.example/y")]
    assert (
        one(r"@misc{a, title={T}, howpublished={\url{http://a.org/x_y}}}").links[0].url == "http://a.org/x_y"
    )
    assert one("@misc{a, title={T}, eprint={9901001}, primaryclass={hep-th}}").arxiv == "hep-th/9901001"
    (entry,), _ = read("@misc{a, title={T}, eprint={1234567}, eprinttype={pubmed}}")
    assert [tuple(each) for each in entry.left] == [("eprint", "1234567"), ("eprinttype", "pubmed")]


def test_ris_in_one_space_indented_and_with_all_its_authors() -> None:
    entries, faults = read(
        "TY - JOUR\nTI - One\nAB - AI based\nER - \n\n  TY  - BOOK\n  BT  - Two\n  A1  - Georgiev, D\n"
        "  AU  - Bello, L\n  ED  - Editor, E\n  ER  -\n"
    )
    assert not faults
    assert [each.draft.title for each in entries] == ["One", "Two"]
    assert names(entries[1].draft.authors) == ["D Georgiev", "L Bello"]
    assert names(entries[1].draft.editors) == ["E Editor"]


@pytest.mark.parametrize(
    "text",
    [
        '{"message": {"title": ["T"], "type": "journal-article", "author": [{"name": "The Group"}]}}',
        '{"status": "ok", "message": {"items": [{"title": ["T"], "author": [{"literal": "The Group"}]}]}}',
        '{"references": [{"title": "T", "author": [{"literal": "The Group"}]}]}',
        '[{"title": "T", "author": [{"literal": "The Group"}]}]',
        '{"items": [{"itemType": "book", "title": "T", "creators": '
        '[{"creatorType": "author", "name": "The Group"}]}]}',
        '[{"key": "K", "data": {"itemType": "book", "title": "T", "creators": '
        '[{"creatorType": "author", "name": "The Group"}]}}]',
        "---\nreferences:\n- id: x\n  title: T\n  author:\n  - literal: The Group\n  issued: "
        "{date-parts: [[2020, 1]]}\n...\n",
    ],
)  # fmt: skip
def test_json_and_yaml_of_every_program(text: str) -> None:
    draft = one(text)
    assert (draft.title, draft.authors) == ("T", (DraftAuthor("The Group", group=True),))


@pytest.mark.parametrize(
    "text",
    [
        "TY\t-\tJOUR\nTI\t-\tT\nAU\t-\tRoe, J\nER\t-\n",
        "TY   -  JOUR\nTI   -  T\nAU   -  Roe, J\nER   -\n",
        "TY  -JOUR\nTI  -T\nAU  -Roe, J\nER  -\n",
        "ty  - jour\nti  - T\nau  - Roe, J\ner  - \n",
        "\ufeffTY – JOUR\nTI – T\nAU – Roe, J\nER –\n",
    ],
)
def test_ris_in_every_dialect(text: str) -> None:
    draft = one(text)
    assert (draft.title, names(draft.authors), draft.type) == ("T", ["J Roe"], "article-journal")


def test_a_ris_line_with_several_names_is_several_people() -> None:
    (entry,), _ = read(
        "TY  - JOUR\nTI  - T\nAU  - Doe, J.; Roe, R.\nAU  - Lee, A. and Kim, B.\nAU  - {The Group}\n"
        "AU  - Smith, J., Jr.\nAU  - A, B, C, D\nAU  - 3 others\nDA  - 4 May 2020\nER  - \n"
    )
    draft = entry.draft
    assert [(each.name, each.group) for each in draft.authors] == [
        ("J. Doe", False), ("R. Roe", False), ("A. Lee", False), ("B. Kim", False), ("The Group", True),
        ("J. Smith Jr.", False), ("A, B, C, D", False),
    ]  # fmt: skip
    assert (draft.author_count, draft.date) == (10, "2020-05-04")
    assert entry.problems == ("A, B, C, D has more commas than a name; it stays as it was written",)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('{"data": [\n{"title": "A"},\n{"title": "B"}]}', [2, 3]),
        ('{"x": [1], "library": {"y":\n[{"title": "A"},\n\n{"title": "B"}]}}', [2, 4]),
        ('{"a": {"title": "A"},\n"b": {"title": "B"}}', [1, 2]),
        ('{"title": "A"}\n{"title": "B"}\n', [1, 2]),
        ('{"items": [{"x": "\\"items\\": ["}],\n"references": [{"title": "A"},\n{"title": "B"}]}', [2, 3]),
        ('{"status": "ok", "message":\n{"title": ["A"]}}', [2]),
    ],
)
def test_papers_are_found_wherever_json_has_them(text: str, lines: list[int]) -> None:
    entries, faults = read(text)
    assert not faults
    assert [each.line for each in entries] == lines
    assert [each.draft.title for each in entries] == ["A", "B"][: len(lines)]


def test_what_stands_before_the_fault_of_a_json_file_is_read() -> None:
    entries, (fault,) = read('[{"title": "A"},\n{"title": "B"},\n{"title": ]')
    assert [each.draft.title for each in entries] == ["A", "B"]
    assert (fault.position.line, fault.severity) == (3, "error")


@pytest.mark.parametrize(
    ("issued", "date"),
    [
        ('{"raw": "May 2020"}', "2020-05"),
        ('{"literal": "4 May 2020"}', "2020-05-04"),
        ('{"year": 2020, "month": 5}', "2020-05"),
        ('[{"year": "2020"}]', "2020"),
        ('"2020-05-04"', "2020-05-04"),
        ('{"date-parts": [["2020", "05"]]}', "2020-05"),
    ],
)
def test_dates_of_every_program(issued: str, date: str) -> None:
    assert one(f'[{{"title": "T", "type": "book", "issued": {issued}}}]').date == date


@pytest.mark.parametrize(
    ("title", "shown", "status"),
    [
        ("RETRACTED ARTICLE: T", "T", "retracted"),
        ("T (Retracted)", "T", "retracted"),
        ("T [WITHDRAWN]", "T", "withdrawn"),
        ("T (Retracted article. See vol. 5, p. 9)", "T", "retracted"),
        ("Retracted: T (Retraction of 2020)", "T (Retraction of 2020)", "retracted"),
        ("Withdrawn soldiers", "Withdrawn soldiers", ""),
        ("On papers (retracting)", "On papers (retracting)", ""),
    ],
)
def test_a_mark_of_the_title_is_its_status(title: str, shown: str, status: str) -> None:
    draft = one(f"@article{{a, title={{{title}}}}}")
    assert (draft.title, draft.status) == (shown, status)


def test_zoteros_extra_field_is_read_line_by_line() -> None:
    (entry,), _ = read(
        '{"itemType": "preprint", "title": "T", '
        '"extra": "PMCID: PMC1\\nDOI: 10.1000/x\\narXiv:2301.00001 [cs]"}'
    )
    assert (entry.draft.doi, entry.draft.arxiv) == ("10.1000/x", "2301.00001")
    assert [(each.name, each.value) for each in entry.left] == [("extra", "PMCID: PMC1")]


@pytest.mark.parametrize(
    ("pasted", "ids"),
    [
        ("https://arxiv.org/pdf/2512.05103v3", {"arxiv": "2512.05103v3"}),
        ("https://arxiv.org/html/2512.05103", {"arxiv": "2512.05103"}),
        ("arxiv.org/abs/math.GT/0309136v1?context=math", {"arxiv": "math.GT/0309136v1"}),
        ("https://www.alphaxiv.org/abs/2512.05103v1", {"arxiv": "2512.05103v1"}),
        ("https://huggingface.co/papers/2512.05103", {"arxiv": "2512.05103"}),
        ("arXiv:2512.05103v2 [cs.CL]", {"arxiv": "2512.05103v2"}),
        ("https://doi.org/10.48550/arXiv.2512.05103", {"arxiv": "2512.05103"}),
        ("https://doi.org/10.1000/ABC?x=1", {"doi": "10.1000/ABC"}),
        ("doi.org/10.1000/a%3Cb%3E", {"doi": "10.1000/a<b>"}),
        (" 10.1000/xyz. ", {"doi": "10.1000/xyz"}),
        ("A study of 10.1000/xyz", {}),
        ("On arXiv:2512.05103", {}),
        ("x" * 100_000, {}),
    ],
)
def test_what_people_paste_is_understood(pasted: str, ids: dict[str, Any]) -> None:
    assert identifiers.understand(pasted) == identifiers.Ids(**ids)


@pytest.mark.parametrize(
    "text",
    [
        f"@misc{{a, title={{T}}, author={{A{' ' * 60_000}B}}, url={{http://x{' ' * 60_000}y}}}}",
        f"@misc{{a, title={{{'{' * 60_000}{'}' * 60_000}}}}}",
        "@misc{a, title={x\n" * 20_000,
        "".join(f"@misc{{a{i}, title={{x}}, crossref={{a{i + 1}}}}}\n" for i in range(5000)),
        "".join(f"@misc{{a{i}, title={{x}}, xdata={{a{i + 1},a{i + 1}}}}}\n" for i in range(60)),
        "@string{s={xxxxxxxxxx}}" + "@string{s=s # s}" * 60 + "@misc{a, title=s}",
        "@misc{a, " + ", ".join(f"file={{x{i}}}" for i in range(60_000)) + ", title={x}}",
        "@misc{a, title={" + r"\'" * 60_000 + "}}",
    ],
)
def test_no_input_takes_the_square_of_its_length(text: str) -> None:
    entries, faults = read(text)  # would take minutes, or the memory of the machine
    assert entries or faults
