"""Fill a template, in the sandbox; any fault of it becomes BadFile with its name and line."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsr.errors import BadFile
from dsr.letters.letter import ITEM
from dsr.resources import folder

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment


@cache
def _environment(own: Path | None) -> SandboxedEnvironment:
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment as Env

    places = [one for one in (own, folder("templates")) if one]
    return Env(
        loader=FileSystemLoader(places),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )


def fill(name: str, facts: dict[str, Any], own: Path | None) -> tuple[str, str]:
    """Subject and body of the letter whose template is `name`, below `own` or else our templates."""
    from jinja2 import TemplateError, TemplateSyntaxError

    try:
        template = _environment(own).get_template(name)
        if set(template.blocks) != {"subject", "body"}:
            raise BadFile(f"{name}, line 1", "a letter has exactly two blocks, subject and body")
        context = template.new_context(facts)
        "".join(template.root_render_func(context))  # runs the imports, which the blocks then see
        title, body = (_reflow("".join(template.blocks[block](context))) for block in ("subject", "body"))
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
    ) as error:
        raise BadFile(_place(error, name), str(error)) from error
    return " ".join(title.split()), body


def _place(error: Exception, name: str) -> str:
    """The innermost template and line in which an error arose."""
    from traceback import walk_tb

    calls = [(f.f_globals.get("__jinja_template__"), line) for f, line in walk_tb(error.__traceback__)]
    places = [(call.name, call.get_corresponding_lineno(line)) for call, line in calls if call]
    return "{}, line {}".format(*(places or [(name, 1)])[-1])


def _reflow(text: str) -> str:
    """Each paragraph and each item of a list on one line, one empty line between paragraphs."""
    lines: list[str] = []
    for line in (" ".join(raw.split()) for raw in text.split("\n")):
        if line and lines and lines[-1] and not ITEM.match(line):
            lines[-1] += " " + line
        elif line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).rstrip("\n")
