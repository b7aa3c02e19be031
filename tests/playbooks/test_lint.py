"""`dsr playbook lint`: the playbooks that are shipped are clean, and every rule has a file that breaks it and no other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsr.errors import BadFile
from dsr.playbook import literals, shelf
from dsr.playbook.lint import Finding, lint
from dsr.playbook.rules import RULES

Dsr = Callable[..., Any]

SWITCH = """
schema = 1
id = "acme/opt-out"
effect = "reversible"
origins = ["https://acme.test"]
does = "switches training off"

[control.training]
role = ["switch"]
testid = ["training-toggle"]
names = [{ locale = "en", text = "Use my content", on = "in", off = "out" }]
fact = "help page, 2026"

[[step]]
do = "goto"
url = "https://acme.test/settings?tab=privacy"

[[step]]
do = "ensure"
control = "training"
state = "out"

[verify]
by = "page"
control = "training"
state = "out"
recheck_after = "P30D"
"""
FORM = """
schema = 1
id = "acme/export"
effect = "submit"
origins = ["https://acme.test"]
discloses = ["email"]

[control.mail]
role = ["textbox"]
names = [{ locale = "en", text = "E-mail" }]
fact = "help page, 2026"

[control.send]
role = ["button"]
names = [{ locale = "en", text = "Send" }]
fact = "help page, 2026"

[control.sent]
role = ["status"]
by = "text"
names = [{ locale = "en", text = "Sent", prefix = true }]
fact = "help page, 2026"

[[step]]
do = "goto"
url = "https://acme.test/"

[[step]]
do = "fill"
control = "mail"
field = "email"

[[step]]
do = "person"
what = "review"
done_when = "send"

[[step]]
do = "submit"
control = "send"
accepted = "sent"

[verify]
by = "email"
"""
DELETE = """
schema = 1
id = "acme/delete"
effect = "destructive"
after = ["acme/export"]
origins = ["https://acme.test"]

[control.account]
role = ["button"]
any_name = true
fact = "help page, 2026"

[control.delete]
role = ["button"]
names = [{ locale = "en", text = "Delete" }]
fact = "help page, 2026"

[control.deleted]
role = ["status"]
by = "text"
names = [{ locale = "en", text = "Deleted" }]
fact = "help page, 2026"

[[step]]
do = "goto"
url = "https://acme.test/"

[[step]]
do = "confirm-text"
control = "account"
field = "account"

[[step]]
do = "submit"
control = "delete"
accepted = "deleted"

[verify]
by = "none"
"""
SERVICE = """
schema = 1
controller = "acme"
name = "Acme"
sign_in = "https://acme.test/login"
signed_in = "me"
signed_out = "log-in"

[terms]
automation = "unclear"
clause = "nothing is said"
source = "terms of 2026"
date = 2026-01-01

[control.me]
role = ["button"]
any_name = true
fact = "help page, 2026"

[control.log-in]
role = ["button"]
names = [{ locale = "en", text = "Log in" }]
fact = "help page, 2026"
"""
BOOKS = {"switch": SWITCH, "form": FORM, "delete": DELETE}
CHECKED = 'do = "see"\ncontrol = "account"'
SEND = 'names = [{ locale = "en", text = "Send" }]'
TWICE = """
[control.other]
role = ["switch"]
names = [{ locale = "de", text = "use  my content", on = "out", off = "in" }]
fact = "help page, 2026"

[[step]]
do = "goto"
"""


def findings(tmp_path: Path, text: str, service: str = "", *, name: str = "acme/x") -> list[Finding]:
    """What lint says of one file, with a service file beside it."""
    path = tmp_path / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    if service:
        path.with_name("service.toml").write_text(service, encoding="utf-8")
    return lint([shelf.find(str(path))])


def test_what_is_shipped_is_clean() -> None:
    """Nothing is to be said of dsr's own playbooks, not even a notice."""
    assert lint(shelf.entries()) == []


