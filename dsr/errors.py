"""Every error a user can meet, with its exit code and its sentence.

DsrError            1   failed
├── UsageError      2   the command line asks for something that cannot be
│   ├── BadDate         a date that does not exist or lies where it cannot
│   └── IllegalMove     an event that cannot follow what the case holds
├── SchedulerFailed 1   a scheduler of this machine is not there or refuses
├── ChannelFailed   3   a channel did not take a reminder
├── PersonNeeded   10   only a person can go on
│   └── NoSecret        a password or key is nowhere, and nobody is there to type it
├── BadData        11   a file, a profile or the configuration is wrong or incomplete
│   ├── BadFile         which file, where in it, what is wrong
│   ├── MissingField    the profile lacks a field
│   ├── NoKeyring       the system's keyring cannot be used
│   ├── MissingExtra    an optional part of dsr is not installed
│   ├── NoGlyph         the font of a letter lacks a character
│   ├── NoRoom          an address does not fit where it must be read
│   ├── TooLong         a text has more characters than fit where it shall go
│   └── NoBrowser       no browser was found
├── UnknownName    12   no such controller, right, regime, case ...
│   ├── NoLaw           no law pack covers this place or this right
│   └── NoLetter        a letter is not there in that language, for a reason that is known
├── Drifted        13   the page is not the one that the playbook knows
├── SiteDown       14   a site or portal cannot be reached
├── StoreProblem   16   the store cannot be used
│   ├── StoreLocked     another dsr is writing
│   ├── StoreNewer      written by a newer dsr
│   └── StoreCorrupt    damaged
├── BadArchive     17   a backup or an export cannot be read
└── Interrupted   130   Ctrl-C or Ctrl-D

A message is lower case, names the thing and quotes what was typed; the hint is a command, or says what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any


class DsrError(Exception):
    """Something that dsr tells a person in two lines: the message, then the hint. `data` is for the JSON envelope."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.data: dict[str, Any] = {}

    @property
    def kind(self) -> str:
        """The stable name of this error in JSON, e.g. `unknown-name`."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(self).__name__).lower()


class UsageError(DsrError):
    """The command line asks for something that cannot be."""

    exit_code = 2


class BadDate(UsageError):
    """A date that does not exist or lies where it cannot."""

    def __init__(self, typed: str, why: str = "is not a date", hint: str = "") -> None:
        super().__init__(f"'{typed}' {why}", hint or "write dates as YYYY-MM-DD, for example 2026-11-22")


class IllegalMove(UsageError):
    """An event that cannot follow what the case holds."""

    def __init__(self, case: str, kind: str, why: str, legal: Iterable[str]) -> None:
        super().__init__(
            f"case {case} cannot take '{kind}': {why}", "possible now: " + (", ".join(sorted(legal)) or "nothing")
        )


class SchedulerFailed(DsrError):
    """A scheduler of this machine is not there, or refuses; what it holds is as it was."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(
            message, hint or "dsr schedule status; dsr schedule print --with cron shows a line for a crontab"
        )


class ChannelFailed(DsrError):
    """A channel did not take a reminder; it is kept, and the next run tries again."""

    exit_code = 3

    def __init__(self, channel: str, problem: str, hint: str = "") -> None:
        super().__init__(f"{channel}: {problem}", hint or "nothing is lost: the next dsr remind tries again")


class PersonNeeded(DsrError):
    """Only a person can go on: a login, a question, the last click."""

    exit_code = 10


class NoSecret(PersonNeeded):
    """A password or a key is nowhere, and nobody is there to type it. `variable` is the environment variable that may hold it."""

    def __init__(self, name: str, why: str, variable: str, *, set_: bool = True) -> None:
        ways = [f"dsr vault secret set {name}"] if set_ else []
        super().__init__(f"the secret '{name}' {why}", ", or ".join([*ways, f"{variable}_FILE=FILE", variable]))
        self.name = name


class BadData(DsrError):
    """A file, a profile or the configuration is wrong or incomplete."""

    exit_code = 11


class BadFile(BadData):
    """A file that cannot be used: which one, where in it, and what is wrong."""

    def __init__(self, path: Path | str, problem: str, hint: str = "") -> None:
        super().__init__(f"{path}: {problem}", hint or "correct the file and run the command again")


