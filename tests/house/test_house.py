"""The house rules of DESIGN sections 1, 2 and 8, held over the source itself: one owner per outside thing."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "dsr").rglob("*.py"))
TREES = {module: ast.parse((ROOT / module).read_text(encoding="utf-8")) for module in MODULES}

HEAVY = {
    "playwright", "jinja2", "keyring", "rich", "holidays", "smtplib", "email", "typst", "babel", "desktop_notifier", "icalendar",
    "webbrowser",
}  # fmt: skip
DATA = (
    "templates",
    "playbooks",
    "dsr/law/regimes",
    "dsr/law/holidays",
    "dsr/registry/controllers",
    "dsr/registry/authorities",
)
VAGUE = {"utils", "util", "helpers", "helper", "manager", "service", "base", "common", "misc"}
CLOCK = re.compile(
    r"\b(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime|strftime|ctime))$"
)

Imports = ast.Import | ast.ImportFrom
Functions = ast.FunctionDef | ast.AsyncFunctionDef


def names(node: Imports) -> list[str]:
    """The modules that an import names, in full."""
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]


def imports(module: str) -> list[tuple[int, str]]:
    """Every import of a module with its line, at whatever depth."""
    nodes = [node for node in ast.walk(TREES[module]) if isinstance(node, Imports)]
    return [(node.lineno, name) for node in nodes for name in names(node)]


def importers(*roots: str) -> set[str]:
    """The modules that import one of these packages, wherever in the file."""
    return {module for module in MODULES for _, name in imports(module) if name.split(".")[0] in roots}


def calls(module: str) -> Iterator[tuple[int, str]]:
    """Every call of a module as (line, what is called), e.g. `datetime.now`."""
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def functions(module: str) -> list[Functions]:
    """Every function and method of a module."""
    return [node for node in ast.walk(TREES[module]) if isinstance(node, Functions)]


def tracked() -> list[str]:
    """The files of the repository: what git has or would take, or everything where there is no git."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        answer = subprocess.run(asked, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        found = [path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file()]
        dull = {"demo", "dist", "build", "__pycache__"}
        kept = [path for path in found if not any(part in dull or part.startswith(".") for part in path.parts)]
        return [path.as_posix() for path in kept]
    return [name for name in answer.split("\0") if name and (ROOT / name).is_file()]


def test_only_the_browser_room_knows_playwright() -> None:
    """Playwright has one owner."""
    assert {module for module in importers("playwright") if not module.startswith("dsr/browser/")} == set()


def test_only_the_store_and_the_directory_know_sql() -> None:
    """SQLite has two owners: cases lie in the store, the index of companies in the directory's own file."""
    rooms = ("dsr/store/", "dsr/directory/index.py", "dsr/directory/holdings.py")
    assert {module for module in importers("sqlite3", "sqlcipher3") if not module.startswith(rooms)} == set()


def test_nobody_opens_a_connection_to_the_network_itself() -> None:
    """Beside the browser three modules speak to the network, when the person asks: the download of a directory, the look at a
    company's pages, and the mail that goes out, by SMTP only. The rehearsal's socket is on loopback."""
    network = importers(
        "http", "socket", "socketserver", "ssl", "ftplib", "smtplib", "imaplib", "requests", "httpx", "aiohttp"
    )
    online = {"dsr/directory/download.py", "dsr/directory/check.py"}
    assert {module for module in network if not module.startswith("dsr/rehearsal/")} == {*online, "dsr/mail/out.py"}
    assert importers("smtplib") == {"dsr/mail/out.py"}
    asking = {module for module in MODULES for _, name in imports(module) if name.startswith("urllib.request")}
    assert asking == online


def test_only_the_report_prints_and_asks() -> None:
    """Print, input and writing to the standard streams have one owner."""
    loud = {"print", "input", "sys.stdout.write", "sys.stderr.write"}
    loud |= {"sys.stdin.readline", "sys.stdin.read", "sys.stdin.buffer.read"}
    found = {f"{module}:{line} {call}" for module in MODULES for line, call in calls(module) if call in loud}
    assert {place for place in found if not place.startswith("dsr/report.py:")} == set()


def test_only_the_commands_read_the_clock() -> None:
    """What day it is comes from outside, so that every rule can be tried on any day."""
    found = {f"{module}:{line} {call}" for module in MODULES for line, call in calls(module) if CLOCK.search(call)}
    assert {place for place in found if not place.startswith("dsr/commands/")} == set()


