"""The only printer: a result as text or as JSON, an error as two lines, a question at the terminal.

Rules of this interface: what a command answers goes to stdout, errors go to stderr as `dsr: error:` and `dsr: hint:`. With
`--json` stdout holds exactly one envelope and nothing is asked. No escape sequence, no bidi mark and no control
character of a file, a page or a person reaches the terminal.
"""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dsr.errors import DsrError, Interrupted, PersonNeeded, UsageError

if TYPE_CHECKING:
    from dsr.model import Result

_DANGEROUS = {code: None for code in range(0x20) if chr(code) not in "\n\t"}
_DANGEROUS |= dict.fromkeys(range(0x7F, 0xA0))
_DANGEROUS |= dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_DANGEROUS |= dict.fromkeys(range(0xD800, 0xE000))

_LONGEST = 4000  # characters of an error
# In JSON the same characters are written as JSON escapes them, so that nothing is lost; those below 0x20 always are.
_ESCAPED = {code: f"\\u{code:04x}" for code in _DANGEROUS if code >= 0x7F}


def clean(text: str) -> str:
    """The text without control characters (newline and tab stay), escape sequences' openers and bidi controls."""
    return text.translate(_DANGEROUS)


def _wrapped(line: str, width: int) -> list[str]:
    """A line in parts of that width; the parts that follow are indented two more than the first. No word is broken, so
    that a path or an address can be copied."""
    indent = len(line) - len(line.lstrip()) + 2
    if len(line) <= width or indent > width // 2:
        return [line]
    return textwrap.wrap(
        line,
        width,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )


class Terminal:
    """The person at the terminal; see `model.Person`. In JSON mode what is told becomes `messages`."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.messages: list[str] = []
        self.prefix = ""  # `[rehearsal] ` where nothing is real; stands before every line
        self.wraps = True  # a screen reader wants each sentence in one piece

    @property
    def present(self) -> bool:
        return not self.as_json and sys.stdin.isatty()

    def tell(self, text: str) -> None:
        if self.as_json:
            self.messages.append(self.prefix + text)
        else:
            print(self.marked(text), flush=True)

    def marked(self, text: str) -> str:
        """The text made safe for a terminal, every line of it with the prefix, and on a terminal no wider than it is."""
        lines = clean(text).split("\n")
        if self.wraps and sys.stdout.isatty():
            width = max(shutil.get_terminal_size().columns - len(self.prefix), 40)
            lines = [part for line in lines for part in _wrapped(line, width)]
        return "\n".join((self.prefix + line).rstrip() for line in lines)

    def confirm(self, question: str) -> bool:
        answer = ""
        while answer not in ("y", "yes", "n", "no"):
            answer = self._line(f"{question} [y/n] ", "--yes answers it beforehand").lower()
        return answer.startswith("y")

    def ask(self, question: str, default: str = "") -> str:
        shown = f"{question} [{default}]: " if default else f"{question}: "
        return self._line(shown, "give it as an option; see --help") or default

    def progress(self, label: str) -> Callable[[int, int], None]:
        """A bar on stderr that hears (done, of how many, or 0 where that is not known); nothing where that is no terminal."""
        if self.as_json or not sys.stderr.isatty():
            return lambda _done, _whole: None

        def draw(done: int, whole: int) -> None:
            share = min(done / whole, 1.0) if whole else 0.0
            end = "\n" if whole and done >= whole else ""
            bar = f"[{'#' * int(30 * share):<30}]" if whole else ""
            print(f"\r{label} {bar} {done / (1 << 20):.1f} MB", end=end, file=sys.stderr, flush=True)

        return draw

    def hidden(self, question: str) -> str:
        """A line that is not shown while it is typed: a password. Raises as `ask` does."""
        from getpass import getpass

        return self._line(f"{question}: ", "put it into a file of mode 0600; see --help", getpass)

    def _line(self, prompt: str, hint: str, read: Callable[[str], str] = input) -> str:
        if not self.present:
            raise PersonNeeded(f"a person must answer: {prompt.strip()}", hint)
        try:
            answer = read(self.prefix + clean(prompt)).strip()
            answer.encode()
        except (EOFError, KeyboardInterrupt):
            print()
            raise Interrupted from None
        except UnicodeError:
            raise UsageError("what was typed holds bytes that are not text", "type it again, in UTF-8") from None
        return answer


def piped(most: int) -> bytes:
    """What another program or a file sends to standard input, whole. Raises UsageError where it is more than so many bytes."""
    content = sys.stdin.buffer.read(most + 1)
    if len(content) > most:
        raise UsageError(f"what comes in is larger than {most >> 10} KiB", "send less")
    return content


def show(command: str, result: Result, terminal: Terminal) -> None:
    """Print what a command returned."""
    if terminal.as_json:
        _envelope(command, result.exit_code, result.data, [*terminal.messages, *result.messages], None)
        return
    for line in filter(None, (*result.messages, result.text.rstrip("\n"))):
        print(terminal.marked(line))


def fail(command: str, error: DsrError, terminal: Terminal) -> None:
    """Print an error: two lines on stderr, or the envelope on stdout."""
    if terminal.as_json:
        told = {"kind": error.kind, "message": error.message, "hint": error.hint}
        _envelope(command, error.exit_code, error.data, terminal.messages, told)
        return
    print(_line(f"dsr: error: {terminal.prefix}{error.message}"), file=sys.stderr)
    if error.hint:
        print(_line(f"dsr: hint: {error.hint}"), file=sys.stderr)


def _line(text: str) -> str:
    """One safe line: what was typed, or read from a page, may be of any length and pretend to be lines of dsr's own."""
    line = " ".join(clean(text).split("\n"))
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]} ... ({len(line) - _LONGEST} more characters)"


def _envelope(
    command: str, exit_code: int, data: dict[str, Any], messages: list[str], error: dict[str, str] | None
) -> None:
    import msgspec

    envelope = {
        "dsr": 1,
        "command": command,
        "ok": exit_code == 0,
        "exit_code": exit_code,
        "data": data,
        "messages": messages,
        "error": error,
    }
    try:
        encoded = msgspec.json.encode(envelope)
    except UnicodeEncodeError:  # the name of a file may hold bytes that are no text
        encoded = msgspec.json.encode(_texts(envelope))
    print(msgspec.json.format(encoded, indent=2).decode().translate(_ESCAPED))


def _texts(thing: Any) -> Any:
    """The same, without halves of characters in any of its texts; whatever else JSON can say stays."""
    import msgspec

    plain = msgspec.to_builtins(thing)
    if isinstance(plain, dict):
        return {_texts(key): _texts(value) for key, value in plain.items()}
    if isinstance(plain, list | tuple):
        return [_texts(one) for one in plain]
    return plain.encode(errors="backslashreplace").decode() if isinstance(plain, str) else plain


def raw(text: str) -> None:
    """Print text as it is (help pages, version)."""
    print(text)