NAME = 'text = "Use my content"'
FIELD = 'do = "fill"\ncontrol = "mail"\nfield = "email"'
ORIGINS = [
    "https://acme.test.", "https://ACME.test", "HTTPS://acme.test", "https://acme.test:443", "https://acme.test:99999",
    "https://acme.test:x", "https://acme.test:", "https://acme.test:080", "https://*.acme.test", "https://acme .test",
    "https://chаtgpt.com", "https://ａcme.test", "https://ac\u200bme.test", "https://büro.test", "https://acme%2etest",
    "https://acme..test", "https://-acme.test", "https://" + "a" * 64 + ".test", "https://" + ("a" * 60 + ".") * 5 + "test",
    "https://[::1", "https://[::1]", "https://acme.test\\\\evil", "https://acme.test/", "https://acme.test?x", "",
    "http://localhost.evil.test:80", "http://127.0.0.2:8000", "http://127.0.0.1:80", "http://2130706433:8000", "about:blank",
]  # fmt: skip
UNSOUND = [
    ("switch", 'role = ["switch"]', 'role = ["swtich"]', "control.training"),
    ("switch", 'role = ["switch"]', 'role = ["switch", "div.x > a"]', "control.training"),
    ("switch", 'role = ["switch"]', 'role = ["switch"]\nwithin = "training"', "control.training.within"),
    ("switch", NAME, 'text = ""', "control.training"), ("switch", NAME, 'text = " "', "control.training"),
    ("switch", NAME, 'text = "\\u200b"', "control.training"), ("switch", NAME, 'text = "\\u202eUse"', "control.training"),
    ("switch", NAME, f'text = "{"y" * 501}"', "control.training"), ("form", 'text = "Sent"', 'text = ""', "control.sent"),
    ("switch", '"training-toggle"', '"x\\"] , button"', "control.training"),
    ("switch", '"training-toggle"', '"div > button"', "control.training"),
    ("switch", '"training-toggle"', '""', "control.training"),
    ("switch", 'url = "https://acme.test/settings', 'url = "https://[/settings', "step[0].url"),
    ("switch", 'url = "https://acme.test/settings?tab=privacy"', "url = []", "step[0].url"),
    ("switch", 'do = "ensure"', 'do = "ensure"\nunless = "training"', "step[1].unless"),
    ("switch", 'do = "ensure"', 'do = "open"\ncontrol = "training"\n[[step]]\ndo = "ensure"', "step[1].control"),
    ("switch", 'do = "ensure"', 'do = "open"\ncontrol = "training"\nuntil = "training"\n[[step]]\ndo = "ensure"',
     "step[1].until"),
    ("switch", "[verify]", '[[dialog]]\nlocale = "en"\ntext = ""\nanswer = "accept"\n\n[verify]', "dialog[0].text"),
    ("form", 'do = "person"', 'do = "choose"\ncontrol = "send"\n[[step]]\ndo = "person"', "step[2].control"),
    ("form", 'do = "person"', 'do = "choose"\ncontrol = "mail"\noption = "sent"\n[[step]]\ndo = "person"', "step[2].control"),
    ("form", 'role = ["textbox"]', 'role = ["button"]', "step[1].control"),
    ("delete", 'do = "confirm-text"', 'do = "open"\ncontrol = "delete"\n[[step]]\ndo = "confirm-text"', "step[1].control"),
    ("delete", 'after = ["acme/export"]', 'after = ["../export"]', "after"),
    ("delete", 'after = ["acme/export"]', 'after = ["acme/delete"]', "after"),
]  # fmt: skip


@pytest.mark.parametrize("origin", ORIGINS)
def test_what_is_no_origin(tmp_path: Path, origin: str) -> None:
    """An origin is written as a browser writes it; anything else is one finding, and nothing is driven."""
    text = SWITCH.replace("https://acme.test", origin)
    assert [(one.rule, one.where) for one in findings(tmp_path, text)] == [("unsound", "origins")]
    with pytest.raises(BadFile, match="is not https://host"):
        shelf.opened(shelf.find(str(tmp_path / "acme" / "x.toml")))


@pytest.mark.parametrize(("book", "old", "new", "where"), UNSOUND)
def test_what_is_unsound(tmp_path: Path, book: str, old: str, new: str, where: str) -> None:
    """What could locate, confirm or press the wrong thing is one finding, and nothing is driven."""
    assert old in BOOKS[book]
    found = findings(tmp_path, BOOKS[book].replace(old, new, 1))
    assert [(one.rule, one.where) for one in found] == [("unsound", where)]
    with pytest.raises(BadFile):
        shelf.opened(shelf.find(str(tmp_path / "acme" / "x.toml")))


@pytest.mark.parametrize(
    ("host", "findings_", "notice"),
    [
        ("xn--chtgpt-6ve.com", 1, False),
        ("xn--bro-hoa.test", 1, True),
        ("acme-1.co.uk", 0, None),
        ("a_b.test:8443", 0, None),
    ],
)
def test_a_name_in_other_letters(tmp_path: Path, host: str, findings_: int, notice: bool | None) -> None:
    """A host that mixes alphabets looks like another and is a finding; one of other letters is shown as it reads."""
    found = findings(tmp_path, SWITCH.replace("acme.test", host))
    assert [(one.rule, one.notice) for one in found] == [("origin", notice)] * findings_


