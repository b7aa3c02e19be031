"""The command line: finds the commands, imports only the one that is called, turns an error into two lines and a code.

A command is a file in `commands/`; the first line of its docstring is its line in `dsr --help`. It has a function `run`, or a
tuple `VERBS` of functions where it has subcommands. Every command takes `--json`.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup, TyperOption
from typer.exceptions import TyperException

from dsr import __version__, report
from dsr.errors import DsrError, Interrupted, UsageError

if TYPE_CHECKING:
    from dsr.model import Result

_COMMANDS = Path(__file__).parent / "commands"
_SETTINGS = {"help_option_names": ["-h", "--help"]}


def names() -> list[str]:
    """The commands, by the files that hold them."""
    files = (path.stem for path in _COMMANDS.glob("*.py"))
    return sorted(name.replace("_", "-") for name in files if not name.startswith("_"))


def summary(name: str) -> str:
    """The first line of a command's docstring, read without importing it."""
    with (_COMMANDS / f"{name.replace('-', '_')}.py").open(encoding="utf-8") as file:
        return file.readline().strip().strip('"')


def load(name: str) -> Any:
    """A command, imported and built; called only for the one that is run or asked for help."""
    module = import_module(f"dsr.commands.{name.replace('-', '_')}")
    verbs: tuple[Callable[..., Result], ...] = getattr(module, "VERBS", ())
    if not verbs:
        return _leaf(name, module.run)
    app = typer.Typer(
        cls=Verbs, add_completion=False, rich_markup_mode=None, no_args_is_help=True, context_settings=_SETTINGS
    )
    app.callback(help=module.__doc__)(lambda: None)
    group = typer.main.get_command(app)
    assert isinstance(group, Verbs)
    group.functions = {function.__name__.rstrip("_").replace("_", "-"): function for function in verbs}
    return group


def _leaf(name: str, function: Callable[..., Result]) -> Any:
    """One function as a command, with `--json`."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True, context_settings=_SETTINGS)
    app.command(name)(function)
    command = typer.main.get_command(app)
    command.params.append(
        TyperOption(param_decls=["--json"], is_flag=True, expose_value=False, help="Answer as one JSON envelope.")
    )
    return command


class Verbs(TyperGroup):
    """The subcommands of one command; only the one that is run is built."""

    functions: dict[str, Callable[..., Result]]

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self.functions)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return _leaf(cmd_name, self.functions[cmd_name]) if cmd_name in self.functions else None


class Root(TyperGroup):
    """The group of all commands; knows their names without importing them."""

    def list_commands(self, ctx: Any) -> list[str]:
        return names()

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in names():
            return load(cmd_name)
        if cmd_name.startswith("-"):
            return None
        from difflib import get_close_matches

        close = get_close_matches(cmd_name, names(), n=3)
        hint = "did you mean " + " or ".join(f"dsr {name}" for name in close) + "?" if close else "dsr --help"
        raise UsageError(f"no command is called '{cmd_name}'", hint)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary(name)) for name in names()])


def _version(*, value: bool) -> None:
    if value:
        report.raw(f"dsr {__version__}")
        raise typer.Exit


_Version = Annotated[
    bool,
    typer.Option("--version", callback=lambda value: _version(value=value), is_eager=True, help="Show the version."),
]


def root() -> Any:
    """The whole command line as one object."""
    app = typer.Typer(cls=Root, rich_markup_mode=None, no_args_is_help=True, context_settings=_SETTINGS)

    @app.callback()
    def dsr(version: _Version = False) -> None:
        """Use your data-protection rights: see your data, have it deleted, stop training on it.

        Start with `dsr profile init`, then `dsr request-export openai`, `dsr request-deletion openai` or `dsr opt-out
        openai`; `dsr next` says what needs you. Add --rehearse to try a command on a played site. Not legal advice.
        """

    return typer.main.get_command(app)


def main(argv: list[str] | None = None) -> None:
    """Run one command and end the process with its documented exit code."""
    os.umask(0o077)
    gc.set_threshold(100_000)  # a command lives for a moment and makes no cycles worth a search
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that lacks a letter shows its code instead of failing
            stream.reconfigure(errors="backslashreplace")
    args = sys.argv[1:] if argv is None else argv
    options = args[: args.index("--")] if "--" in args else args
    terminal = report.Terminal(as_json="--json" in options)
    command = report.clean(" ".join([word for word in args if not word.startswith("-")][:1]))
    try:
        sys.exit(_run(args, command, terminal))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _refuse_bytes(args: list[str]) -> None:
    """Bytes that are not text cannot be stored or shown. Raises UsageError."""
    if any("\ud800" <= letter <= "\udfff" for word in args for letter in word):
        raise UsageError("what was typed holds bytes that are not text", "type it again, in UTF-8")


def _answer(args: list[str], command: str, terminal: report.Terminal) -> int:
    _refuse_bytes(args)
    result = root().main(args, prog_name="dsr", standalone_mode=False, obj=terminal)
    if result == Interrupted.exit_code:  # typer's word for Ctrl-C
        raise Interrupted
    if result is None or isinstance(result, int):  # a help page was shown
        return int(result or 0)
    report.show(command, result, terminal)
    sys.stdout.flush()
    return int(result.exit_code)


def _run(args: list[str], command: str, terminal: report.Terminal) -> int:
    try:
        return _answer(args, command, terminal)
    except DsrError as error:
        known = error
    except (KeyboardInterrupt, typer.Abort):
        known = Interrupted()
    except TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            report.raw(str(error))
            return UsageError.exit_code
        known = UsageError(error.format_message().rstrip(".").lower(), f"dsr {command} --help".replace("  ", " "))
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        what = f"{(error.strerror or str(error)).lower()}: {error.filename or 'the system refused'}"
        known = DsrError(what, "check the disk's space and the folder's permissions")
    except Exception as error:  # the last net: a traceback could show what is personal
        if os.environ.get("DSR_DEBUG"):
            raise
        known = DsrError(f"this is a defect in dsr ({type(error).__name__})", "set DSR_DEBUG=1 to see where")
    report.fail(command, known, terminal)
    return known.exit_code