class MissingField(BadData):
    """The profile lacks a field that this act needs."""

    def __init__(self, field: str, what_for: str, example: str) -> None:
        super().__init__(f"the profile has no {field}, and {what_for} needs it", f"dsr profile set {example}")
        self.field = field


class NoKeyring(BadData):
    """The system's keyring cannot be used: there is none, it is locked, or it keeps nothing safe."""

    def __init__(self, why: str) -> None:
        super().__init__(why, "unlock or start the system's keyring, or use a key file of mode 0600")


class MissingExtra(BadData):
    """An optional part of dsr, an extra of the package, is not installed."""

    def __init__(self, what_for: str, extra: str) -> None:
        super().__init__(
            f"{what_for} needs the optional part '{extra}', which is not installed",
            f'pip install "dsr-toolkit[{extra}]"',
        )
        self.extra = extra


class NoGlyph(BadData):
    """The font of a letter has no sign for a character, so the letter would be printed wrong."""

    def __init__(self, character: str, name: str, where: str) -> None:
        shown = f"'{character}' " if character.isprintable() else ""
        super().__init__(
            f"the font of the letter has no sign for {shown}(U+{ord(character):04X} {name}), which stands in the {where}",
            "write it in Latin, Greek or Cyrillic letters, or send the letter as text",
        )
        self.character = character


class NoRoom(BadData):
    """An address has more lines, or longer words, than can be read where it stands; it is never cut."""

    def __init__(self, what: str, where: str, lines: int) -> None:
        super().__init__(f"the {what} ({lines} lines) does not fit {where}", "shorten it, or choose another form")


class TooLong(BadData):
    """A text has more characters than fit where it shall go; it is never cut."""

    def __init__(self, what: str, length: int, limit: int, hint: str = "shorten it, and run the command again") -> None:
        super().__init__(f"the {what} has {length:,} characters, more than the {limit:,} that fit", hint)


class NoBrowser(BadData):
    """No browser was found on this machine."""

    def __init__(self, tried: str) -> None:
        super().__init__(f"no browser found (looked for {tried})", "dsr browser install")


class UnknownName(DsrError):
    """No such thing; close matches are offered, else the hint, else all that is known."""

    exit_code = 12

    def __init__(self, what: str, typed: str, known: Iterable[str], hint: str = "") -> None:
        from difflib import get_close_matches

        names = sorted(set(known))
        close = get_close_matches(typed.lower(), names, n=3, cutoff=0.6)
        if close:
            hint = "did you mean " + " or ".join(close) + "?"
        elif not hint:
            hint = f"known: {', '.join(names)}" if names else f"there is no {what} yet"
        super().__init__(f"no {what} is called '{typed}'", hint)


class NoLaw(UnknownName):
    """No law pack covers this place or this right; dsr does not guess one."""

    def __init__(self, message: str, hint: str) -> None:
        DsrError.__init__(self, message, hint)


class NoLetter(UnknownName):
    """A letter is not there in that language, for a reason that is known; the languages that there are, are offered."""

    def __init__(self, name: str, lang: str, why: str, known: Iterable[str]) -> None:
        DsrError.__init__(self, f"there is no {name} letter in '{lang}': {why}", f"it is there in: {', '.join(known)}")


class Drifted(DsrError):
    """The page is not the one that the playbook knows; nothing was pressed."""

    exit_code = 13


class SiteDown(DsrError):
    """A site or portal cannot be reached, or refuses."""

    exit_code = 14


class StoreProblem(DsrError):
    """The store cannot be used; what it holds is untouched."""

    exit_code = 16


class StoreLocked(StoreProblem):
    """Another dsr is writing."""


class StoreNewer(StoreProblem):
    """The store was written by a newer dsr."""


class StoreCorrupt(StoreProblem):
    """The store is damaged."""


class BadArchive(DsrError):
    """A backup or an export cannot be read: which file, and what is wrong with it. Nothing was changed."""

    exit_code = 17

    def __init__(self, path: Path | str, problem: str) -> None:
        super().__init__(f"{path}: {problem}", "nothing was changed; take another copy of the file")


class Interrupted(DsrError):
    """Ctrl-C or Ctrl-D."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__("interrupted; nothing more was done", "dsr next shows where things stand")