def test_a_mark_at_the_beginning_and_other_line_ends(tmp_path: Path) -> None:
    """A file as editors of Windows write it is clean."""
    assert findings(tmp_path, "\ufeff" + SWITCH.replace("\n", "\r\n")) == []


def test_a_long_text_takes_no_longer_than_it_is_long() -> None:
    """A text of a megabyte is looked at in no time: no pattern starts anew at each of its letters."""
    start = perf_counter()
    list(literals.personal("y" * 1_000_000))
    assert perf_counter() - start < 5


@pytest.mark.parametrize("book", BOOKS)
def test_what_keeps_to_the_rules_is_clean(tmp_path: Path, book: str) -> None:
    """A file that keeps to every rule has no finding: whatever is found below is due to the change."""
    assert findings(tmp_path, BOOKS[book]) == []


ALSO = {"guards": ("verify",)}  # without the site's word nothing tells, whatever the effect
CASES = [
    ("unreadable", "switch", 'do = "ensure"', 'do = "ensur"', "step[1].do"),
    ("unreadable", "switch", "schema = 1", "schema = 2", "file"),
    ("unreadable", "switch", "[[step]]", "[[step]", "file"),
    ("unreadable", "switch", 'state = "out"', 'state = "out"\nsleep = 3', "step[1]"),
    ("unsound", "switch", "https://acme.test/settings", "https://other.test/settings", "step[0].url"),
    ("unsound", "switch", 'url = "https://acme.test', 'until = "gone"\nurl = "https://acme.test', "step[0].until"),
    ("unsound", "form", 'accepted = "sent"', 'accepted = "sent"\nreference = "number"', "step[3].reference"),
    ("unsound", "switch", 'origins = ["https://acme.test"]', 'origins = ["https://acme.test", "http://a.test"]', "origins"),
    ("unsound", "delete", "by = \"none\"", 'by = "none"\ngoto = "https://other.test/"', "verify.goto"),
    ("id", "switch", 'id = "acme/opt-out"', 'id = "../opt-out"', "id"),
    ("verify", "switch", 'by = "page"\ncontrol = "training"\nstate = "out"', 'by = "none"', "verify"),
    ("verify", "switch", 'control = "training"\nstate = "out"\nrecheck', 'control = "training"\nrecheck', "verify"),
    ("verify", "form", 'accepted = "sent"\n\n[verify]\nby = "email"', 'unless = "sent"\n\n[verify]\nby = "none"', "verify"),
    ("verify", "form", 'by = "email"', 'by = "account-gone"', "verify"),
    ("verify", "form", 'by = "email"', 'by = "page"\ncontrol = "send"', "verify"),
    ("effect-control", "form", SEND, 'any_name = true\ntestid = ["send-button"]', "step[3]"),
    ("effect-control", "form", SEND, 'testid = ["send-button"]', "step[3]"),
    ("effect-control", "form", 'role = ["button"]', "role = []", "step[3]"),
    ("effect-control", "delete", 'accepted = "deleted"', 'accepted = "deleted"\nconfirm = "account"', "step[2]"),
    ("role", "switch", 'role = ["switch"]', 'role = ["button"]', "step[1]"),
    ("prefix", "switch", 'text = "Use my content"', 'prefix = true, text = "Use my content"', "step[1]"),
    ("uncited", "switch", 'fact = "help page, 2026"', "", "control.training"),
    ("fragile", "switch", '"training-toggle"', '"radix-r1"', "control.training"),
    ("personal", "switch", 'text = "Use my content"', 'text = "Use content of ada@example.org"', "control.training"),
    ("personal", "switch", "?tab=privacy", "?user=ada", "step[0].url"),
    ("personal", "switch", 'fact = "help page, 2026"', 'fact = "as ada@example.org"', "control.training.fact"),
    ("personal", "switch", 'does = "switches', 'source = "https://a.test/?token=x1"\ndoes = "switches', "source"),
    ("personal", "switch", 'does = "switches', 'does = "calls +49 30 1234567 and switches', "does"),
    ("discloses", "switch", 'does = "', 'discloses = ["email"]\ndoes = "', "discloses"),
    ("guards", "delete", 'after = ["acme/export"]', "", "after"),
    ("guards", "delete", 'do = "confirm-text"\ncontrol = "account"\nfield = "account"', CHECKED, "step"),
    ("guards", "delete", 'accepted = "deleted"', 'unless = "deleted"', "step"),
    ("guards", "delete", "[verify]", '[[step]]\ndo = "see"\ncontrol = "deleted"\n\n[verify]', "step"),
    ("person-end", "form", 'done_when = "send"', 'done_when = "send"\ngone = "send"', "step[2]"),
    ("person-end", "form", 'done_when = "send"', "done_when = []", "step[2]"),
    ("locale", "switch", 'locale = "en"', 'locale = "english"', "control.training"),
    ("polarity", "switch", '\n[[step]]\ndo = "goto"\n', TWICE + 'unless = "other"\n', "control.other"),
    ("same-states", "switch", 'names = [', 'names = [{ locale = "de", text = "Ja", on = "in" }, ', "control.training"),
    ("unused", "switch", "[[step]]", '[control.o]\nrole = ["link"]\nany_name = true\nfact = "x"\n\n[[step]]', "control.o"),
    ("fill-in", "switch", 'does = "switches', 'does = "FILL IN: switches', "does"),
    ("accepted", "form", 'accepted = "sent"', 'unless = "sent"', "step[3]"),
    ("recheck", "switch", 'recheck_after = "P30D"', "", "verify"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "book", "old", "new", "where"), CASES)
