"""Tell dsr who you are: what letters need, kept on this machine only."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dsr.cases import profile
from dsr.commands import rows
from dsr.commands._desk import sitting
from dsr.errors import PersonNeeded, UsageError
from dsr.letters import words
from dsr.model import Person, Result, Subject


def init(
    ctx: typer.Context,
    from_: Annotated[Path | None, typer.Option("--from", help="A TOML or JSON file with the same fields.")] = None,
    name: Annotated[str | None, typer.Option(help="Your name as letters should carry it.")] = None,
    email: Annotated[list[str] | None, typer.Option(help="An e-mail address of yours; may be repeated.")] = None,
    address: Annotated[list[str] | None, typer.Option(help="One line of your postal address; repeat per line.")] = None,
    country: Annotated[str | None, typer.Option(help="Country of the address, if not that of residence.")] = None,
    residence: Annotated[str | None, typer.Option(help="Where you live: DE, DE-BE, GB-SCT, US-CA.")] = None,
    language: Annotated[
        str | None, typer.Option(help=f"Your language; letters are in {', '.join(words.languages())}.")
    ] = None,
    account: Annotated[list[str] | None, typer.Option(help="CONTROLLER=E-MAIL, where the account has another.")] = None,
) -> Result:
    """Make your profile: asks on a terminal, or takes a file or options.

    Example: dsr profile init --name "Ada Lovelace" --email ada@example.org --residence DE-BE
    """
    flags = profile.Given(
        name=name,
        emails=tuple(email) if email else None,
        address=tuple(address) if address else None,
        country=country,
        residence=residence,
        language=language,
        accounts=profile.one_field("account", account).accounts if account else None,
    )
    with sitting(ctx) as desk:
        if desk.ledger.subjects():
            raise UsageError("there is a profile already", "dsr profile set FIELD VALUE, or dsr profile show")
        subject = Subject(id="me", language="en")
        if from_:
            subject = profile.apply(subject, profile.read(from_))
        given = from_ is not None or flags != profile.Given()
        subject = profile.apply(subject, flags) if given else _questions(subject, desk.person)
        desk.ledger.put_subject(subject)
        offer = "" if desk.ledger.key else "\nYour store is plain; dsr vault encrypt locks it (see its --help)."
        return Result(text=f"Profile made.\n{_shown(subject)}{offer}", data={"profile": rows(subject)})


def show(ctx: typer.Context) -> Result:
    """Show your profile.

    Example: dsr profile show
    """
    with sitting(ctx) as desk:
        subject = desk.subject()
        return Result(text=_shown(subject), data={"profile": rows(subject)})


def set_(
    ctx: typer.Context,
    field: Annotated[
        str, typer.Argument(help="name, other-name, email, address, country, residence, language, account")
    ],
    value: Annotated[list[str], typer.Argument(help="The new value; several for e-mails and lines of the address.")],
) -> Result:
    """Change one field of your profile.

    Example: dsr profile set address "Kastanienallee 1" "10435 Berlin"
    """
    given = profile.one_field(field, value)
    with sitting(ctx) as desk:
        subject = profile.apply(desk.subject(), given)
        desk.ledger.put_subject(subject)
        return Result(text=_shown(subject), data={"profile": rows(subject)})


VERBS = (init, show, set_)


def _questions(subject: Subject, person: Person) -> Subject:
    """The questions on a terminal; an empty answer leaves a field out."""
    person.tell("What you answer stays on this machine. Leave a line empty to skip it.")

    def asked(question: str, field: str) -> None:
        nonlocal subject

        def check(typed: str) -> None:
            nonlocal subject
            subject = profile.apply(subject, profile.one_field(field, [part.strip() for part in typed.split(";")]))

        profile.repeat_until(question, person, check)

    asked("Your name", "name")
    asked("Your e-mail address", "email")
    asked("Where you live (DE, DE-BE, GB-SCT, US-CA)", "residence")
    if subject.residence:
        asked("Postal address, lines separated by ';' (only for letters by post)", "address")
    asked("E-mail of your ChatGPT account, if another: openai=ADDRESS", "account")
    if subject == Subject(id="me", language="en"):
        raise PersonNeeded("nothing was answered, so no profile was made", "dsr profile init --help")
    return subject


def _shown(subject: Subject) -> str:
    address = ", ".join((*subject.address.lines, subject.address.country)) if subject.address else ""
    fields = [
        ("name", subject.name),
        ("other names", ", ".join(subject.other_names)),
        ("e-mail", ", ".join(subject.emails)),
        ("address", address),
        ("residence", subject.residence),
        ("language", subject.language),
        *((f"account at {slug}", email) for slug, email in sorted(subject.accounts.items())),
    ]
    return "\n".join(f"  {label + ':':<22} {' '.join(value.split()) or '(none)'}" for label, value in fields)
