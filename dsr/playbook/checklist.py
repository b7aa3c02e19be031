"""The same steps for a person who clicks herself: numbered, with the same labels and addresses."""

from __future__ import annotations

from dsr.playbook.schema import (
    Choose,
    ConfirmText,
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

_WHAT = {
    "login": "sign in",
    "second-factor": "give the second factor",
    "captcha": "answer the question whether you are human",
    "email-link": "open the link that comes by e-mail, in the same browser",
    "review": "look at what is there and decide",
}


def checklist(book: Playbook, locale: str = "en") -> list[str]:
    """The numbered lines."""
    lines: list[str] = []
    for step in book.step:
        if text := line(book, step, locale):
            lines.append(f"{len(lines) + 1}. {text}")
    return lines


def label(book: Playbook, key: str, locale: str = "en") -> str:
    """How a control is called in a locale, else in English, else by its key."""
    if key in book.choice and key not in book.control:
        return " or ".join(dict.fromkeys(label(book, one, locale) for one in book.choice[key].values()))
    names = {name.locale: name.text for name in reversed(book.control[key].names)}
    return f"'{names.get(locale) or names.get('en') or next(iter(names.values()))}'" if names else key.replace("-", " ")


def asked(step: PersonStep) -> str:
    """What a person step asks for, in words."""
    return step.text or _WHAT[step.what]


def line(book: Playbook, step: Step, locale: str = "en") -> str:  # noqa: C901  one case for each verb is how it reads best
    """One step in words; empty for one in which a person does nothing."""
    match step:
        case Goto():
            return f"Open {step.urls[0]}"
        case See():
            return ""
        case Open():
            unless = dict.fromkeys(label(book, one, locale) for one in step.needless)
            return f"Press {label(book, step.control, locale)}" + (
                f" (unless {' or '.join(unless)} shows already)" if unless else ""
            )
        case Ensure():
            on = any(step.state == name.on for name in book.control[step.control].names)
            where = ", if it is there" if step.optional else ""
            return f"Switch {label(book, step.control, locale)} {'on' if on else 'off'}{where}"
        case Submit() if step.text:
            return f"{step.text[0].upper()}{step.text[1:]}; then press {label(book, step.control, locale)}, once"
        case Press() | Submit():
            return f"Press {label(book, step.control, locale)}, once"
        case Fill():
            return f"Type your {step.field} into {label(book, step.control, locale)}"
        case Choose():
            option = label(book, step.option, locale) if step.option else ""
            place = label(book, step.control, locale)
            return f"Choose {option} in {place}" if option else f"Choose {place}"
        case ConfirmText():
            return f"Make sure that the page shows your {step.field}"
        case Download():
            return f"Press {label(book, step.control, locale)} and keep the file"
        case PersonStep():
            return f"You: {asked(step)}"
        case Note():
            return step.text
