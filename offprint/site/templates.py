"""Templates → text: Jinja2 with a shorthand of ours, compiled for templates that see only plain views.

Jinja looks up each attribute as a key as well, asks each function whether it wants the context, and makes
an object of each text that it escapes, which would take most of the time of a build. Here an attribute is
an attribute and a call is a call. Escaping is the same: all values but those that are markup.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    ChoiceLoader,
    Environment,
    PrefixLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
)
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.loaders import split_template_path
from markupsafe import Markup, escape

from offprint.diagnostics import ContentError, Diagnostic
from offprint.site.messages import Messages, MissingTextError
from offprint.site.template_faults import diagnose
from offprint.storage.cache import Cache
from offprint.storage.fingerprint import fingerprint
from offprint.storage.folders import Overlay

ROOT = "\ue000"  # stands for the way up to the root until a page is whole; content cannot hold it

_KIND = "templates"  # of values in the cache
_SUFFIXES = (".html", ".xml", ".opml")
_SURROGATE = re.compile("[\ud800-\udfff]")
_TEXT = re.compile(r"\[\[([a-z_.0-9]+)\]\]")


def escaped(value: object) -> str:
    """Return a value as it stands in a page: the text of ``escape()``, without an object made for it."""
    if isinstance(value, Markup):
        return value
    if type(value) is not str or "&" in value or "<" in value or ">" in value or '"' in value or "'" in value:
        return str(escape(value))
    return value  # as most texts are


class _Shorthand(Extension):
    """The shorthand of templates, replaced when they are compiled, so that it costs no time per page.

    ``~/`` at the start of an attribute, or of the address of a refresh, is the way up to the site's root;
    ``[[key]]`` is the message of a key, escaped.
    """

    messages: Messages

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        for match in _TEXT.finditer(source):
            if match[1] not in self.messages.texts:
                missing = MissingTextError(match[1], self.messages.texts)
                line = source.count("\n", 0, match.start()) + 1
                raise TemplateSyntaxError(f"{missing}; {missing.advice}", line, name, filename)
        source = source.replace('"~/', f'"{ROOT}').replace("; url=~/", f"; url={ROOT}")
        return _TEXT.sub(lambda match: str(escape(self.messages(match[1]))), source)

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Refuse strings that no file can hold: an escape such as ``\\ud800`` is half of a character."""
        for token in stream:
            if isinstance(token.value, str) and any(
                "\ud800" <= character <= "\udfff" for character in token.value
            ):
                message = "this is half of a character (a surrogate), which no file can hold"
                raise TemplateSyntaxError(message, token.lineno, stream.name, stream.filename)
            yield token


class _Compiler(CodeGenerator):
    """Jinja's compiler with simpler code for attributes, calls, imports and output."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802
        self.writeline(f"from {__name__} import {escaped.__name__}")
        super().visit_Template(node, frame)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        if forward_caller or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")

    def _import_common(self, node: nodes.Import | nodes.FromImport, frame: Frame) -> None:
        self.write("environment.get_template(")
        self.visit(node.template, frame)
        self.write(").module")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(f"{escaped.__name__}(")


class Templates(Environment):
    """Our templates, and an archive's own, which win over ours.

    ``globals`` holds the names that all templates see. ``offprint:NAME`` is our template of a name, so that
    one can extend the template that it replaces. Every error in a template is raised as a ContentError with
    its place.
    """

    code_generator_class = _Compiler

    def __init__(self, overlay: Overlay, messages: Messages, cache: Cache) -> None:
        super().__init__(
            loader=_loader(overlay),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            extensions=[_Shorthand],
            bytecode_cache=_CompiledTemplates(messages, cache),
        )
        # Jinja makes extensions itself and hands them nothing but the environment.
        vars(self.extensions[_Shorthand.identifier])["messages"] = messages
        self._loaded: dict[Any, Template] = {}
        self._overlay = overlay

    def get_template(self, name: Any, *_: Any) -> Template:
        """Return the template of a name, which is loaded once."""
        template = self._loaded.get(name)
        if template is None:
            template = self._loaded[name] = super().get_template(name)
        return template

    def fill(self, name: str, **names: Any) -> str:
        """Return a template filled in with ``names`` and the globals; raises ContentError.

        It makes fewer copies of the globals than ``Template.render()``.
        """
        try:
            template = self.get_template(name)
            context = template.new_context({**self.globals, **names}, shared=True)
            return "".join(template.root_render_func(context))
        except ContentError:
            raise
        except Exception:
            raise ContentError([self._diagnose_current()]) from None

    def faults(self) -> list[Diagnostic]:
        """Return the faults of each of an archive's own templates by itself, before any is filled in."""
        folder = self._overlay.own
        faults: list[Diagnostic] = []
        for file in sorted(folder.rglob("*")):
            name = file.relative_to(folder).as_posix()
            if file.is_file() and file.suffix in _SUFFIXES and not name.startswith("."):
                try:
                    self.get_template(name)
                except (TemplateError, UnicodeDecodeError) as error:
                    faults.append(diagnose(error, self._overlay))
        return faults

    def _diagnose_current(self) -> Diagnostic:
        """Return what is wrong in the template whose exception is being handled."""
        try:
            self.handle_exception()  # raises it again, with templates' own lines in its traceback
        except Exception as error:
            return diagnose(error, self._overlay)


def _loader(overlay: Overlay) -> BaseLoader:
    """Return the loader of both folders; ours is also named ``offprint:``."""
    ours = PrefixLoader({"offprint": _Sources(overlay, (overlay.base,))}, delimiter=":")
    return ChoiceLoader([ours, _Sources(overlay, overlay.layers)])


class _Sources(BaseLoader):
    """Loads templates of some folders of an overlay, as its files were read; the first folder wins."""

    def __init__(self, overlay: Overlay, folders: Sequence[Path]) -> None:
        self._overlay, self._folders = overlay, folders

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:
        """Return a template's text and its path; raises TemplateNotFound."""
        parts = split_template_path(template)
        for folder in self._folders:
            data = self._overlay.data(file := folder.joinpath(*parts))
            if data is not None:
                return data.decode("utf-8").replace("\r\n", "\n"), str(file), None
        raise TemplateNotFound(template)


class _CompiledTemplates(BytecodeCache):
    """Compiled templates in the cache, under the fingerprint of what they are compiled from.

    That includes the messages, which are part of a compiled template. The compiler is not included, since
    the cache is valid for one version of the code alone.
    """

    def __init__(self, messages: Messages, cache: Cache) -> None:
        self._cache, self._messages = cache, fingerprint(sorted(messages.texts.items()))

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket from the cache, if it can; Jinja checks the header of the bytes."""
        compiled = self._cache.state(_KIND, self._name(bucket))
        if compiled is not None:
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store a template that Jinja has compiled."""
        self._cache.save_state(_KIND, bucket.bytecode_to_string(), self._name(bucket))

    def _name(self, bucket: Bucket) -> str:
        """Return the name in the cache for a template: source and messages, hashed."""
        return fingerprint(bucket.key, bucket.checksum, self._messages).hex()
