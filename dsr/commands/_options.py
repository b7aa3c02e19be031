"""The options that several commands share, each in one place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_LETTER = typer.Argument(help="access, erasure, objection, photos ...; all: dsr letter --list.")
_COMPANY = typer.Argument(help="The company: openai, midjourney ...")

Letter = Annotated[str, _LETTER]
MaybeLetter = Annotated[str | None, _LETTER]
Controller = Annotated[str, _COMPANY]
MaybeController = Annotated[str | None, _COMPANY]
Case = Annotated[str, typer.Argument(help="The case, e.g. openai-1.")]
Via = Annotated[str | None, typer.Option(help="settings, portal, email or post; else the best one.")]
Regime = Annotated[str | None, typer.Option(help="The law, if not that of your residence.")]
Rehearse = Annotated[bool, typer.Option("--rehearse", help="Play it on this machine; nothing is real.")]
Headless = Annotated[bool, typer.Option("--headless", help="No browser window; needs nobody, stops if it does.")]
Yes = Annotated[bool, typer.Option("--yes", help="Answer the one question beforehand.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would happen, do nothing.")]
WholeAccount = Annotated[
    bool | None, typer.Option("--whole-account/--this-data", help="The account too, or only what it holds; else asked.")
]
On = Annotated[str | None, typer.Option(help="Show how things stand on this date.")]

# What a person may say in a letter; the buttons and forms of a company carry none of it.
Lang = Annotated[str | None, typer.Option(help="The letter's language: en, de, fr ...; else yours, where it exists.")]
Format = Annotated[str | None, typer.Option("--format", help="text, eml, pdf or mailto.")]
Form = Annotated[str | None, typer.Option(help="The sheet: din-5008, uk or us; else that of your country.")]
Signature = Annotated[Path | None, typer.Option(help="A picture of your signature (PNG, JPEG, SVG), for the PDF.")]
OpenIt = Annotated[bool, typer.Option("--open", help="Show the PDF in the program that you use for it.")]
Only = Annotated[str, typer.Option(help="Only this data, in your words: 'the photos of 3 May 2026'.")]
KeepAccount = Annotated[bool, typer.Option("--keep-account", help="Erasure: say expressly that the account stays.")]
Grounds = Annotated[str, typer.Option(help="Objection, restriction: your own grounds, in your words.")]
Correct = Annotated[list[str] | None, typer.Option(help="Rectification: 'WRONG=RIGHT'; may be repeated.")]
ToController = Annotated[str, typer.Option(help="Portability: the company that shall get the data.")]
Consent = Annotated[list[str] | None, typer.Option(help="The consent that you take back; may be repeated.")]
Decision = Annotated[str, typer.Option(help="Automated decision: which one, in your words.")]
NoAccount = Annotated[bool, typer.Option("--no-account", help="Photos: others uploaded them; you have no account.")]
Child = Annotated[str, typer.Option(help="You write for your child of this name.")]
OnBehalfOf = Annotated[str, typer.Option(help="You write for the person of this name, with their authority.")]
Proof = Annotated[str, typer.Option(help="The paper enclosed that shows that you may: 'authority of 2 May 2026'.")]

# What a person says in a letter that follows.
Because = Annotated[str, typer.Option(help="Why you find it wrong, in your words; it stands in the letter.")]
Quote = Annotated[str, typer.Option(help="What the company wrote, word for word; it stands in the letter.")]
DueOn = Annotated[str | None, typer.Option(help="By when the answer was due, where dsr does not know it.")]
Enclose = Annotated[list[str] | None, typer.Option(help="A further paper that goes with it; may be repeated.")]
ByLetter = Annotated[str | None, typer.Option("--via", help="email or post; else as the letter before it.")]
