"""Names: any of them leads to a company, typing errors are forgiven, and where it is not certain a person is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from open_records import company, some, write

from dsr import registry
from dsr.cases import companies
from dsr.directory import cleaning, files, holdings, search
from dsr.directory.folding import core, fold
from dsr.directory.index import Index
from dsr.errors import UnknownName

Dsr = Callable[..., Any]
TODAY = date(2026, 11, 25)


class Somebody:
    """A person at a terminal who gives one answer."""

    present = True

    def __init__(self, answer: str) -> None:
        self.answer, self.told = answer, ""

    def tell(self, text: str) -> None:
        self.told += text

    def confirm(self, question: str) -> bool:
        return True

    def ask(self, question: str, default: str = "") -> str:
        return self.answer


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose directory holds the small open directories."""
    home = tmp_path_factory.mktemp("stocked")
    folder = some(home / "open")
    write(folder, companies=[company("twin-a", "Twin Ltd"), company("twin-b", "Twin Ltd")])
    holdings.apply(home, holdings.compare(home, files.gather(folder), "open", TODAY, None))
    return home


@pytest.fixture
def index(stocked: Path) -> Iterator[Index]:
    with holdings.opened(stocked) as found:
        yield found


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("openai", "openai"), ("ChatGPT", "openai"), (" chatgpt.com ", "openai"), ("OpenAI Ireland Limited", "openai"),
        ("https://chatgpt.com/settings", "openai"), ("www.openai.com", "openai"), ("example-shop", "example-shop"),
        ("Example Shop GmbH", "example-shop"), ("EXAMPLE SHOP gmbh", "example-shop"), ("shop.example", "example-shop"),
        ("L'Oreal Deutschland GmbH", "loreal-de"), ("old-shop", "example-shop"), ("Shop Club", "example-shop"),
        ("gemini", "google-gemini"), ("gemini.com", "gemini-gemini-com"),
    ],
)  # fmt: skip
def test_any_name_leads_to_its_company(stocked: Path, typed: str, slug: str) -> None:
    """Slug, name, alias, domain, address of a page, legal entity and retired name all find the company."""
    assert companies.slug(typed, home=stocked) == slug


@pytest.mark.parametrize("typed", ["../openai", "openai/..", "<b>openai</b>", "", " ", "\x00", "openai\\x", "zzzzqqq"])
def test_what_is_no_name_finds_nothing(stocked: Path, typed: str) -> None:
    """Paths, markup and nothing are no names, whatever they contain."""
    with pytest.raises(UnknownName):
        companies.slug(typed, home=stocked)


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("opnai", "openai"), ("chatgtp", "openai"), ("midjourny", "midjourney"), ("exmaple shop", "example-shop"),
        ("loréal", "loreal-de"), ("antropic", "anthropic"), ("botpres", "botpress"), ("opena1.com", "openai"),
    ],
)  # fmt: skip
def test_typing_errors_are_forgiven(index: Index, typed: str, slug: str) -> None:
    """A search finds what was meant, first."""
    assert search.search(index, typed)[0].slug == slug


def test_two_of_one_name_are_asked_about(stocked: Path) -> None:
    """Where two companies have one name, the person at the terminal chooses; else both are named."""
    somebody = Somebody("2")
    assert companies.slug("Twin Ltd", person=somebody, home=stocked) == "twin-b"
    assert "1) Twin Ltd (twin-a)" in somebody.told
    with pytest.raises(UnknownName) as caught:
        companies.slug("Twin Ltd", home=stocked)
    assert "twin-a" in caught.value.hint


def test_a_slug_can_be_named_where_nobody_can_be_asked(tmp_path: Path) -> None:
    """Where another company is called like a slug, the person at the terminal is asked, and a script gets what it named."""
    folder = write(tmp_path / "open", companies=[company("twin", "Twin Ltd"), company("other", "Twin")])
    holdings.apply(tmp_path, holdings.compare(tmp_path, files.gather(folder), "open", TODAY, None))
    assert companies.slug("twin", home=tmp_path) == "twin"
    assert companies.slug("twin", person=Somebody("1"), home=tmp_path) == "other"


