"""What must hold for the controls of a playbook: each can be located, confirmed, and used in the way that a step uses it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from dsr.playbook.schema import (
    Choose,
    ConfirmText,
    Control,
    Download,
    Ensure,
    Fill,
    Goto,
    Note,
    Open,
    PersonStep,
    Playbook,
    Press,
    See,
    Step,
    Submit,
)

LONGEST = 500  # characters of a name
ROLES = frozenset(
    "alert alertdialog application article banner blockquote button caption cell checkbox code columnheader combobox "
    "complementary contentinfo definition deletion dialog directory document emphasis feed figure form generic grid "
    "gridcell group heading img insertion link list listbox listitem log main marquee math menu menubar menuitem "
    "menuitemcheckbox menuitemradio meter navigation none note option paragraph presentation progressbar radio "
    "radiogroup region row rowgroup rowheader scrollbar search searchbox separator slider spinbutton status strong "
    "subscript superscript switch tab table tablist tabpanel term textbox time timer toolbar tooltip tree treegrid "
    "treeitem".split()
)  # WAI-ARIA 1.2, as Playwright knows them
_MARKED = {"radio", "checkbox", "switch", "menuitemradio", "menuitemcheckbox", "option", "treeitem", "tab"}
_LISTS = {"combobox", "listbox"}
_TYPED = {"textbox", "searchbox", "combobox", "spinbutton"}
_TESTID = re.compile(r"[\w.:/-]+")
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060-\u2069\ufeff]"
)  # not the joiners and marks that scripts need


def of_controls(book: Playbook) -> Iterator[str]:
    """What is wrong with the controls themselves."""
    for key, control in book.control.items():
        yield from (f"control.{key}: {problem}" for problem in _of_control(control))
        if control.within and control.within not in book.control:
            yield f"control.{key}.within: control '{control.within}' is not defined"
    if circle := next((key for key in book.control if _circles(book, key)), ""):
        yield f"control.{circle}.within: it lies in itself"
    for key, meanings in book.choice.items():
        yield from (
            f"choice.{key}: control '{one}' is not defined" for one in meanings.values() if one not in book.control
        )


def _of_control(control: Control) -> Iterator[str]:
    if not control.role:
        yield "no role, so nothing can locate it"
    yield from (f"'{role}' is no role of ARIA" for role in control.role if role not in ROLES)
    if not control.names and not control.any_name:
        yield "no name, so nothing can confirm it"
    yield from (
        f"test id '{one}' is no single word, and a selector is none"
        for one in control.testid
        if not _TESTID.fullmatch(one)
    )
    for name in control.names:
        if _UNSEEN.search(name.text):
            yield f"the name '{_UNSEEN.sub('?', name.text)}' has characters that nobody sees"
        elif not any(unicodedata.category(one)[0] in "LNPS" for one in name.text):
            yield "a name is empty, and every control without a name would bear it"
        elif len(name.text) > LONGEST:
            yield f"a name is longer than {LONGEST} characters"


def _circles(book: Playbook, key: str) -> bool:
    seen = {key}
    while (key := book.control[key].within) in book.control:
        if key in seen:
            return True
        seen.add(key)
    return False


def meant(book: Playbook, key: str) -> list[tuple[str, Control]]:
    """The controls that a key may stand for: itself, or one for each wish."""
    keys = dict.fromkeys(book.choice[key].values()) if key in book.choice and key not in book.control else [key]
    return [(one, book.control[one]) for one in keys if one in book.control]


def of_use(book: Playbook, step: Step) -> Iterator[str]:
    """What is wrong with the way in which a step uses its control."""
    if isinstance(step, Goto | Note | PersonStep):
        return
    if step.control in step.needless:
        yield f"unless: where '{step.control}' shows the step is left out, so it never does anything"
        return
    if isinstance(step, Open) and step.control == step.until:
        yield f"until: '{step.until}' is what is pressed, and shows before"
        return
    wanted, what = _wanted(step)
    for key, control in meant(book, step.control):
        if wanted and not set(control.role) <= wanted:
            yield f"control: '{key}' has the role {', '.join(control.role)}, {what}"
            return
    pressed = {
        one for act in book.step if isinstance(act, Ensure | Press | Submit) for one in (act.control, act.confirm)
    }
    if isinstance(step, Open | Choose | Download) and step.control in pressed:
        yield f"control: '{step.control}' is pressed for effect in another step, so it is nothing to be pressed in passing"


def _wanted(
    step: See | Open | Ensure | Press | Fill | Choose | Submit | ConfirmText | Download,
) -> tuple[set[str], str]:
    if isinstance(step, Choose):
        return (_LISTS, "and is no list") if step.option else (_MARKED, "and cannot be marked")
    if isinstance(step, Fill):
        return _TYPED, "and takes no text"
    return set(), ""
