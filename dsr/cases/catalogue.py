"""Which letters there are: every letter under every law, in which languages, and for each hole its reason."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap

from msgspec import Struct

from dsr import letters
from dsr.law import packs
from dsr.letters.kinds import KINDS

_WIDTH = 100


class Entry(Struct, frozen=True, kw_only=True):
    """One letter under one law: its languages, or the reason why there is none; `says` is what the letter is."""

    regime: str
    name: str
    languages: tuple[str, ...]
    why: str
    says: str


def entries(own: Path | None = None, *, regime: str = "", name: str = "") -> list[Entry]:
    """All letters, or those of a law, or of a name. Raises UnknownName for a law that is not on file."""
    laws = [packs.find(regime).id] if regime else packs.ids()
    there: dict[tuple[str, str], list[str]] = {}
    for law, one, lang in letters.available(own):
        there.setdefault((law, one), []).append(lang)
    found = []
    for law in laws:
        for kind in KINDS.values() if not name else [KINDS[name]]:
            languages = tuple(there.get((law, kind.name), ()))
            why = "" if languages else letters.why_not(law, kind.name, "en", own)
            found.append(Entry(regime=law, name=kind.name, languages=languages, why=why, says=kind.says))
    return found


def matrix(found: Sequence[Entry]) -> str:
    """Laws as rows and letters as numbered columns; a cell counts the languages, `-` is a hole."""
    names = list(dict.fromkeys(entry.name for entry in found))
    cells = {(entry.regime, entry.name): str(len(entry.languages) or "-") for entry in found}
    laws = list(dict.fromkeys(entry.regime for entry in found))
    label = max(len(law) for law in laws)
    numbered = [f"{number:>2} {name}" for number, name in enumerate(names, 1)]
    lines = ["Letters, by law; a cell counts the languages, '-' is a hole.", *_legend(numbered), ""]
    lines.append(f"{'':<{label}} " + "".join(f"{number:>3}" for number in range(1, len(names) + 1)))
    lines += [f"{law:<{label}} " + "".join(f"{cells[law, name]:>3}" for name in names) for law in laws]
    languages = sorted({lang for entry in found for lang in entry.languages})
    lines += ["", f"Languages: {', '.join(languages)}. Written by a machine; reviewed by nobody yet.", _WHY]
    return "\n".join(lines)


_WHY = "Which languages, and why a hole: dsr letter --list --regime eu-gdpr, or dsr letter erasure --list"


def _legend(numbered: Sequence[str]) -> list[str]:
    """The names in as many columns as fit the width."""
    width = max(map(len, numbered)) + 2
    per = max(1, _WIDTH // width)
    return [
        "".join(name.ljust(width) for name in numbered[at : at + per]).rstrip() for at in range(0, len(numbered), per)
    ]


def table(found: Sequence[Entry], *, by: str) -> str:
    """One row per entry, named by its `regime` or its `name`: the languages, or the reason of the hole."""
    label = max(len(getattr(entry, by)) for entry in found) + 2
    lines = [f"{'LAW' if by == 'regime' else 'LETTER':<{label}}LANGUAGES, OR WHY THERE IS NONE"]
    for entry in found:
        said = " ".join(entry.languages) or f"- {entry.why}"
        lines += wrap(f"{getattr(entry, by):<{label}}{said}", _WIDTH, subsequent_indent=" " * (label + 2))
    return "\n".join(lines)
