"""Languages: each says what the English letters say, with the same law, and in its own words.

A letter that a language lacks stands with its reason under `[missing]` in `templates/words/<lang>.toml`; nothing is skipped
silently. `pytest tests/letters/test_letter_languages.py` is what a translator runs.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, nodes
from msgspec import to_builtins
from shapes import LETTERS, write

from dsr.law import packs
from dsr.letters import KINDS, words
from dsr.letters.captions import CAPTIONS
from dsr.letters.families import families
from dsr.model import Period
from dsr.resources import folder

TEMPLATES = folder("templates")
PARSER = Environment(trim_blocks=True, lstrip_blocks=True)
OTHERS = [lang for lang in words.languages() if lang != "en"]
ENGLISH = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.glob("*/*.en.j2"))
each_language = pytest.mark.parametrize("lang", words.languages())
# What must be the same in every language: the law that is cited, and the facts that are filled in.
SAME = {"cite", "art", "section", "item", "ref"}
# English words that no other language here has ("of" is a Dutch word).
LEFTOVER = re.compile(
    r"\b(the|which|you|your|please|with|request(?:ed)?|this|these|about|and|whether|because)\b", re.IGNORECASE
)


def pairs() -> list[tuple[str, str]]:
    """Every English file with every other language."""
    return [(path, lang) for lang in OTHERS for path in ENGLISH]


def in_language(path: str, lang: str) -> str:
    return path.replace(".en.j2", f".{lang}.j2")


@cache
def tree(path: str) -> nodes.Template:
    return PARSER.parse((TEMPLATES / path).read_text(encoding="utf-8"))


def facts(path: str) -> dict[str, Counter[str]]:
    """By block and macro: every citation and every fact that stands in it, as often as it does."""
    found: dict[str, Counter[str]] = {}
    for part in tree(path).find_all((nodes.Block, nodes.Macro)):
        mine = found.setdefault(part.name, Counter())
        for call in part.find_all(nodes.Call):
            called = call.node.attr if isinstance(call.node, nodes.Getattr) else getattr(call.node, "name", "")
            told = [repr(one.value) if isinstance(one, nodes.Const) else "..." for one in call.args]
            mine[f"{called}({', '.join(told)})" if called in SAME else f"{called}()"] += 1
        for output in part.find_all(nodes.Output):
            for shown in (one for one in output.nodes if isinstance(one, nodes.Name | nodes.Getattr)):
                mine[shown.attr if isinstance(shown, nodes.Getattr) else shown.name] += 1
    return found


def text(path: str) -> str:
    """The words of a file, without comments, tags and placeholders."""
    return "\n".join(one.data for one in tree(path).find_all(nodes.TemplateData))


@pytest.mark.parametrize("lang", OTHERS)
def test_every_letter_is_there_or_its_lack_has_a_reason(lang: str) -> None:
    """A language has every English file, or names the reason under [missing]; no reason stands for what is there."""
    given = words.read(lang).missing
    for key, why in given.items():
        assert re.fullmatch(r"[a-z-]+/(?:\*|[a-z-]+)", key), key
        assert len(why) > 20, f"{key}: {why!r} is no reason"
    used = set()
    for path in (one for one in ENGLISH if not one.startswith("shared/")):
        key, any_of = path.removesuffix(".en.j2"), f"{path.partition('/')[0]}/*"
        there = (TEMPLATES / in_language(path, lang)).exists()
        why = [one for one in (key, any_of) if one in given]
        assert there or why, (
            f"{in_language(path, lang)} is missing, and [missing] in words/{lang}.toml does not say why"
        )
        assert not (there and key in given), f"{key} is there, and still under [missing]"
        used |= set() if there else set(why)
    assert set(given) == used, f"[missing] names letters that there are not: {set(given) - used}"
    assert (TEMPLATES / f"shared/blocks.{lang}.j2").exists()


@each_language
def test_no_file_without_an_english_one(lang: str) -> None:
    """Every file of a language has its English model."""
    files = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.glob(f"*/*.{lang}.j2")}
    assert files <= {in_language(path, lang) for path in ENGLISH}


@pytest.mark.parametrize(("path", "lang"), pairs(), ids=map("-".join, pairs()))
def test_same_law_and_same_facts(path: str, lang: str) -> None:
    """A translation cites and fills in, block by block, what the English file does: no more, no less."""
    if not (TEMPLATES / in_language(path, lang)).exists():
        assert path.removesuffix(".en.j2") in reasons(path, lang)
        return
    ours, theirs = facts(in_language(path, lang)), facts(path)
    assert set(ours) == set(theirs)
    for name, wanted in theirs.items():
        lacking, more = wanted - ours[name], ours[name] - wanted
        assert not lacking + more, f"{in_language(path, lang)}, {name}: lacks {dict(lacking)}, has more {dict(more)}"


def reasons(path: str, lang: str) -> set[str]:
    """The name of the English file, where its lack has a reason."""
    key, given = path.removesuffix(".en.j2"), words.read(lang).missing
    return {key} if key in given or f"{path.partition('/')[0]}/*" in given else set()


@pytest.mark.parametrize(("path", "lang"), pairs(), ids=map("-".join, pairs()))
def test_own_words(path: str, lang: str) -> None:
    """A translation has no sentence of the English file, and no English word."""
    if not (TEMPLATES / in_language(path, lang)).exists():
        assert reasons(path, lang)
        return
    ours, theirs = text(in_language(path, lang)), text(path)
    long = {line for line in theirs.splitlines() if len(line.split()) > 3}
    assert not long & set(ours.splitlines())
    assert not (left := LEFTOVER.findall(ours)), f"{in_language(path, lang)}: English words {left}"
    assert not re.search(r"\b\d+[A-Z]?(?:\(\d|\s*(?:Abs\.|ust\.|lid|apartado|paragra[fp]\w+))", ours), (
        "a citation by hand"
    )


@each_language
def test_files_say_who_read_them(lang: str) -> None:
    """Every file of a language says that a machine wrote it, and who reviewed it: nobody yet."""
    said = words.read(lang)
    assert said.written
    assert said.reviewed
    head = (TEMPLATES / f"shared/blocks.{lang}.j2").read_text(encoding="utf-8").partition("#}")[0]
    assert f"reviewed: {said.reviewed}" in head
    assert any("32016R0679" in source for source in said.sources)


@pytest.mark.parametrize("lang", OTHERS)
def test_words_are_translated(lang: str) -> None:
    """The words of a language have the keys of the English ones, and none of their texts."""
    ours, theirs = to_builtins(words.read(lang)), to_builtins(words.read("en"))
    for table in ("by", "request", "event", "item"):
        assert set(ours[table]) == set(theirs[table]), table
        same = {key for key, value in ours[table].items() if value == theirs[table][key]}
        assert not same, f"[{table}] has English texts: {sorted(same)}"
        assert not (left := LEFTOVER.findall(" ".join(ours[table].values()))), f"[{table}]: {left}"
    assert {"eu-gdpr", "uk-gdpr", "ch-fadp"} <= set(ours["law"])
    assert "{authority}" in ours["item"]["15(1)(f)"]
    assert len(set(ours["months"])) == 12


@each_language
def test_citations_and_periods_can_be_written(lang: str) -> None:
    """A language writes every form of citation, every period and every date."""
    said = words.read(lang)
    for number in range(1, 32):
        for unit in words.UNITS:
            assert number == 1 or str(number) in said.in_time(Period(**{unit: number}))
    single, several = said.cited("GDPR", "15"), said.cited("GDPR", "15(1)(a)-(h)", "15(2)", "17")
    assert single.endswith("GDPR")
    assert several.count("15") == 2
    assert several.index("17") > several.index("15") if lang else True
    assert said.cited("", "15").endswith("15") or not said.cited("", "15").endswith("GDPR")
    with pytest.raises(ValueError, match="not an article"):
        said.cited("GDPR", "fifteen")
    for month in range(1, 13):
        from datetime import date

        dated = said.dated(date(2027, month, 3))
        assert re.search(r"(?<!\d)3(?!\d)", dated)
        assert "2027" in dated
        assert re.search(r"[^\W\d]{3,}", dated)
    assert lang in CAPTIONS


def test_french_keeps_its_spaces_and_its_first_of_the_month() -> None:
    """French no-break spaces reach the text and never begin a line; 1er is written out; a whole citation goes its own way."""
    letter = write("eu-gdpr", "reminder", "fr")
    assert "Le 1er septembre 2026" in letter.body
    assert "écrit\u00a0: «\u00a0We need more from you.\u00a0»" in letter.body
    assert letter.text().endswith(
        "\n\nPièces jointes\u00a0:\n- Request of 1 September 2026\n- Message of 20 September 2026\n"
    )
    assert "art. 25, al. 7, LPD et art. 18, al. 1, OPDo" in write("ch-fadp", "access", "fr").body
    assert "article 18, VI, de la LGPD" in write("br-lgpd", "erasure", "fr").body


def test_polish_has_three_forms() -> None:
    """Periods after "within" take one, few or many, as Polish counts; other languages one or many."""
    said = words.read("en")
    polish = said.__class__(**{
        **{name: getattr(said, name) for name in said.__struct_fields__},
        "plural": "polish",
        "within": dict.fromkeys(words.UNITS, ("one", "{n} few", "{n} many")),
    })  # fmt: skip
    forms = {n: polish.in_time(Period(days=n)) for n in (1, 2, 4, 5, 12, 14, 21, 22, 25, 45)}
    assert forms[1] == "one"
    assert {n for n, form in forms.items() if form.endswith("few")} == {2, 4, 22}


def test_families_name_laws_that_there_are() -> None:
    """Every law that a family names exists and is in one family only; every family falls back to one that exists."""
    named = Counter(regime for family in families().values() for regime in family.regimes)
    assert set(named) <= set(packs.ids())
    assert set(named.values()) == {1}
    for name, family in families().items():
        assert not family.then or family.then in families(), name
        assert set(family.also) | set(family.without) <= set(KINDS)
        assert all(len(why) > 20 for why in family.without.values())


def test_every_law_has_letters() -> None:
    """Every law on file has a letter for each of its rights, a reminder and a complaint, in English at least."""
    have = {(regime, name) for regime, name, lang in LETTERS if lang == "en"}
    for regime in packs.ids():
        wanted: set[Any] = {*packs.find(regime).rights, "reminder", "complaint"}
        assert not {name for name in wanted if (regime, name) not in have}, regime


def test_translating_is_explained() -> None:
    """The guide for translators names every shared macro that they must write, and the tests that they run."""
    guide = (TEMPLATES / "TRANSLATING.md").read_text(encoding="utf-8")
    for name in (
        "words/en.toml",
        "shared/blocks.en.j2",
        Path(__file__).name,
        "DSR_UPDATE_GOLDEN=de,fr",
        "[missing]",
        "stop(",
    ):
        assert name in guide, name
