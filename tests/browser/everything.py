"""The content of a small archive in which everything occurs that a record can say, and some of it twice.

Names and titles are as unkind as records may be: markup, quotes, ampersands, other scripts, words that
nothing breaks. Pages hold two papers, so that lists are paged and their page numbers have a gap.
"""

LONG_WORD = "pseudopseudohypoparathyroidism" * 3

_SITE = """\
title: Everything & <More>
url: https://papers.example/archive/
tagline: "All that a record can say, with “quotes” and <b>markup</b>"
description: "A small archive & its <i>fields</i>"
short_name: everything
language: en
repository: https://forge.example/everything/archive
branch: trunk
subscribe: {action: "https://lists.example/join?list=a&b=c", field: EMAIL}
authors: {min_papers: 2}
page_size: 2
"""

_FULL = r"""---
title: 'Learning $x^{2}$ & <b onclick="alert(1)">bold</b> "claims" from `code` and </script>, 第一部分'
date: 2026-06-30
listed: 2026-07-01
authors:
  - {name: "O'Hara, Séan <sean>", orcid: 0000-0002-1825-0097, organizations: [big-lab, "Org & <Sons>"]}
  - {name: 王小明, organizations: [big-lab]}
  - Ada Lovelace
author_count: 12
organizations: [A Third Place]
topics: [broad, narrow, other]
venue: Proceedings of <Everything> & Co.
arxiv: 2512.05103
doi: 10.1000/a(b);c&d#e
links:
  blog: https://example.org/blog?a=1&b=2
  code: https://example.org/code
  data: https://example.org/data
  demo: https://example.org/demo
  discussion: https://example.org/discussion
  html: https://example.org/html
  model: https://example.org/model
  pdf: https://example.org/paper.pdf
  poster: https://example.org/poster
  project: https://example.org/project
  slides: https://example.org/slides
  supplement: https://example.org/supplement
  video: https://example.org/video
upvotes: 1234
comments: 1
abstract: |
  The first paragraph has $\alpha_i \le \frac{1}{2}$ and 5 < 6 & 7 > 3.

  The second has a display: $$\sum_{i=1}^{n} \sqrt{x_i^2 + y_i^2 + z_i^2} =
  \begin{matrix} a & b \\ c & d \end{matrix}$$

  $$\mathcal{L} = \lambda_1 \mathcal{L}_{reconstruction} + \lambda_2 \mathcal{L}_{adversarial} + \lambda_3
  \mathcal{L}_{perceptual} + \lambda_4 \mathcal{L}_{temporal} + \lambda_5 \mathcal{L}_{identity}$$
---
## A heading

A summary with *emphasis*, **weight**, `code`, a [link](https://example.org/?a=1&b=2), the bare text
<https://example.org/bare>, math $\mathbb{R}^n$, and LONG_WORD.

- one
- two
    - inner

1. first
2. second

> A quotation.

```
a line of code that is long enough to need scrolling on any telephone, if not on every screen there is
```

| a column | another column | the third | the fourth | a fifth column | the last column |
| --- | --- | --- | --- | --- | --- |
| 1 | measurements | 3 | uncertainties | 5 | 1000000000000000000 |

#### A smaller heading

The end.
""".replace("LONG_WORD", LONG_WORD)

_RETRACTED = """\
---
title: A paper that was retracted
date: 2026-06
listed: 2026-07-01
authors: [Ada Lovelace, 王小明]
topics: [narrow]
upvotes: 0
comments: 0
status: retracted
notice: The data of <Table 2> & 3 were made up; since 1 July 2026.
---
What it said.
"""

_WITHDRAWN = """\
---
title: A paper that was withdrawn
date: 2025
author_count: 31
organizations: [big-lab]
topics: [broad]
status: withdrawn
notice: By its authors.
abstract: Only an abstract.
---
"""

_BARE = "---\ntitle: Nothing but a title\n---\n"

_WIDE = f"""\
---
title: {LONG_WORD}-{LONG_WORD}
date: 2024-02-29
authors: [{LONG_WORD}]
organizations: [{LONG_WORD}-laboratory]
topics: [other]
venue: {LONG_WORD}
links: {{code: "https://example.org/{LONG_WORD}"}}
---
See `{LONG_WORD}{LONG_WORD}`.
"""

_BROAD = """\
---
name: Broad & <wide>
aliases: [wide]
---
Everything that is *broad*, see [there](https://example.org/). It has $n^2$ parts.
"""

_PAGE = """\
---
title: About <us> & them
---
An own page with a [link inside](index.html), one [to a topic](topics/broad.html) and one
[outside](https://example.org/).

# First heading

## Second heading

Text.
"""


def _plain(number: int) -> str:
    return f"""\
---
title: Plain paper number {number}
date: 2026-05-{number:02}
listed: 2026-07-0{number % 3 + 1}
authors: [Ada Lovelace]
topics: [broad]
upvotes: {number}
---
Text {number} of a plain paper.
"""


EVERYTHING = {
    "site.yaml": _SITE,
    "topics/broad.md": _BROAD,
    "topics/narrow.md": "---\nname: Narrow\nparent: broad\n---\nA part of it.\n",
    "topics/narrower.md": "---\nname: Narrower\nparent: narrow\n---\n",
    "topics/other.yaml": "name: Other things\n",
    "organizations/big-lab.md": (
        "---\nname: Big Lab & <Sons>\nhandle: biglab\naliases: [BL]\nror: https://ror.org/05dxps055\n"
        "url: https://example.org/lab\n---\nA *large* laboratory.\n"
    ),
    "pages/about.md": _PAGE,
    "papers/2026/full.md": _FULL,
    "papers/retracted.md": _RETRACTED,
    "papers/withdrawn.md": _WITHDRAWN,
    "papers/bare.md": _BARE,
    "papers/undated-two.md": "---\ntitle: A second undated paper\ntopics: [narrow]\n---\nText.\n",
    "papers/undated-three.md": "---\ntitle: A third undated paper\nauthor_count: 1\n---\nText.\n",
    "papers/wide.md": _WIDE,
    **{f"papers/plain-{number}.md": _plain(number) for number in range(1, 12)},
}
