"""Pagefind's own script as a classic one that is handed its ``fetch``, for our interface to run anywhere.

Browsers refuse modules, fetch and file workers on ``file://``, Trusted Types refuse the worker that Pagefind
starts, and it swallows what fails to load. So the interface (``static/finder.js``) starts the worker and
answers every request itself, in the hosted site as in an unzipped folder. Nothing global is overridden:
the script becomes a function of ``fetch`` and ``document`` that returns Pagefind's class of one index. What
is relied upon is looked for first, so that a new Pagefind cannot slip by.
"""

import re

KNOWN = "1.5"  # the versions of Pagefind whose script has the shape below

_VERSION = re.compile(r'^const pagefind_version="([\d.]+)";')
_EXPORTS = re.compile(r"\bexport\s*\{[^{}]*\}\s*;?\s*$")
_EXPECTED = (
    "var PagefindInstance=class{",
    "async init(language,opts)",
    "if(opts.load_wasm===true)",
    "if(wasm!==undefined)return wasm;",  # the WebAssembly is shared by all indexes
    "queued.resolve(await fetch(queued.input))",
    "async search(term,options2={})",
    "let filter_only=term===null",
    'this.decoder.decode(data.slice(0,12))==="pagefind_dcd"',  # takes data that is not compressed
)
_UNEXPECTED = re.compile(
    r"\bimport\s*\(|\bimport\.|^\s*import\s|\bexport\s*[{*]|\bexport\s+\w|\bXMLHttpRequest\b|\bimportScripts\b"
    r"|\b(?:window|self|globalThis)\.fetch\b|\beval\s*\(|\bnew Function\b",
    re.MULTILINE,
)
_WORDS = "this.backend.request_indexes(ptr,term)"


class ScriptError(Exception):
    """Pagefind's script is not the one known; the message says which one is."""


def make_script(script: str) -> str:
    """The text of ``engine.js`` from that of Pagefind's ``pagefind.js``; raises EngineError."""
    version = _VERSION.match(script)
    found = version[1] if version else "of an unknown version"
    body, ends = _EXPORTS.subn("", script)
    body = body.replace("import.meta.url", "undefined")
    missing = [part for part in _EXPECTED if part not in body]
    strange = _UNEXPECTED.search(body)
    if not version or ends != 1 or missing or strange or body.count(_WORDS) != 1:
        odd = missing[0] if missing else strange[0] if strange else "another beginning or end"
        raise ScriptError(
            f"Pagefind {found} is not known: its script has changed ({odd}). Known is {KNOWN}; install "
            f"'pagefind-bin=={KNOWN}.*', or revise offprint/search/pagefind_script.py"
        )
    # Filters alone need no words, but Pagefind would load every index chunk for them (5 MB at 10,000 papers).
    body = body.replace(_WORDS, f'(filter_only?"[]":{_WORDS})')
    return (
        f"// Made by Offprint from pagefind.js {found} (MIT licence, CloudCannon).\n"
        f'"use strict";\nself.pagefind = {{ version: "{found}", make: function (fetch, document) {{\n'
        f"{body}\nreturn PagefindInstance;\n}} }};\n"
    )
