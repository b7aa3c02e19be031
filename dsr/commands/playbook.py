"""The playbooks: what dsr can do on a website, the same steps by hand, and the tools to write one of your own."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dsr import config, disk
from dsr.cases import wording
from dsr.commands import rows, today
from dsr.commands._desk import sitting
from dsr.commands._options import Headless, Rehearse, Yes
from dsr.errors import BadData, BadFile, DsrError
from dsr.model import Outcome, Result
from dsr.playbook import checklist, read, shelf
from dsr.playbook.checks import acts
from dsr.playbook.schema import Effect, Playbook

if TYPE_CHECKING:
    from dsr.browser.outcome import Report
    from dsr.cases.desk import Desk

Which = Annotated[str, typer.Argument(help="Its id, e.g. openai/training-opt-out, or the path of a file.")]
Own = Annotated[
    Path | None, typer.Option("--playbooks", envvar="DSR_PLAYBOOKS", help="The folder of your own playbooks.")
]
State = Annotated[Path | None, typer.Option(help="Take the cookies of a Playwright storage state.")]
Wish = Annotated[str, typer.Option(help="Which wish, where a playbook offers several.")]


class _Settled(StrEnum):
    WENT = "went"
    FAILED = "failed"


def list_(playbooks: Own = None) -> Result:
    """List the playbooks, yours too, and whether a person ever saw them work on the live site.

    Example: dsr playbook list
    """
    found = [_row(entry) for entry in shelf.entries(_folder(playbooks))]
    table = [("PLAYBOOK", "EFFECT", "STATE"), *((row["id"], row["effect"], row["state"]) for row in found)]
    return Result(text=wording.columns(table), data={"rows": found})


def _row(entry: shelf.Entry) -> dict[str, Any]:
    row: dict[str, Any] = {"id": entry.id, "own": entry.own, "path": str(entry.path)}
    try:
        book, _ = shelf.opened(entry)
    except BadFile:
        if not entry.own:
            raise
        why = f"cannot be run: dsr playbook lint {entry.path}"
        return row | {"effect": "?", "state": f"your own; {why}", "does": ""}
    mark = "your own; " if entry.own else ""
    return row | {"effect": str(book.effect), "state": mark + _state(entry, book), "does": book.does}


def _state(entry: shelf.Entry, book: Playbook) -> str:
    seen = max((one.on for one in book.verified), default=None)
    if seen:
        return f"verified live on {seen}"
    rehearsed = (entry.path.parent / "rehearsal" / "site.toml").is_file()
    return f"{'rehearsed' if rehearsed else 'no rehearsal'}, never seen live"


def show(
    name: Which,
    lang: Annotated[str, typer.Option(help="The language of the labels on the page.")] = "en",
    wish: Wish = "",
    playbooks: Own = None,
) -> Result:
    """Print a playbook as a numbered checklist, to do it by hand.

    Example: dsr playbook show openai/training-opt-out
    """
    book, _ = shelf.opened(shelf.find(name, _folder(playbooks)))
    offered = _offered(book)
    if wish:
        book = _chosen(book, wish)
    steps = checklist.checklist(book, lang)
    lines = [f"{book.id}: {book.does}".rstrip(" :"), *steps, *(f"  - {line}" for line in (*book.warns, *book.does_not))]
    if offered and not wish:
        lines.append(f"It serves several wishes, each with its own label: --wish {', --wish '.join(offered)}")
    lines += [f"Source: {book.source}"] if book.source else []
    return Result(text="\n".join(lines), data={"id": book.id, "rows": steps, "wishes": offered})


def _chosen(book: Playbook, wish: str) -> Playbook:
    """The playbook for a wish. Raises BadData where it offers others, or none at all."""
    if wish and not book.choice:
        raise BadData(f"{book.id} does one thing and takes no wish, and '{wish}' was asked for", "leave --wish out")
    if not wish and book.choice:
        raise BadData(f"{book.id} serves several wishes; name one", f"--wish {' or --wish '.join(_offered(book))}")
    return read.chosen(book, wish)


def _offered(book: Playbook) -> list[str]:
    return sorted({one for meanings in book.choice.values() for one in meanings})


def lint(
    names: Annotated[list[str] | None, typer.Argument(help="Ids, files or folders; all if none is given.")] = None,
    playbooks: Own = None,
) -> Result:
    """Check playbooks without a browser: what must hold, and what should. Exit 11 with findings.

    Example: dsr playbook lint openai/training-opt-out
    """
    from dsr.playbook import lint as rules

    folder = _folder(playbooks)
    known = [entry for name in names for entry in _named(name, folder)] if names else shelf.every(folder)
    found = rules.lint(known)
    faults = [one for one in found if not one.notice]
    lines = [f"{one.file}: {one.where}: {one.rule}{' (notice)' * one.notice}: {one.message}" for one in found]
    lines.append(f"{len(known)} looked at, {len(faults)} to mend." if faults else f"{len(known)} looked at: clean.")
    return Result(text="\n".join(lines), data={"rows": rows(found)}, exit_code=BadData.exit_code if faults else 0)


def _named(name: str, folder: Path | None) -> list[shelf.Entry]:
    return shelf.within(Path(name)) if name and Path(name).is_dir() else [shelf.find(name, folder)]


def new(
    name: Annotated[str, typer.Argument(help="CONTROLLER/ACTION, e.g. acme/opt-out.")],
    effect: Annotated[Effect, typer.Option(help="What it may change.")] = Effect.REVERSIBLE,
    origin: Annotated[str, typer.Option(help="The site, e.g. https://www.acme.com.")] = "",
    directory: Annotated[Path | None, typer.Option("--dir", help="Where; else your own playbooks' folder.")] = None,
) -> Result:
    """Write the first form of a playbook, with a rehearsal to play it on at once. Nothing is overwritten.

    Example: dsr playbook new acme/opt-out --effect reversible --origin https://www.acme.com
    """
    from dsr.playbook import skeleton

    folder = disk.named(directory or config.playbooks(config.home()))
    origin = origin or skeleton.origin_beside(folder / name)
    written, kept = skeleton.write(folder, skeleton.files(name, effect, origin, today()))
    path = folder / f"{name}.toml"
    again = "" if directory is None else f" --playbooks {directory}"
    lines = [*(f"Written: {one}" for one in written), *(f"There already, left as it is: {one}" for one in kept)]
    if path.parent / "rehearsal" / "flows.toml" in kept and (flow := skeleton.flow(name, effect)):
        lines += ["For `dsr playbook test`, add to its flows.toml:", *flow.splitlines()]
    lines.append(f"What is left to fill in: dsr playbook lint {path}")
    if (path.parent / "rehearsal").is_dir():
        lines.append(f"Play it at once: dsr playbook run {name}{again} --rehearse")
    data = {"id": name, "path": str(path), "rows": [str(one) for one in written], "kept": [str(one) for one in kept]}
    return Result(text="\n".join(lines), data=data)


def run(
    ctx: typer.Context,
    name: Which,
    wish: Wish = "",
    import_state: State = None,
    settled: Annotated[
        _Settled | None, typer.Option(help="What became of an earlier run that may have pressed.")
    ] = None,
    no_evidence: Annotated[bool, typer.Option("--no-evidence", help="Keep no snapshots and pictures.")] = False,
    rehearse: Rehearse = False,
    headless: Headless = False,
    yes: Yes = False,
    playbooks: Own = None,
) -> Result:
    """Run one playbook without a case: a file of your own, or one of dsr's.

    Example: dsr playbook run openai/training-opt-out --rehearse
    """
    from dsr.cases import solo

    entry = shelf.find(name, _folder(playbooks))
    book, service = shelf.opened(entry)
    with sitting(ctx, rehearse=rehearse, yes=yes) as desk:
        asked = solo.prepared(
            desk,
            entry,
            _chosen(book, wish),
            service,
            typed=name + (f" --wish {wish}" if wish else "") + (f" --playbooks {playbooks}" if playbooks else ""),
            wish=wish,
            headless=headless,
            state=import_state,
            evidence=not no_evidence,
        )
        report, played = solo.run(asked, settled.value if settled else None)
        return _ended(desk, entry, report, played)


def _ended(desk: Desk, entry: shelf.Entry, report: Report, played: dict[str, Any]) -> Result:
    from dsr.cases import outcomes

    lines = [f"{report.outcome}: {report.note}."]
    lines += [f"  {kept.kind}: {desk.home / kept.path}  sha256 {kept.sha256[:16]}" for kept in report.evidence]
    by_hand = f"dsr playbook show {entry.path if entry.named else entry.id}"
    hints = {
        Outcome.SIGNED_OUT: "Run it without --headless and sign in, or hand over a session: --import-state FILE.",
        Outcome.NEEDS_PERSON: "Run it again without --headless and be at the browser.",
        Outcome.DRIFTED: f"Nothing was pressed. The steps by hand: {by_hand}",
        Outcome.BLOCKED: f"Nothing was pressed. Try again later; the steps by hand: {by_hand}",
    }
    lines += [hints[report.outcome]] if report.outcome in hints else []
    data: dict[str, Any] = rows(report) | {"path": str(entry.path), "home": str(desk.home)}
    if played:
        data["rehearsal"] = played
    return Result(text="\n".join(lines), data=data, exit_code=outcomes.EXIT.get(report.outcome, 0))


def test(
    ctx: typer.Context,
    name: Which,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer of the cells that are alike.")] = False,  # noqa: PT028
    playbooks: Own = None,  # noqa: PT028  it is a command, not a test of pytest's
) -> Result:
    """Play a playbook on its rehearsal under every mutation; the server's counters judge. Exit 0 where nothing is wrong.

    Example: dsr playbook test openai/training-opt-out --quick
    """
    from dsr.browser.find import browser
    from dsr.cases.matrix import run as matrix
    from dsr.cases.matrix.table import reasons, table

    entry = shelf.find(name, _folder(playbooks))
    book, _ = shelf.opened(entry)
    if not acts(book):
        raise BadData(
            f"{book.id} presses nothing, so there is nothing to get wrong", f"dsr playbook run {name} --rehearse"
        )
    if not (entry.path.parent / "rehearsal" / "site.toml").is_file():
        raise BadData(
            f"{book.id} has no rehearsal beside it, so there is nothing to play it on",
            f"dsr playbook new writes one; without it: dsr playbook run {name}",
        )
    folder = entry.path.parent.parent if entry.own else None
    cells = matrix.selected(f"{entry.path.parent.name}/{entry.path.stem}", folder, everything=not quick)
    terminal = ctx.find_root().obj
    terminal.tell(f"{len(cells)} cells; each is played on a page of our own, nothing is real.")
    found = browser(config.read(config.home()).browser)
    verdicts = matrix.run(cells, found, lambda one: terminal.tell(f"WRONG {one.cell}") if one.kind == "wrong" else None)
    wrong = sum(one.kind == "wrong" for one in verdicts)
    text = f"{table(verdicts)}\n\n{reasons(verdicts)}"
    return Result(
        text=text, data={"rows": rows(verdicts), "wrong": wrong}, exit_code=DsrError.exit_code if wrong else 0
    )


def doctor(
    ctx: typer.Context,
    name: Which,
    wish: Wish = "",
    out: Annotated[Path | None, typer.Option(help="Write the report here too; JSON if it ends in .json.")] = None,
    import_state: State = None,
    rehearse: Rehearse = False,
    headless: Headless = False,
    playbooks: Own = None,
) -> Result:
    """Look whether a playbook still fits the site: read-only, while you are signed in. The report holds nothing of yours.

    Example: dsr playbook doctor openai/training-opt-out --out report.json
    """
    from dsr.cases import doctor as examination
    from dsr.cases import solo

    if out is not None and out.is_dir():
        raise BadFile(out, "is a folder, and --out names a file", "--out report.json")
    entry = shelf.find(name, _folder(playbooks))
    book, service = shelf.opened(entry)
    wish = wish or next((one for one in _offered(book) if one not in book.destructive_for), "")
    with sitting(ctx, rehearse=rehearse) as desk:
        asked = solo.prepared(
            desk, entry, _chosen(book, wish), service, typed=name, headless=headless, state=import_state
        )
        health = examination.examine(asked, wish)
    if out is not None:
        examination.write(health, out)
    return Result(text=health.text(), data=rows(health), exit_code=health.exit_code)


VERBS = (list_, show, lint, new, run, test, doctor)


def _folder(typed: Path | None) -> Path | None:
    """The folder of the person's own playbooks, if there is one. Raises BadFile where a folder that is named is none."""
    home = config.home()
    found = typed or config.playbooks(home)
    if found.is_dir():
        return found.absolute()
    if typed or config.read(home).playbooks:
        raise BadFile(found, "there is no such folder", "own playbooks are files FOLDER/<controller>/<action>.toml")
    return None
