"""Exports as Zotero, JabRef, Mendeley and others write them, with what they are known to do to a file."""

ZOTERO_BIB = r"""
@inproceedings{mullerUnifiedFramework2025,
  title = {{{TV2TV}}: {{A Unified Framework}} for {{$\alpha_2$-Interleaved}} Language \& {{Video}}},
  shorttitle = {{{TV2TV}}},
  booktitle = {Proceedings of the 42nd {{International Conference}} on {{Machine Learning}}},
  author = {M{\"u}ller, J{\'o}zef and van der Berg, Jan and {OpenAI Research and Safety} and
            {\v S}imko, Ren{\'e}e},
  year = 2025,
  month = dec,
  pages = {1--12},
  doi = {10.1000/xyz\_123},
  urldate = {2026-06-30},
  abstract = {We reach 5\% on {\'E}cole data, {\textquotedblleft}by far{\textquotedblright}, for \$5 a day.},
  keywords = {Video Generation,Computer Science - Machine Learning},
  file = {/home/me/Zotero/storage/A/paper.pdf}
}

@misc{vaswaniAttention2017,
  title = {Attention {{Is All You Need}}},
  author = {Vaswani, Ashish and Shazeer, Noam and others},
  year = 2017,
  month = jun,
  number = {arXiv:1706.03762},
  eprint = {1706.03762},
  primaryclass = {cs},
  publisher = {arXiv},
  doi = {10.48550/arXiv.1706.03762},
  archiveprefix = {arXiv}
}
"""

JABREF_BIB = r"""% Encoding: UTF-8

@String{icml = "Int. Conf. on Machine Learning"}
@String { jan-note = {a note} }

@Proceedings{icml2020,
  title     = {Proceedings of ICML 2020},
  booktitle = icml,
  year      = {2020},
  editor    = {Some One},
}

@InProceedings{Doe2020,
  author       = {Doe, Jr., John and B{\"a}cker, Anna},
  title        = {A Study of {G}raphs -- ``Large'' and Small},
  crossref     = {icml2020},
  month        = "10~" # jul,
  url          = {https://github.com/doe/graphs},
  timestamp    = {2020-09-01},
}

@Article{Dots1999,
  author  = {\O{}ystein Ore and Paul Erd{\H{o}}s},
  title   = "An {\ae}ther of \emph{graphs}",
  journal = {J. of Graphs},
  year    = 1999,
  volume  = {3},
  note    = {To appear in print},
}

@InProceedings{Cruz2021,
  author    = {{de la Cruz}, Jos{\'{e}} and {Barnes and Noble, Inc.}},
  title     = {A Machine with \texttt{texttt}},
  booktitle = icml # " Workshop " # {# 2},
}

@Comment{jabref-meta: databaseType:bibtex;}
"""

SCHOLAR_BIB = r"""@article{smith2024deep,
  title={Deep things},
  author={Smith, Jane},
  journal={arXiv preprint arXiv:2401.12345},
  year={2024}
}
@article{DBLP:journals/corr/abs-2302-00001,
  author       = {Ada Lovelace},
  title        = {Machines that weave},
  journal      = {CoRR},
  volume       = {abs/2302.00001},
  year         = {2023},
  url          = {https://doi.org/10.48550/arXiv.2302.00001},
}
"""

BROKEN_BIB = """@article{fine, title = {Fine}, year = {20xx}, doi = {not a doi}}
@article{broken,
  title = {No end,
  year = 2020
@article{after, title = {After it}, year = 2021}
@article{untitled, author = {No Body}, year = 2020}
@article{fine, title = {A second of that key}, year = 2022}
"""

ZOTERO_CSL = """[
  {"id": "http://zotero.org/users/1/items/ABCD", "type": "article-journal", "title": "On <i>Bees</i> & Ants",
   "container-title": "J. of Insects", "volume": "3", "DOI": "10.1234/bees",
   "URL": "https://example.org/bees", "language": "en",
   "author": [{"family": "Berg", "given": "Jan", "non-dropping-particle": "van der"},
              {"literal": "The Bee Group"}],
   "issued": {"date-parts": [["2019", 3, 4]]}, "accessed": {"date-parts": [[2026, 1, 1]]}},
  {"id": "b", "type": "article", "title": "A preprint", "number": "arXiv:2405.00001",
   "note": "arXiv:2405.00001 [cs]\\nversion: 2", "issued": {"raw": "2024-05"}, "publisher": "arXiv"},
  {"id": "c", "type": "book", "title": "Undated", "issued": {"literal": "in press"}}
]"""

ZOTERO_RIS = """TY  - JOUR
TI  - Of mice and \u2013 men
AU  - Steinbeck, John
AU  - van Gogh, Vincent
DA  - 2021/03/05/
PY  - 2021
DO  - 10.5555/mice
T2  - J. of Mice
VL  - 7
SP  - 1
EP  - 9
KW  - video generation
KW  - mice
UR  - https://example.org/mice
L1  - https://example.org/mice.pdf
AB  - Mice are small.
ER  -

TY  - GEN
T1  - Mendeley writes T1
A1  - Curie, Marie
Y1  - 1911///
UR  - https://arxiv.org/abs/1911.00001v2
ER  -
"""

DAILY_TEXT = """Daily Papers
by the community
June 30, 2026

TV2TV: A Unified Framework for Interleaved Language and Video Generation

Video generation models are rapidly advancing, but can still struggle with complex video outputs that require significant semantic branching or repeated high-level reasoning about what should happen next, as we show.

facebook
AI at Meta
\u00b7
Dec 4, 2025
\u00b7
2

Second: A Paper That Names No Organization
Even strong models, however, exhibit two recurring failure modes on goal-directed tasks: long-horizon drift on multi-step tasks and mid-clip simulation errors that compound over the whole of a clip, we find.
31 authors \u00b7 May 8 \u00b7 1
"""  # noqa: E501 - an abstract is one line

SEED_JSON = """[
 {"title": "TV2TV: A Unified Framework", "date": "2025-12-04",
  "organization": {"handle": "facebook", "name": "AI at Meta"}, "comments": 2, "abstract": "Models advance."},
 {"title": "Undated paper", "comments": 1, "urls": ["https://github.com/a/b", "https://a.github.io/b"]},
 {"paper": {"id": "2512.05103", "title": "From an API", "summary": "It says so.", "upvotes": 7,
  "publishedAt": "2025-12-05T10:00:00.000Z", "authors": [{"name": "Ada Lovelace", "hidden": false}],
  "projectPage": "https://example.org/p"}, "numComments": 3}
]"""
