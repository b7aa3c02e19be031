"""Write a letter without a case, to read it or to send it yourself; list all letters; check your own."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from dsr.cases import ordering, papers, requests, routes, viewer
from dsr.cases.desk import Desk
from dsr.cases.papers import SUFFIX, Format, Order
from dsr.commands import _options as given
from dsr.commands import rows
from dsr.commands._desk import sitting
from dsr.errors import BadData, UnknownName, UsageError
from dsr.letters.asks import Asks
from dsr.model import Result, Right, Route
from dsr.store import files


def run(
    ctx: typer.Context,
    right: given.MaybeLetter = None,
    controller: given.MaybeController = None,
    list_: Annotated[bool, typer.Option("--list", help="Which letters there are, by law and language.")] = False,
    check: Annotated[Path | None, typer.Option(help="Check a template of your own: its file.")] = None,
    via: Annotated[str, typer.Option(help="email or post.")] = "email",
    regime: given.Regime = None,
    only: given.Only = "",
    whole_account: Annotated[bool, typer.Option("--whole-account", help="Erasure: the account too.")] = False,
    keep_account: given.KeepAccount = False,
    grounds: given.Grounds = "",
    correct: given.Correct = None,
    to_controller: given.ToController = "",
    consent: given.Consent = None,
    decision: given.Decision = "",
    no_account: given.NoAccount = False,
    child: given.Child = "",
    on_behalf_of: given.OnBehalfOf = "",
    proof: given.Proof = "",
    lang: given.Lang = None,
    format_: given.Format = None,
    form: given.Form = None,
    signature: given.Signature = None,
    out: Annotated[Path | None, typer.Option(help="Write it to a file: .txt, .eml or .pdf.")] = None,
    open_it: given.OpenIt = False,
) -> Result:
    """Write a letter without a case. Nothing is recorded or sent. Not legal advice.

    Example: dsr letter access openai --out access.eml

    Your own templates lie in $DSR_HOME/templates, called as ours: gdpr/access.en.j2.
    """
    if check is not None:
        return _checked(check)
    if list_:
        return _listed(ctx, right, regime)
    if right is None or controller is None:
        missing = "letter" if right is None else "company"
        raise UsageError(f"the {missing} is missing", "dsr letter --list, or dsr letter access openai")
    if via not in (Route.EMAIL, Route.POST):
        raise UnknownName("way to send a letter", via, (Route.EMAIL, Route.POST))
    asks = Asks(
        keep_account=keep_account, only=only, grounds=grounds, correct=ordering.corrections(correct or ()),
        transmit_to=to_controller, consents=tuple(consent or ()), decision=decision, photos_of_others=no_account,
        for_child=child, mandate=on_behalf_of, authority=proof, whole_account=whole_account,
    )  # fmt: skip
    name = ordering.letter(right)
    order = ordering.order(name, asks, ordering.style(lang, format_, form, signature))
    return _written(ctx, order, controller, name.rights[0], Route(via), regime, out, open_it=open_it)


def _written(
    ctx: typer.Context,
    order: Order,
    controller: str,
    right: Right,
    via: Route,
    regime: str | None,
    out: Path | None,
    *,
    open_it: bool,
) -> Result:
    """The letter, shown or written to a file."""
    wanted = _format(order, out, via, open_it=open_it)
    with sitting(ctx) as desk:
        plan = routes.plan(desk, controller, right, regime=regime, letter=order.name)
        to = plan.route(via).to
        token = hashlib.sha256(f"{plan.controller.slug} {right} {desk.today}".encode()).hexdigest()[:8].upper()
        letter, why = requests.write(desk, plan, via, token, order)
        mail = to if via == Route.EMAIL else ""
        home = plan.subject.residence
        content = papers.make(letter, wanted, to=mail, at=desk.now(), on=desk.today, home=home, order=order)
        path, said = _out(desk, content, out, open_it=open_it)
        if wanted == Format.MAILTO:
            said = f"{said}\n{papers.link(letter, mail)[1]}\n\n{letter.text()}"
        data = {
            "letter": {"name": letter.name, "subject": letter.subject, "body": letter.body, "text": letter.text()},
            "to": to,
            "discloses": list(letter.discloses),
            "regime": letter.regime,
            "lang": letter.lang,
            "why": why,
            "format": wanted,
            "link": content.decode() if wanted == Format.MAILTO else None,
            "file": str(path) if path else None,
            "routes": rows(plan.routes),
        }
        doubt = plan.route(Route(via)).doubt
        data["doubt"] = doubt
        unsure = f" (not certain: {doubt}; compare it with the company's own site)" if doubt and to else ""
        return Result(text=f"{said}\n{why}\nIt goes to: {to or 'no address on record'}{unsure}", data=data)


def _format(order: Order, out: Path | None, via: Route, *, open_it: bool) -> Format:
    """What to make of the letter: as asked for, else as the file is called. Raises UsageError for what cannot be."""
    by_name = {suffix: one for one, suffix in SUFFIX.items()}
    if out is not None and out.suffix not in by_name:
        raise UsageError(
            f"'{out.name}' is neither .txt nor .eml nor .pdf", "name the file letter.txt, letter.eml or letter.pdf"
        )
    usual = Format.PDF if open_it else Format.TEXT
    wanted = order.format or (by_name[out.suffix] if out else usual)
    if out is not None and SUFFIX.get(wanted) != out.suffix:
        raise UsageError(f"--format {wanted} and a file called '{out.name}' do not go together", "leave --format out")
    if wanted in (Format.EML, Format.MAILTO) and via != Route.EMAIL:
        raise UsageError(f"an {wanted} goes by e-mail, not by post", "--via email, or --format pdf")
    if open_it and wanted != Format.PDF:
        raise UsageError("only a PDF is opened", "--format pdf --open")
    if wanted == Format.PDF and out is None and not open_it:
        raise UsageError("a PDF goes to a file", "--out letter.pdf, or --open to look at it")
    return wanted


def _out(desk: Desk, content: bytes, out: Path | None, *, open_it: bool) -> tuple[Path | None, str]:
    """Write the letter where it is wanted; the file, and what a person reads. Raises UsageError for a file that exists."""
    if out is not None and out.exists():
        raise UsageError(f"{out} exists already, and is not overwritten", "choose another name")
    path = out or (desk.home / "preview" / "letter.pdf" if open_it else None)
    if path is None:
        return None, content.decode()
    files.write(path.absolute(), content)
    said = f"Written to {path}."
    return path, f"{said}\n{viewer.show(path)}" if open_it else said


def _listed(ctx: typer.Context, name: str | None, regime: str | None) -> Result:
    """All letters: as a matrix, or for one law or one letter with the reason of each hole."""
    from dsr.cases import catalogue
    from dsr.letters.kinds import kind

    letter = kind(name.strip().lower()).name if name else ""
    with sitting(ctx) as desk:
        found = catalogue.entries(requests.own_templates(desk), regime=regime or "", name=letter)
    by = "name" if regime else "regime"
    text = catalogue.table(found, by=by) if regime or letter else catalogue.matrix(found)
    return Result(text=text, data={"rows": rows(found)})


def _checked(path: Path) -> Result:
    """Every problem of a template, with its line. Exit 11 with findings."""
    from dsr.cases import proofing

    found = proofing.check(path)
    lines = [
        f"{one.file}{f', line {one.line}' if one.line else ''}: {one.message}{f' (first: {one.where})' if one.where else ''}"
        for one in found.problems
    ]
    count = len(found.problems)
    lines.append(f"{found.letters} letters tried: {f'{count} to mend' if count else 'no problem showed'}.")
    data = {"rows": rows(found.problems), "letters": found.letters}
    return Result(text="\n".join(lines), data=data, exit_code=BadData.exit_code if count else 0)