@pytest.mark.parametrize(("answer", "slug"), [("1", "openai"), ("", None), ("9", None), ("x", None), ("0", None)])
def test_a_mistyped_name_is_asked_about(stocked: Path, answer: str, slug: str | None) -> None:
    """A near name is offered, never taken by itself."""
    if slug:
        assert companies.slug("opnai", person=Somebody(answer), home=stocked) == slug
        return
    with pytest.raises(UnknownName, match="'opnai'"):
        companies.slug("opnai", person=Somebody(answer), home=stocked)


@pytest.mark.parametrize(
    ("typed", "first"), [("opnai", "openai"), ("chatgtp", "openai (chatgpt)"), ("twittr", "x (twitter)")]
)
def test_the_close_ones_are_listed_once(stocked: Path, typed: str, first: str) -> None:
    """Where nobody can be asked, the close companies are told as they can be typed, each once, the closest first."""
    with pytest.raises(UnknownName) as caught:
        companies.slug(typed, home=stocked)
    told = caught.value.hint.removeprefix("did you mean ").rstrip("?").split(" or ")
    assert told[0] == first
    assert len(told) == len(set(told))


def test_every_own_record_is_found_by_every_name(index: Index) -> None:
    """The index leads each name, product, domain and legal entity of our records to a company of ours."""
    for slug in registry.slugs():
        known = registry.outline(slug)
        for name in (known.slug, known.name, *known.aliases, *known.products, *known.domains, *known.legal):
            assert slug in {hit.slug for hit in search.exact(index, name)}, name


def test_the_index_follows_our_records(stocked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an update of dsr the index is made anew from what was imported, without an import."""
    text = (registry.CONTROLLERS / "openai.toml").read_text(encoding="utf-8")
    (tmp_path / "other-ai.toml").write_text(
        text.replace('slug = "openai"', 'slug = "other-ai"').replace('name = "OpenAI"', 'name = "Other AI"', 1),
        encoding="utf-8",
    )
    monkeypatch.setattr(registry, "CONTROLLERS", tmp_path)
    registry.names.cache_clear()
    try:
        with holdings.opened(stocked) as renewed:
            assert [hit.slug for hit in search.exact(renewed, "Other AI")] == ["other-ai"]
            assert search.exact(renewed, "shop.example")[0].slug == "example-shop"
    finally:
        monkeypatch.undo()
        registry.names.cache_clear()


@given(st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_text_can_be_searched(stocked: Path, text: str) -> None:
    """Whatever is typed, a search answers with hits or with none."""
    with holdings.opened(stocked) as found:
        assert all(0 < hit.score <= 1 for hit in search.search(found, text.encode("utf-8", "replace").decode()))


@given(st.text(max_size=60))
def test_folding_is_settled(text: str) -> None:
    """A folded name folds to itself, and its core is never empty where it was not."""
    folded = fold(text)
    assert fold(folded) == folded
    assert bool(core(folded)) == bool(folded)


@given(st.text(max_size=120))
def test_cleaned_text_holds_nothing_unseen(text: str) -> None:
    """What passed the cleaning is one line that a terminal can show."""
    cleaned = cleaning.tidy(text)
    assert "\n" not in cleaned
    assert "\x1b" not in cleaned
    assert cleaning.tidy(cleaned) == cleaned or "&" in text or "<" in text


@given(st.text(max_size=60))
def test_an_email_or_url_is_one_or_nothing(text: str) -> None:
    """A value is a plain address or empty: never one with blanks, commas or line ends."""
    for found in (cleaning.email(text), cleaning.url(text), cleaning.domain(text)):
        assert not any(sign.isspace() or sign in '<>",' for sign in found)