def test_a_rule_fires(tmp_path: Path, rule: str, book: str, old: str, new: str, where: str) -> None:
    """One change, and the rule that it breaks is named with file and place; a notice is marked as one."""
    assert old in BOOKS[book]
    found = findings(tmp_path, BOOKS[book].replace(old, new, 1))
    assert (rule, where) in [(one.rule, one.where) for one in found]
    assert {one.rule for one in found} <= {rule, "unsound", "effect-control", "accepted", *ALSO.get(rule, ())}
    assert all(one.file.endswith("acme/x.toml") and one.message for one in found)
    assert next(one.notice for one in found if one.rule == rule) is (rule in ("accepted", "recheck"))


def test_every_rule_is_tried() -> None:
    """No rule is without a file that breaks it."""
    assert {case[0] for case in CASES} | {"origin"} == set(RULES)


def test_a_site_on_this_machine_is_never_shipped(tmp_path: Path) -> None:
    """http://127.0.0.1:PORT and http://localhost:PORT are for a site of one's own: fine there, a finding in what is shipped."""
    for origin in ("http://127.0.0.1:8000", "http://localhost:8000"):
        text = SWITCH.replace("https://acme.test", origin)
        assert findings(tmp_path, text) == []
        path = tmp_path / "acme" / "x.toml"
        found = lint([shelf.Entry("acme/opt-out", path, own=False, named=True)])
        assert [(one.rule, one.where) for one in found] == [("origin", "origins")]


def test_a_test_id_alone_authorises_nothing(tmp_path: Path) -> None:
    """A button that only a test id tells is named as such."""
    found = findings(tmp_path, FORM.replace(SEND, 'testid = ["send-button"]'))
    assert any("only a test id" in one.message for one in found)


def test_guards_hold_for_the_wishes_that_destroy(tmp_path: Path) -> None:
    """A playbook that destroys for one of its wishes only needs the guards too."""
    wishes = 'destructive_for = ["erasure"]\n\n[choice.what]\naccess = "send"\nerasure = "send"\n\n[control.mail]'
    found = findings(tmp_path, FORM.replace("[control.mail]", wishes, 1))
    assert {one.rule for one in found} == {"guards"}
    assert len(found) == 2


def test_a_service_is_looked_at_once(tmp_path: Path) -> None:
    """What is wrong with a service file is said of that file, once, however many playbooks share it."""
    bare = SERVICE.replace('fact = "help page, 2026"', "", 1).replace("nothing is said", "FILL IN: the clause")
    for name, text in (("acme/opt-out", SWITCH), ("acme/export", FORM)):
        findings(tmp_path, text, bare, name=name)
    found = lint(shelf.within(tmp_path))
    assert [(one.rule, one.where) for one in found] == [("fill-in", "terms.clause"), ("uncited", "control.me")]
    assert all(one.file.endswith("service.toml") for one in found)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('signed_out = "log-in"', 'signed_out = "login"', "unsound"),
        ('signed_out = "log-in"', 'signed_out = ""', "unsound"),
        ('name = "Acme"', 'name = "Acme"\nrefuse = ["no"]', "unsound"),
        ("schema = 1", "schema = 9", "unreadable"),
    ],
)
def test_a_bad_service(tmp_path: Path, old: str, new: str, rule: str) -> None:
    """A service file that names what is not there, or cannot be read, is the finding, not every playbook that uses it."""
    found = findings(tmp_path, SWITCH, SERVICE.replace(old, new), name="acme/opt-out")
    assert [(one.rule, Path(one.file).name) for one in found] == [(rule, "service.toml")]


