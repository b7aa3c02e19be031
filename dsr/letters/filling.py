"""Fill a template, in the sandbox; any fault of it becomes BadFile with its name and line."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import _lru_cache_wrapper, cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsr.errors import BadFile
from dsr.letters import words
from dsr.letters.asks import Asks, Story
from dsr.letters.laws import Law
from dsr.letters.letter import ITEM
from dsr.resources import folder

if TYPE_CHECKING:
    from types import FrameType

    from jinja2.ext import Extension
    from jinja2.sandbox import SandboxedEnvironment


_FACTS = frozenset({Asks, Law, Story})
_SPACES = re.compile(r"[ \t\r\f\v]+")  # and not the no-break space, which French writes before ; : ? !
# What a template of one's own may take: characters of what it says, steps of its code.
_LONGEST, _STEPS = 200_000, 500_000
_GAP = re.compile(r"\n\s*\n")


@cache
def _environment(own: Path | None, spelling: tuple[tuple[str, str], ...]) -> SandboxedEnvironment:
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.environment import TemplateModule
    from jinja2.runtime import Macro
    from jinja2.sandbox import ImmutableSandboxedEnvironment as Env

    places = [one for one in (own, folder("templates")) if one]

    class Ours(Env):
        """The sandbox, with a short way for what we lend to templates ourselves: their macros, our frozen facts, `cite`."""

        intercepted_binops = frozenset({"*", "**"})  # with which one sign asks for all memory there is

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            numbers = all(isinstance(one, int | float) and abs(one) < _STEPS for one in (left, right))
            if operator == "**" or not numbers:
                raise OverflowError(f"'{operator}' is for small numbers only")
            return super().call_binop(context, operator, left, right)

        def getattr(self, obj: Any, attribute: str) -> Any:
            if attribute[:1] != "_":
                if type(obj) is TemplateModule and attribute in obj.__dict__:
                    return obj.__dict__[attribute]
                if type(obj) in _FACTS and attribute in obj.__struct_fields__:
                    return getattr(obj, attribute)
            return super().getattr(obj, attribute)

        def call(self, context: Any, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
            if type(obj) in (Macro, _lru_cache_wrapper):
                kwargs.pop("_block_vars", None)  # what Jinja2 adds for functions that take its context
                kwargs.pop("_loop_vars", None)
                first = (context.eval_ctx,) if type(obj) is Macro else ()
                return obj(*first, *args, **kwargs)
            return super().call(context, obj, *args, **kwargs)

    return Ours(
        extensions=[_spelling(spelling)] if spelling else [],
        loader=FileSystemLoader(places),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )


def _spelling(parts: tuple[tuple[str, str], ...]) -> type[Extension]:
    """The sentences of our own templates as the law's country writes them: not what is filled in, and not a person's own."""
    from jinja2.ext import Extension
    from jinja2.lexer import Token, TokenStream

    class Spelling(Extension):
        def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
            ours = Path(stream.filename or "").is_relative_to(folder("templates"))
            for token in stream:
                data = ours and token.type == "data"
                yield Token(token.lineno, token.type, words.spelled(token.value, parts)) if data else token

    return Spelling


def fill(name: str, facts: dict[str, Any], own: Path | None) -> tuple[str, str]:
    """Subject and body of the letter whose template is `name`, below `own` or else our templates."""
    from jinja2 import TemplateError, TemplateSyntaxError

    try:
        template = _environment(own, facts["words"].spelling).get_template(name)
        if set(template.blocks) != {"subject", "body"}:
            raise BadFile(f"{name}, line 1", "a letter has exactly two blocks, subject and body")
        with _bounded() if own else nullcontext():
            context = template.new_context(facts)
            context.blocks = {block: [_nothing] for block in template.blocks}
            "".join(template.root_render_func(context))  # runs the imports, which the blocks then see
            title, body = (_short(template.blocks[block](context)) for block in ("subject", "body"))
        title, body = _reflow(title), _reflow(body)
    except TemplateSyntaxError as error:
        raise BadFile(f"{error.name or name}, line {error.lineno}", f"{error.message}") from error
    except (
        TemplateError,
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
        MemoryError,
    ) as error:
        raise BadFile(_place(error, name), str(error)) from error
    return " ".join(title.split("\n")), body


@contextmanager
def _bounded() -> Iterator[None]:
    """Code of a template that runs for ever raises OverflowError, at whichever line it has come to."""
    left, before = [_STEPS], sys.gettrace()

    def step(frame: FrameType, *_: Any) -> Any:
        if "__jinja_template__" not in frame.f_globals:
            return None
        left[0] -= 1
        if left[0] < 0:
            raise OverflowError("it runs too long: a loop has too many rounds")
        return step

    sys.settrace(step)
    try:
        yield
    finally:
        sys.settrace(before)


def _short(parts: Iterator[str]) -> str:
    """The parts as one text. Raises OverflowError where it grows beyond what a letter can be."""
    found: list[str] = []
    length = 0
    for part in parts:
        found.append(part)
        if (length := length + len(part)) > _LONGEST:
            raise OverflowError(f"it writes more than {_LONGEST:,} characters")
    return "".join(found)


def _place(error: Exception, name: str) -> str:
    """The innermost template and line in which an error arose."""
    from traceback import walk_tb

    calls = [(f.f_globals.get("__jinja_template__"), line) for f, line in walk_tb(error.__traceback__)]
    places = [(call.name, call.get_corresponding_lineno(line)) for call, line in calls if call]
    return "{}, line {}".format(*(places or [(name, 1)])[-1])


def _nothing(_: Any) -> Iterator[str]:
    """A block that is not rendered yet."""
    return iter(())


def _reflow(text: str) -> str:
    """Each paragraph and each item of a list on one line, one empty line between paragraphs."""
    return "\n\n".join(map(_block, _GAP.split(text.strip())))


@lru_cache(2_000)  # most paragraphs are the same in every letter
def _block(block: str) -> str:
    lines: list[str] = []
    for line in (_SPACES.sub(" ", raw).strip(" ") for raw in block.split("\n")):
        if lines and not (line[0] in "-(" and ITEM.match(line)):
            lines[-1] += " " + line
        else:
            lines.append(line)
    return "\n".join(lines)
