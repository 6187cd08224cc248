"""Pagefind's own script turned into a classic script that is handed its ``fetch``, so that it runs anywhere.

Browsers refuse modules, fetch and file workers on ``file://``, Trusted Types refuse the worker that
Pagefind starts, and Pagefind swallows errors of loading. So the interface (``static/finder.js``) starts the
worker and answers every request itself, on the hosted site as in an unzipped folder. Nothing global is
overridden: the script becomes a function of ``fetch`` and ``document`` that returns Pagefind's class of one
index. Everything that is relied upon is checked first, so that a new Pagefind cannot slip by.
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
_LOAD_WORDS = "this.backend.request_indexes(ptr,term)"


class ScriptError(Exception):
    """Pagefind's script is not of the version known; the message says which one it is."""


def make_script(script: str) -> str:
    """Return the text of ``engine.js`` made from Pagefind's ``pagefind.js``; raises ScriptError."""
    version = _VERSION.match(script)
    number = version[1] if version else "of an unknown version"
    body, exports = _EXPORTS.subn("", script)
    body = body.replace("import.meta.url", "undefined")
    missing = [part for part in _EXPECTED if part not in body]
    unexpected = _UNEXPECTED.search(body)
    if not version or exports != 1 or missing or unexpected or body.count(_LOAD_WORDS) != 1:
        odd = missing[0] if missing else unexpected[0] if unexpected else "another beginning or end"
        raise ScriptError(
            f"Pagefind {number} is not known: its script has changed ({odd}). Known is {KNOWN}; install "
            f"'pagefind-bin=={KNOWN}.*', or revise offprint/search/pagefind_script.py"
        )
    # Filters alone need no words, but Pagefind would load every index chunk for them (5 MB at 10,000 papers).
    body = body.replace(_LOAD_WORDS, f'(filter_only?"[]":{_LOAD_WORDS})')
    return (
        f"// Made by Offprint from pagefind.js {number} (MIT licence, CloudCannon).\n"
        f'"use strict";\nself.pagefind = {{ version: "{number}", make: function (fetch, document) {{\n'
        f"{body}\nreturn PagefindInstance;\n}} }};\n"
    )
