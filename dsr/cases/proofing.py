"""Check a letter's template of one's own: it is written for every shape of person, law and wish, and every problem is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from pathlib import Path

from msgspec import Struct

from dsr import disk, letters
from dsr.errors import BadFile, DsrError, UsageError
from dsr.law import packs
from dsr.letters import families
from dsr.letters.asks import ITEMS, Asks, Happened, Party, Story
from dsr.letters.kinds import KINDS, Form, Kind
from dsr.model import Address, Entity, EventKind, Right, Route, Subject
from dsr.resources import folder

_NAME = re.compile(r"(?P<name>[a-z0-9-]+)\.(?P<lang>[a-z]{2})\.j2")
_BERLIN = Address(("Kastanienallee 1", "10435 Berlin"), "DE")
_ASKED = date(2026, 11, 2)
# The mark of what a template was to fill in and did not: looked for in what came out.
_LEFT = re.compile(r"\{\{|\}\}|\{%|%\}|\bNone\b|\bUndefined\b|\(\s*\)|\[\s*\]")

PEOPLE = {
    "without an address": Subject(id="me", name="Ada Lovelace", emails=("ada@example.org",)),
    "with an address": Subject(id="me", name="Ada Lovelace", emails=("ada@example.org",), address=_BERLIN),
    "with two e-mails": Subject(id="me", name="Ada Lovelace", emails=("ada@example.org", "a.l@example.com")),
    "with an account": Subject(
        id="me", name="Ada Lovelace", emails=("ada@example.org",), accounts={"acme": "chat@example.org"}
    ),
    "with a name that is not Latin": Subject(id="me", name="Αδα Λαβλέις", emails=("ada@example.org",)),
    "without an e-mail": Subject(id="me", name="Ada Lovelace", address=_BERLIN),
}
WISHES = {
    "": Asks(),
    "for a child": Asks(for_child="Byron King", authority="birth certificate"),
    "for somebody else": Asks(mandate="Anne King"),
    "the whole account": Asks(whole_account=True),
    "only some data": Asks(only="the photos of 3 May 2026", keep_account=True),
    "with all that one can say": Asks(
        grounds="I write about my illness.",
        correct=(("born 1815", "born 1816"), ("Byron", "Lovelace")),
        transmit_to="Acme",
        consents=("newsletter", "cookies"),
        decision="the refusal of 1 May 2026",
        photos_of_others=True,
    ),
}
_STORY = Story(asked_on=_ASKED, due_on=_ASKED + timedelta(days=30), due_article="Art. 12(3) GDPR", missing=ITEMS[:2])
STORIES = {
    "": _STORY,
    "with a long story": Story(
        asked_on=_ASKED,
        route=Route.POST,
        received_on=_ASKED + timedelta(days=3),
        due_on=_ASKED + timedelta(days=33),
        due_article="Art. 12(3) GDPR",
        said_on=_ASKED + timedelta(days=20),
        quoted="We cannot do that.",
        extended_to=_ASKED + timedelta(days=90),
        missing=ITEMS,
        events=tuple(Happened(_ASKED + timedelta(days=n), kind) for n, kind in enumerate(EventKind)),
        enclosures=("request of 2 November 2026",),
        authority=Party(name="The Authority", address=("Street 1", "Town"), language="en"),
    ),
}


class Problem(Struct, frozen=True, kw_only=True):
    """What is wrong with a template: in which file and line (0 where it is the whole), and for whom it showed first."""

    file: str
    line: int
    message: str
    where: str


class Checked(Struct, frozen=True, kw_only=True):
    """How many letters were written, and all problems that showed."""

    letters: int
    problems: tuple[Problem, ...]


def template(path: Path) -> tuple[Path, str, Kind, str]:
    """The folder of templates, the family, the letter and the language of a file by its place and name.

    Raises BadFile where it is no file, UsageError where it does not lie and is not called as a template is.
    """
    path = disk.named(path)
    if not path.is_file():
        raise BadFile(
            path, "there is no such file", "name a template of your own: dsr letter --check gdpr/access.en.j2"
        )
    found, family = _NAME.fullmatch(path.name), path.parent.name
    known = families.families()
    if found is None or found["name"] not in KINDS or family not in known:
        what = "a template is called FAMILY/LETTER.LANGUAGE.j2, as in gdpr/access.en.j2"
        raise UsageError(
            f"'{family}/{path.name}': {what}", f"families: {', '.join(sorted(known))}; letters: dsr letter --list"
        )
    return path.parent.parent, family, KINDS[found["name"]], found["lang"]


def check(path: Path) -> Checked:
    """Write the letter of a template for every shape of person. Raises as `template` does."""
    own, family, kind, lang = template(path)
    problems: dict[tuple[str, int, str], Problem] = {}
    count = 0
    for where, made in _all(own, family, kind, lang):
        count += 1
        for file, line, message in made:
            problems.setdefault((file, line, message), Problem(file=file, line=line, message=message, where=where))
    if any("is undefined" in one.message for one in problems.values()):
        for file, line, message in _unknown(path, f"{family}/{path.name}"):
            problems.setdefault((file, line, message), Problem(file=file, line=line, message=message, where=""))
    if not count:
        why = f"no law has the {kind.name} letter of family '{family}' in '{lang}', so the file is never used"
        problems[path.name, 0, why] = Problem(file=f"{family}/{path.name}", line=0, message=why, where="")
    return Checked(letters=count, problems=tuple(sorted(problems.values(), key=lambda one: (one.file, one.line))))


def _unknown(path: Path, name: str) -> Iterator[tuple[str, int, str]]:
    """Every name in a template that no template of ours knows: writing the letter shows the first one only."""
    from jinja2 import Environment, meta, nodes

    parse = Environment(autoescape=False).parse  # noqa: S701  letters are text; nothing is rendered here
    ours = folder("templates").glob("*/*.en.j2")
    known = {one for each in ours for one in meta.find_undeclared_variables(parse(each.read_text(encoding="utf-8")))}
    tree = parse(path.read_text(encoding="utf-8"))
    wrong = meta.find_undeclared_variables(tree) - known
    for node in tree.find_all(nodes.Name):
        if node.name in wrong:
            yield name, node.lineno, f"'{node.name}' is undefined"


def _all(own: Path, family: str, kind: Kind, lang: str) -> Iterator[tuple[str, list[tuple[str, int, str]]]]:
    """Every letter: for whom, and its problems. Every right with every person under the first law that has it."""
    path = f"{family}/{kind.name}.{lang}.j2"
    having = [law for law in packs.ids() if not letters.why_not(law, kind.name, lang, own)]
    laws = [law for law in having if families.template(law, kind.name, lang, own) == path]
    seen: set[Right] = set()
    for law in laws:
        mine = [right for right in kind.rights if not letters.why_not(law, right.value, "en")] or list(kind.rights[:1])
        fresh = [right for right in mine if right not in seen]
        people = list(PEOPLE.items()) if fresh else list(PEOPLE.items())[:2]
        seen.update(fresh)
        for right, (who, subject), (wish, asks) in product(fresh or mine[:1], people, WISHES.items()):
            for told, story in STORIES.items() if kind.follow_up else [("", None)]:
                where = ", ".join(filter(None, (law, right.value, who, wish, told)))
                yield where, _problems(path, own, law, right, kind.name, lang, subject, asks, story)


def _problems(
    path: str,
    own: Path,
    law: str,
    right: Right,
    name: str,
    lang: str,
    subject: Subject,
    asks: Asks,
    story: Story | None,
) -> list[tuple[str, int, str]]:
    """What is wrong with one letter, as file, line and message."""
    if name == Form.AUTHORISATION and not asks.mandate:
        return []
    try:
        letter = letters.render(
            regime=law, right=right, name=name, lang=lang, subject=subject, controller="acme", service="Acme",
            entity=Entity(name="Acme Ltd", place="IE", address=("Quay 1", "Dublin")), reference="XXXX-XXXX",
            on=max(_ASKED + timedelta(days=60), packs.find(law).in_force_from), folder=own, asks=asks, story=story,
            route=Route.POST if subject.address else Route.EMAIL,
        )  # fmt: skip
    except BadFile as problem:
        file, _, rest = problem.message.partition(", line ")
        line, _, message = rest.partition(": ")
        return [(file, int(line) if line.isdigit() else 0, message or problem.message)]
    except DsrError as problem:
        return [(path, 0, problem.message)]
    found = [
        (path, 0, f"'{left[0]}' is left in the letter") for left in _LEFT.finditer(f"{letter.subject}\n{letter.body}")
    ]
    if not letter.subject:
        found.append((path, 0, "the block 'subject' is empty"))
    if "XXXX-XXXX" not in letter.subject + letter.body:
        found.append((path, 0, "the reference of the case ({{ reference }}) is nowhere in the letter"))
    return found
