"""What a playbook is told beside what it says, so that the known form of a question or language can be tried on any of them."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from dsr.playbook.schema import Control, Dialog, Name, Playbook, Step
from dsr.rehearsal.mutations import Known

_NORWEGIAN = "På norsk: "
_YES = "matrix-yes"


def knowing(book: Playbook, act: Step, known: Known) -> Playbook:
    """The playbook with that knowledge: names in Norwegian (`no`), the yes of a question after the press, or a dialog."""
    if known == "norwegian":
        control = {
            key: structs.replace(one, names=one.names + tuple(_no(name) for name in one.names if name.locale == "en"))
            for key, one in book.control.items()
        }
        return structs.replace(book, control=control)
    if known == "sure":
        yes = Control(role=("button",), names=(Name(locale="en", text="Yes, I am sure"),))
        steps = tuple(structs.replace(step, confirm=_YES) if step == act else step for step in book.step)
        return structs.replace(book, control=book.control | {_YES: yes}, step=steps)
    if known == "confirm":
        asked = Dialog(locale="en", text="Are you sure?", kind="confirm", answer="accept")
        return structs.replace(book, dialog=(*book.dialog, asked))
    if known == "leaving":
        asked = Dialog(locale="en", text="", kind="beforeunload", answer="accept")
        return structs.replace(book, dialog=(*book.dialog, asked))
    return book


def _no(name: Name) -> Name:
    return structs.replace(name, locale="no", text=_NORWEGIAN + name.text)


def norwegian_texts(book: Playbook) -> list[list[Any]]:
    """Every English name of the playbook with its made-up Norwegian, and whether more may follow; longest first."""
    names = [name for control in book.control.values() for name in control.names if name.locale == "en"]
    pairs = {name.text: [name.text, _NORWEGIAN + name.text, name.prefix] for name in names}
    return sorted(pairs.values(), key=lambda pair: -len(pair[0]))
