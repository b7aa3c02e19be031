"""Companies and authorities: what is known of them, thousands more from open directories, your own."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from dsr import config, dates, places, registry
from dsr.cases import companies, companypage
from dsr.commands import rows, today
from dsr.directory import holdings
from dsr.errors import MissingField
from dsr.model import Result
from dsr.report import Terminal

_Company = Annotated[str, typer.Argument(help="A name, alias, domain or legal entity: openai, chatgpt.com ...")]


def _terminal(ctx: typer.Context) -> Terminal:
    terminal = ctx.find_root().obj
    assert isinstance(terminal, Terminal)
    return terminal


def show(ctx: typer.Context, company: _Company) -> Result:
    """Say whether your photos are kept, whether they train models, how you get out, and all else on file.

    Example: dsr directory show openai
    """
    home = config.home()
    slug = companies.slug(company, person=_terminal(ctx), home=home)
    known = companies.load(slug, today=today(), home=home)
    known = known._replace(company=companies.with_marks(home, known.company))
    return Result(text=companypage.page(known, today()), data=companypage.data(known))


def search(
    name: Annotated[str, typer.Argument(help="What you remember of the name; typing errors do not matter.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="At most so many.")] = 10,
) -> Result:
    """Find a company by any of its names, with typing errors and without accents.

    Example: dsr directory search opnai
    """
    from dsr.directory import search as finder

    with holdings.opened(config.private(config.home())) as index:
        hits = finder.search(index, name, limit)
        exact = finder.exact(index, name)
        ours = registry.slugs()
        hits = sorted(exact, key=lambda hit: hit.slug not in ours) + [
            hit for hit in hits if hit.slug not in {one.slug for one in exact}
        ]
        hits = hits[:limit]
        called = {hit.slug: companies.title(index, hit.slug) for hit in hits}
    lines = [f"  {hit.slug:<28} {called[hit.slug]:<36} {'dsr' if hit.slug in ours else 'imported'}" for hit in hits]
    closing = "dsr directory show NAME says what is known." if hits else _nothing(name)
    found = [{**rows(hit), "name": called[hit.slug], "ours": hit.slug in ours} for hit in hits]
    return Result(text="\n".join([*lines, closing]), data={"rows": found})


def _nothing(name: str) -> str:
    more = "" if holdings.stamps(config.home()) else " Thousands more: dsr directory import."
    return f"Nothing like '{name}' is on file.{more} Your own: dsr directory add NAME --email ADDRESS"


def add(
    name: Annotated[str, typer.Argument(help="The company's name, or a known company that you know better.")],
    email: Annotated[str | None, typer.Option(help="Where requests go by e-mail.")] = None,
    form: Annotated[str | None, typer.Option(help="Its request form, https://...")] = None,
    domain: Annotated[list[str] | None, typer.Option(help="Its domain; may be given more than once.")] = None,
    country: Annotated[str | None, typer.Option(help="Where it sits: DE, US-CA ...")] = None,
    address: Annotated[list[str] | None, typer.Option(help="A line of its address; once per line.")] = None,
    note: Annotated[str, typer.Option(help="A remark for yourself.")] = "",
) -> Result:
    """Add a company of your own, or a better contact of a known one; yours comes first from then on.

    Example: dsr directory add "Example Shop" --email privacy@shop.example --country DE
    """
    from dsr.cases import adding

    home = config.private(config.home())
    given = adding.Given(email, form, tuple(domain or ()), country, tuple(address or ()), note)
    added = adding.add(home, name, given, today())
    text = f"Kept as {added.key}. A letter: dsr letter access {added.key}   All of it: dsr directory show {added.key}"
    return Result(text=text, data={"slug": added.key, "rows": [rows(added)]})


def import_(
    ctx: typer.Context,
    source: Annotated[
        list[str] | None, typer.Argument(help="datenanfragen, justdeleteme, unlock-my-data; else all.")
    ] = None,
    path: Annotated[
        Path | None, typer.Option("--from", help="A folder, .zip or .json on this machine; else it is downloaded.")
    ] = None,
    state: Annotated[str | None, typer.Option(help="The date of the files, YYYY-MM-DD, if you know it.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Also where many records would be gone.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, change nothing.")] = False,
) -> Result:
    """Read open directories of companies: thousands of contacts, each shown with its source and licence.

    Example: dsr directory import datenanfragen
    """
    from dsr.cases import imports

    terminal, home = _terminal(ctx), config.private(config.home())
    names = imports.sources(source or ())
    changes = imports.read(home, names, path, today(), dates.civil(state) if state else None, terminal.progress)
    lines = [line for change in changes for line in imports.log(change)]
    data: dict[str, object] = {"rows": [imports.data(change) for change in changes]}
    refused = any(change.refused for change in changes)
    if dry_run:
        return Result(text="\n".join([*lines, "Nothing was changed (--dry-run)."]), data=data | {"outcome": "dry-run"})
    if not imports.agreed(terminal, changes, yes=yes):
        return Result(text="\n".join([*lines, "Nothing was changed."]), data=data | {"outcome": "declined"})
    total = holdings.apply(home, changes)
    lines.append(f"The directory holds {total:,} companies now. dsr directory search NAME finds one.")
    return Result(
        text="\n".join(lines), data=data | {"outcome": "imported", "companies": total}, exit_code=3 if refused else 0
    )


def check(
    ctx: typer.Context,
    company: Annotated[str | None, typer.Argument(help="One company; else every one of dsr's own records.")] = None,
) -> Result:
    """Look online whether contacts still live: mail servers and pages, one per second. Nothing is sent to anybody.

    Example: dsr directory check openai
    """
    from dsr.cases import adding

    terminal, home = _terminal(ctx), config.home()
    known = (companies.slug(company, person=terminal, home=home),) if company else registry.slugs()
    lines: list[str] = []
    found: list[dict[str, object]] = []
    for slug in known:
        record = companies.load(slug, today=today(), home=home).company
        findings = adding.check(record, lambda: time.sleep(1.0), terminal)
        back = companies.bounced(home, slug)
        amiss = bool(back) or any(one.state in ("gone", "moved") for one in findings)
        lines += [record.name, *(f"  {one.state:<10} {one.where}: {one.says}" for one in findings)]
        lines += [f"  came back  {to} (a letter, {day})" for to, day in back.items()]
        lines += [f"  A better one is yours to add: dsr directory add {slug} --email ADDRESS"] if amiss else []
        found += [{"slug": slug, **rows(one)} for one in findings]
    return Result(text="\n".join(lines), data={"rows": found})


def authority(
    ctx: typer.Context,
    company: Annotated[str | None, typer.Argument(help="The company; else any.")] = None,
    residence: Annotated[str | None, typer.Option(help="Where you live: DE-BE, GB-SCT; else your profile's.")] = None,
    regime: Annotated[str | None, typer.Option(help="The law, if not that of your residence.")] = None,
    work: Annotated[str | None, typer.Option(help="Where you work, if elsewhere (Art. 77 GDPR).")] = None,
) -> Result:
    """Say which authority takes your complaint, why that one, and how to reach it.

    Example: dsr directory authority --residence DE-BE openai
    """
    from dsr.cases import complaints

    if residence:
        home = places.parse(residence)
    else:
        from dsr.commands._desk import sitting

        with sitting(ctx) as desk:
            home = desk.subject().residence
        if not home:
            raise MissingField("residence", "choosing an authority", "residence DE-BE, or add --residence DE-BE")
    found = companies.find(company, today=today(), person=_terminal(ctx)) if company else None
    asked = complaints.Asked(home, regime, places.parse(work) if work else "", found)
    law, choices = complaints.choices(asked, today())
    text = complaints.page(law, choices, today())
    data = {
        "residence": home,
        "regime": law,
        "authority": choices[0].authority.slug,
        "why": choices[0].why,
        "rows": [{"by": one.by, "why": one.why, "authority": rows(one.authority)} for one in choices],
    }
    return Result(text=text, data=data)


VERBS = (show, search, add, import_, check, authority)