def test_no_error_is_swallowed() -> None:
    """One net for defects, in `cli.py`; elsewhere errors are named, and whoever catches everything raises it again."""
    found = []
    for module in MODULES:
        for node in ast.walk(TREES[module]):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
                wide = [arg for arg in node.args if ast.unparse(arg) in ("Exception", "BaseException")]
                found += [f"{module}:{node.lineno} suppresses everything" for _ in wide]
            if not isinstance(node, ast.ExceptHandler):
                continue
            caught = ast.unparse(node.type) if node.type else ""
            again = isinstance(last := node.body[-1], ast.Raise) and last.exc is None
            if not caught or "Exception" in re.findall(r"\w+", caught) or ("BaseException" in caught and not again):
                found.append(f"{module}:{node.lineno} catches everything")
            if all(isinstance(one, ast.Pass) or ast.unparse(one) == "..." for one in node.body):
                found.append(f"{module}:{node.lineno} does nothing")
    assert [place for place in found if not place.startswith("dsr/cli.py:")] == []
    assert len([place for place in found if place.startswith("dsr/cli.py:")]) == 1


@pytest.mark.parametrize("module", MODULES)
def test_sizes(module: str) -> None:
    """A module has at most 300 lines, a function at most 60."""
    assert len((ROOT / module).read_text(encoding="utf-8").splitlines()) <= 300
    lengths = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in functions(module)}
    assert {name: length for name, length in lengths.items() if length > 60} == {}


def test_names_say_something() -> None:
    """No module is called utils, helpers, manager, service, base or common."""
    assert [module for module in MODULES if set(Path(module).with_suffix("").parts) & VAGUE] == []


@pytest.mark.parametrize("module", MODULES)
def test_everything_public_says_what_it_is(module: str) -> None:
    """Modules, and their public classes and functions, have a docstring."""
    tree = TREES[module]
    public = [
        node for node in tree.body if isinstance(node, Functions | ast.ClassDef) and not node.name.startswith("_")
    ]
    assert ast.get_docstring(tree), "the module"
    assert [node.name for node in public if not ast.get_docstring(node)] == []


def at_the_top(body: list[ast.stmt]) -> Iterator[Imports]:
    """The imports that run when a module is loaded: not those in functions, nor those for the type checker alone."""
    for node in body:
        if isinstance(node, Imports):
            yield node
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            yield from at_the_top(node.orelse)
        elif isinstance(node, ast.If | ast.Try | ast.With | ast.ClassDef):
            inner = [*node.body, *getattr(node, "orelse", []), *getattr(node, "finalbody", [])]
            handled = [one for handler in getattr(node, "handlers", []) for one in handler.body]
            yield from at_the_top([*inner, *handled])


def test_heavy_things_are_imported_where_they_are_used() -> None:
    """No module loads Playwright, Jinja, the keyring or mail when it is imported."""
    found = {
        f"{module}:{node.lineno} {name}"
        for module in MODULES
        for node in at_the_top(TREES[module].body)
        for name in names(node)
        if name.split(".")[0] in HEAVY
    }
    assert found == set()


@pytest.mark.parametrize(
    ("command", "spared"),
    [
        ("--help", "playwright rich asyncio keyring jinja2 sqlite3 email dsr.cases dsr.law dsr.browser"),
        ("next", "playwright rich asyncio keyring jinja2 email dsr.browser dsr.rehearsal"),
        ("letter --help", "playwright rich asyncio keyring dsr.browser dsr.rehearsal"),
    ],
)
def test_a_command_loads_only_what_it_needs(command: str, spared: str, tmp_path: Path) -> None:
    """`dsr --help`, `dsr next` and `dsr letter` never load Playwright, rich, asyncio or keyring."""
    asked = [sys.executable, "-X", "importtime", "-m", "dsr", *command.split()]
    environment = os.environ | {"DSR_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(asked, capture_output=True, text=True, env=environment, check=True, cwd=tmp_path)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "dsr.cli" in loaded
    assert loaded & set(spared.split()) == set()


def test_nothing_names_a_machine_or_a_registry() -> None:
    """No file of the repository names a folder of the machine that it was written on, or where packages come from."""
    folder = r"(?<![\w.~/])/(?:work|root|opt/pypi)(?![\w-])"
    hosts = [
        "pypi" + ".org",
        "python" + "hosted",
        "npm" + "js.org",
        "crates" + ".io",
        "golang" + ".org",
        "deb.debian" + ".org",
    ]
    never = re.compile("|".join([folder, *map(re.escape, hosts), "far" + "m-"]))
    found = []
    for name in tracked():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if Path(name) != Path(__file__).relative_to(ROOT):
            found += [f"{name}: {match[0]}" for match in never.finditer(text)]
    assert found == []


def test_no_data_is_ignored_by_git() -> None:
    """Letters, playbooks, laws and companies all reach the repository, and so the wheel."""
    files = [path for folder in DATA for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert len(files) > 40
    listed = "\0".join(path.relative_to(ROOT).as_posix() for path in files)
    try:
        asked = ["git", "check-ignore", "--no-index", "-z", "--stdin"]
        done = subprocess.run(asked, cwd=ROOT, input=listed, capture_output=True, text=True, check=False)
    except OSError:
        pytest.skip("no git here")
    if done.returncode == 128:
        pytest.skip("not a git checkout")
    assert done.stdout.split("\0")[:-1] == []
