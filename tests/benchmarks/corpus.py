"""A made-up archive of any size, the same for the same number of papers, for Offprint and for Hugo.

Its shape is that of conference papers: seven sentences of abstract, five authors, up to three of as many
organizations as there are papers (most of them rare), up to four of 77 topics, a day within twenty years,
words as unevenly used as those of a language.
"""

import datetime as dt
import itertools
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_SYLLABLES = (
    "an bo cu dre el fi gra ho im ja ko lu men nor op pli qua ri sto tu ur vey wim xa yol zen".split()
)
_TOPICS = 77
_DAYS = 20 * 365
_LINKS = ("pdf", "code", "project")
SITE = """\
title: {count} papers
tagline: A made-up archive
url: https://example.org/archive/
repository: https://github.com/example/archive
"""


def papers(count: int) -> Iterator[dict[str, Any]]:
    """The papers: ``slug``, and the fields of a record."""
    chance = random.Random(count)
    words = list(dict.fromkeys(_word(chance) for _ in range(40_000)))
    weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(words))))

    def some(number: int) -> list[str]:
        return chance.choices(words, cum_weights=weights, k=number)

    def name(number: int) -> str:
        return " ".join(word.capitalize() for word in some(number))

    topics = sorted({"-".join(some(2)) for _ in range(3 * _TOPICS)})[:_TOPICS]
    organizations = [f"{name(2)} {kind}" for kind in ("University", "Lab") for _ in range(count // 2 + 1)]
    for number in range(count):
        abstract = " ".join(f"{' '.join(some(chance.randint(14, 30))).capitalize()}." for _ in range(7))
        day = dt.date(2006, 1, 1) + dt.timedelta(int(chance.triangular(0, _DAYS, _DAYS * 0.9)))
        slug = f"{'-'.join(some(4))[:60]}-{number}"
        yield {
            "slug": slug,
            "title": f"{name(chance.randint(5, 11))} in $O(n^{number % 9})$",
            "date": day.isoformat(),
            "authors": list(dict.fromkeys(name(2) for _ in range(chance.randint(1, 9)))),
            "organizations": chance.sample(organizations, chance.choice((0, 1, 1, 1, 2, 3))),
            "topics": chance.sample(topics, chance.randint(1, 4)),
            "links": {kind: f"https://example.org/{kind}/{slug}" for kind in _LINKS if chance.random() < 0.5},
            "abstract": abstract,
        }


def spoken(papers: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The same papers for a search: words with English endings, compounds and acronyms, authors with several
    papers, and surnames with accents.
    """
    chance = random.Random(1)
    surnames = [f"{_word(chance)}{ending}".capitalize() for ending in _SURNAMES for _ in range(40)]
    givens = [_word(chance).capitalize() for _ in range(60)]
    names = [f"{chance.choice(givens)} {surname}" for surname in surnames for _ in range(2)]

    def speak(word: str) -> str:
        ending = chance.choice(_ENDINGS)
        return word if not word.isalpha() or len(word) < 5 else word + ending

    for paper in papers:
        words = [speak(word) for word in paper["title"].split()]
        if chance.random() < 0.3:
            words.insert(0, f"{words[0][:3].upper()}-{chance.randint(1, 9)}:")
        if chance.random() < 0.3:
            words[1] = f"{words[1]}-{words[2].lower()}"
        abstract = " ".join(speak(word) for word in paper["abstract"].split())
        authors = chance.sample(names, len(paper["authors"]))
        yield {**paper, "title": " ".join(words), "abstract": abstract, "authors": authors}


def messy(papers: Iterator[dict[str, Any]], count: int) -> Iterator[dict[str, Any]]:
    """The same papers with names as real lists have them, as many for the same ``count`` of papers.

    There are three organizations for four papers, of which seven in eight have a single paper: one
    university is written in many ways. Two in five places of authors are those of people with several
    papers. So it was in 10,000 real papers.
    """
    chance = random.Random(count)
    words = sorted({_word(chance).capitalize() for _ in range(4000)})
    kinds = ("University", "Institute of Technology", "Lab", "Department of Computing, University")

    def name() -> str:
        return f"{chance.choice(words)} {chance.choice(words)}"

    known = [f"{name()} {chance.choice(kinds)}" for _ in range(max(1, count // 11))]
    prolific = [name() for _ in range(max(1, 3 * count // 4))]
    org_weights, author_weights = (
        list(itertools.accumulate(1 / (rank + len(names) * flat) for rank in range(len(names))))
        for names, flat in ((known, 0.05), (prolific, 0.5))
    )
    for paper in papers:
        organizations = [
            f"{name()} {chance.choice(kinds)}"
            if chance.random() < 0.5
            else chance.choices(known, cum_weights=org_weights)[0]
            for _ in paper["organizations"]
        ]
        authors = [
            chance.choices(prolific, cum_weights=author_weights)[0] if chance.random() < 0.4 else name()
            for _ in paper["authors"]
        ]
        yield {
            **paper,
            "organizations": list(dict.fromkeys(organizations)),
            "authors": list(dict.fromkeys(authors)),
            "upvotes": chance.randint(1, 200),
            "venue": f"{chance.choice(_VENUES)} {paper['date'][:4]}",
        }


_VENUES = ("ICCV", "ACL", "NeurIPS", "Journal of Machine Learning")
_ENDINGS = ("", "", "", "s", "ing", "ed", "ation", "ations", "al", "ity")
_SURNAMES = ("é", "ø", "ß", "ński", "ür", "aç", "a", "er", "on")


def _word(chance: random.Random) -> str:
    return "".join(chance.choice(_SYLLABLES) for _ in range(chance.choice((2, 2, 3, 3, 4))))


def write(made: list[dict[str, Any]], folder: Path, *, per_file: int = 1) -> None:
    """Write papers as the content of an archive: a file each, or ``per_file`` of them in one."""
    _write(folder / "site.yaml", SITE.format(count=len(made)))
    for topic in sorted({topic for paper in made for topic in paper["topics"]}):
        _write(folder / f"topics/{topic}.md", f"---\nname: {topic.replace('-', ' ').capitalize()}\n---\n")
    if per_file == 1:
        for paper in made:
            fields = "".join(_field(key, value) for key, value in paper.items() if key != "slug")
            _write(folder / f"papers/{paper['date'][:4]}/{paper['slug']}.md", f"---\n{fields}---\n")
        return
    for start in range(0, len(made), per_file):
        records = made[start : start + per_file]
        text = "".join(
            f"- {''.join(_field(*each, '  ') for each in paper.items()).lstrip()}" for paper in records
        )
        _write(folder / f"papers/{start:06}.yaml", text)


def _field(key: str, value: Any, indent: str = "") -> str:
    # What JSON writes, YAML reads.
    return f"{indent}{key}: {json.dumps(value, ensure_ascii=False)}\n" if value else ""


def write_hugo(made: list[dict[str, Any]], folder: Path) -> None:
    """Write the same papers as a site for Hugo, with the same kinds of pages, as plain as can be."""
    for path, text in _HUGO.items():
        _write(folder / path, text)
    for paper in made:
        date = paper["date"]
        fields = {**paper, "days": [date], "months": [date[:7]], "years": [date[:4]]}
        del fields["slug"], fields["abstract"]
        text = f"{json.dumps(fields, ensure_ascii=False)}\n\n{paper['abstract']}\n"
        _write(folder / f"content/papers/{paper['slug']}.md", text)


_CARD = (
    '<article><h3><a href="{{ .RelPermalink }}">{{ .Title }}</a></h3>'
    '<p>{{ delimit .Params.authors ", " }}</p>'
    '<p>{{ range .Params.organizations }}<a href="/organizations/{{ urlize . }}/">{{ . }}</a> {{ end }}'
    '<time>{{ .Date.Format "2 January 2006" }}</time></p><p>'
    '{{ range .Params.topics }}<a href="/topics/{{ . }}/">{{ . }}</a> {{ end }}</p></article>'
)
_PAPER = (
    '{{ define "main" }}<article><h1>{{ .Title }}</h1><p>{{ delimit .Params.authors ", " }}</p>'
    '<p>{{ range .Params.organizations }}<a href="/organizations/{{ urlize . }}/">{{ . }}</a> {{ end }}'
    '<time>{{ .Date.Format "2 January 2006" }}</time></p>{{ .Content }}'
    '{{ range $kind, $url := .Params.links }}<a href="{{ $url }}">{{ $kind }}</a> {{ end }}'
    "</article>{{ end }}"
)
_HUGO = {
    "hugo.toml": (
        'baseURL = "https://example.org/"\ntitle = "Papers"\ndisableAliases = true\n[taxonomies]\n'
        'topic = "topics"\norganization = "organizations"\nday = "days"\nmonth = "months"\nyear = "years"\n'
        '[pagination]\npagerSize = 30\n[outputs]\nhome = ["html", "rss"]\nsection = ["html"]\n'
        'taxonomy = ["html"]\nterm = ["html", "rss"]\n'
    ),
    "layouts/baseof.html": (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ .Title }}</title></head><body>'
        '<nav><a href="/">Papers</a> <a href="/topics/">Topics</a></nav>'
        '<main>{{ block "main" . }}{{ end }}</main></body></html>'
    ),
    "layouts/_partials/card.html": _CARD,
    "layouts/page.html": _PAPER,
    "layouts/single.html": _PAPER,
    "layouts/section.html": '{{ define "main" }}<h1>{{ .Title }}</h1>{{ end }}',
    "layouts/home.html": (
        '{{ define "main" }}<h1>Papers</h1>{{ range first 30 .Site.RegularPages.ByDate.Reverse }}'
        '{{ partial "card.html" . }}{{ end }}{{ end }}'
    ),
    "layouts/taxonomy.html": (
        '{{ define "main" }}<h1>{{ .Title }}</h1><ul>{{ range .Data.Terms.ByCount }}'
        '<li><a href="{{ .Page.RelPermalink }}">{{ .Page.LinkTitle }}</a> {{ .Count }}</li>{{ end }}</ul>'
        "{{ end }}"
    ),
    "layouts/term.html": (
        '{{ define "main" }}<h1>{{ .Title }}</h1>{{ range (.Paginate .Pages.ByDate.Reverse).Pages }}'
        '{{ partial "card.html" . }}{{ end }}{{ with .Paginator }}<nav>{{ range .Pagers }}'
        '<a href="{{ .URL }}">{{ .PageNumber }}</a> {{ end }}</nav>{{ end }}{{ end }}'
    ),
}


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
