"""The options that several commands share, each in one place."""

from __future__ import annotations

from typing import Annotated

import typer

Controller = Annotated[str, typer.Argument(help="The company: openai, midjourney ...")]
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