def test_in_a_folder_the_id_is_the_place(tmp_path: Path) -> None:
    """Beside a service file, or in the person's folder, a file's id must be where it lies."""
    found = findings(tmp_path, SWITCH, SERVICE, name="acme/other")
    assert [one.rule for one in found] == ["id"]
    assert "acme/other" in found[0].message


def test_a_login_step_does_not_end_by_the_offer_to_sign_in(tmp_path: Path) -> None:
    """A login that is over when 'Log in' shows would be over before it began."""
    text = FORM.replace('what = "review"\ndone_when = "send"', 'what = "login"\ndone_when = "log-in"')
    assert [one.rule for one in findings(tmp_path, text, SERVICE, name="acme/export")] == ["person-end"]


@pytest.mark.parametrize(
    ("testid", "made"),
    [
        ("radix-:r1:", True), (":r3:", True), ("toggle-7", True), ("row_12345_x", True), ("a91f3c7e", True), ("x7k2m9qa", True),
        ("improve-model-toggle", False), ("accounts-profile-button", False), ("delete-all-chats-button", False),
        ("decade", False), ("data-controls-tab", False), ("facade", False),
    ],
)  # fmt: skip
def test_what_looks_generated(testid: str, made: bool) -> None:
    """A framework's counter, a number or a hash is no test id that somebody chose."""
    assert literals.generated(testid) is made


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://a.test/settings?tab=privacy#DataControls", False), ("https://a.test/policies?modal=take-control", False),
        ("https://a.test/#settings/Account", False), ("https://a.test/?token=x", True),
        ("https://a.test/?t=a8F3kQ92LmZx01bb", True), ("https://a.test/u/123456789/settings", True),
        ("https://a.test/?m=ada%40example.org", True), ("https://ada@a.test/", True),
        ("https://a.test/#access_token=abc", True), ("https://a.test/4f7c2a1e-0b1d-4c7e-9a55-0123456789ab", True),
    ],
)  # fmt: skip
def test_what_in_an_address_is_personal(url: str, told: bool) -> None:
    """A token, an account's number or an e-mail address in a URL is told; what names a page is not."""
    assert bool(list(literals.personal_in_url(url))) is told


@given(st.text())
def test_any_text_can_be_looked_at(text: str) -> None:
    """No text makes the rules fail, and what they say of it never repeats it."""
    said = list(literals.personal(text))
    assert all(
        word in ("an e-mail address", "what could be a phone number", "a long number", "an identifier") for word in said
    )
    literals.generated(text)
    literals.is_locale(text)


@pytest.mark.parametrize("code", ["en", "no", "pt-BR", "zh-Hant-TW", "fil"])
def test_locales_that_exist(code: str) -> None:
    """Languages with script and region are known, also Norwegian, whose code is a word that YAML would take for false."""
    assert literals.is_locale(code)


@pytest.mark.parametrize("code", ["", "xx", "EN", "english", "en_US", "de-de", "en-"])
def test_locales_that_do_not_exist(code: str) -> None:
    """Anything else is not a language code."""
    assert not literals.is_locale(code)


def test_lint_command(dsr: Dsr, tmp_path: Path) -> None:
    """Exit 0 where all is clean; 11 with rows of file, where, rule and message; a file that is none stops no other."""
    assert dsr("playbook", "lint").exit_code == 0
    good, bad, none = tmp_path / "good.toml", tmp_path / "bad.toml", tmp_path / "none.toml"
    good.write_text(SWITCH.replace('recheck_after = "P30D"', ""), encoding="utf-8")
    bad.write_text("\x00 = [", encoding="utf-8")
    told = dsr("playbook", "lint", str(bad), str(none), str(good), "--json")
    assert told.exit_code == 11
    rows = told.json()["data"]["rows"]
    assert [(Path(row["file"]).name, row["rule"], row["notice"]) for row in rows] == [
        ("bad.toml", "unreadable", False), ("none.toml", "unreadable", False), ("good.toml", "recheck", True),
    ]  # fmt: skip
    assert {"file", "where", "rule", "message"} <= set(rows[0])
    only = dsr("playbook", "lint", str(good))
    assert (only.exit_code, "(notice)" in only.out) == (0, True)
    assert dsr("playbook", "lint", str(tmp_path)).exit_code == 11
    assert dsr("playbook", "lint", "acme/nothing").exit_code == 12
