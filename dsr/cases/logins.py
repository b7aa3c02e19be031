"""Sign-in: the person does it in a plain, undriven browser; then one headless look tells whether it worked."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from pathlib import Path

from msgspec import structs

from dsr import config
from dsr.browser import session, states
from dsr.browser.find import Browser, browser
from dsr.browser.runner import Run
from dsr.cases import companies, runs
from dsr.cases.desk import Desk
from dsr.model import Evidence, Outcome
from dsr.playbook import read
from dsr.playbook.checks import origin_of
from dsr.playbook.schema import Effect, Goto, Playbook, See, Service, Verify


class _NoJournal:
    """A look presses nothing and keeps nothing, so there is nothing to write down."""

    def intent(self, *_: object) -> None:
        raise AssertionError("a look never presses")

    committed = averted = intent

    def last(self) -> tuple[str, str]:
        return "", ""

    def keep(self, *_: object) -> Evidence:
        raise AssertionError("a look keeps nothing")


def sign_in(desk: Desk, controller: str, *, state: Path | None, window: bool) -> tuple[bool | None, str]:
    """Let the person sign in (unless a storage state is imported or no window is wanted) and look whether it worked.

    Returns whether the person is signed in (None where no source says what shows it), and the service's name.

    Raises UnknownName, NoBrowser, BadFile, StoreLocked.
    """
    if state:
        states.read_state(state)  # what is wrong with it is said before a browser opens
    slug = companies.slug(controller, person=desk.person)
    service = read.service(slug)
    folder = session.profile(desk.home, slug, desk.subject().account(slug))
    used = browser(config.read(config.home()).browser)
    with ExitStack() as stack:
        site = stack.enter_context(runs.played(desk, slug)) if desk.rehearsal else None
        args = tuple(site.browser_args) if site else ()
        if state is None and window:
            asyncio.run(session.catch_up(used, folder, args))
            desk.person.tell(f"A browser opens at {service.sign_in}. Sign in, then close its window.")
            session.sign_in(used, folder, service.sign_in, args)
        report = asyncio.run(_look(used, folder, slug, service, args, state))
    return report == Outcome.VERIFIED if service.signed_in else None, service.name


async def _look(
    used: Browser, folder: Path, slug: str, service: Service, args: tuple[str, ...], state: Path | None
) -> Outcome:
    """Load the service's first page without a window and look for the sign of being signed in."""
    book = _look_book(slug, service)
    async with session.opened(used, folder, headless=True, args=args, state=state) as context:
        page = context.pages[0] if context.pages else await context.new_page()
        report = await Run(page, book, service, _NoJournal(), keep_evidence=False).perform()
    return report.outcome


def _look_book(slug: str, service: Service) -> Playbook:
    any_book = read.load(next(name for name in read.ids() if name.startswith(f"{slug}/")))
    look = (See(control=service.signed_in),) if service.signed_in else ()
    home = origin_of(service.sign_in)
    steps = (Goto(url=f"{home if home in any_book.origins else any_book.origins[0]}/"), *look)
    return structs.replace(any_book, effect=Effect.READ, step=steps, verify=Verify(by="none"))
