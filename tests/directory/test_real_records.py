"""The importers and the search over the whole of the open directories: `DSR_DATASETS` names the folder, else this is skipped.

The records are not part of dsr; whoever has them in a folder (datenanfragen/, justdeleteme/, unlock-my-data/) sets the variable.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from dsr import places, registry
from dsr.cases import companies
from dsr.directory import cleaning, files, holdings, search
from dsr.directory.folding import fold
from dsr.directory.index import Index
from dsr.model import Right, Route

DATASETS = os.environ.get("DSR_DATASETS", "")
TODAY = date(2026, 11, 25)
pytestmark = pytest.mark.skipif(not DATASETS, reason="DSR_DATASETS does not name the open directories")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with all of them imported."""
    made = tmp_path_factory.mktemp("all")
    holdings.apply(made, holdings.compare(made, files.gather(Path(DATASETS)), DATASETS, TODAY, None))
    return made


@pytest.fixture
def index(home: Path) -> Iterator[Index]:
    with holdings.opened(home) as found:
        yield found


def test_every_record_is_read(home: Path) -> None:
    """All 3,070 companies, 57 authorities, 116 retired names and 2,589 services are there, and all 140 of the 141 files of the
    third that are records (the other is a list of names); none is refused."""
    stamps = holdings.stamps(home)
    known = stamps["datenanfragen"]
    assert (known.companies, known.authorities, known.retired, known.refused) == (3070, 57, 116, 0)
    assert (stamps["justdeleteme"].companies, stamps["justdeleteme"].refused) == (2589, 0)
    assert (stamps["unlock-my-data"].companies, stamps["unlock-my-data"].refused) == (140, 0)


def test_reading_again_changes_nothing(home: Path) -> None:
    """The same files are the same records."""
    for change in holdings.compare(home, files.gather(Path(DATASETS)), DATASETS, TODAY, None):
        assert (change.new, change.changed, change.gone) == ((), (), ())


def test_every_record_is_in_the_directory_once(home: Path, index: Index) -> None:
    """No record is lost by merging, none is in two companies; two records of one source meet only at an earlier company (the
    services that Google runs, at Google)."""
    stock = index.stock()
    slugs = {name.slug for name in index.names()}
    seen = [(one.source, one.key) for slug in slugs for one in index.entries(slug)]
    assert len(seen) == len(set(seen)) == sum(map(len, stock.entries.values()))
    for slug in slugs - set(registry.slugs()):
        sources = [one.source for one in index.entries(slug)]
        assert sources.count(sources[0]) == 1, slug


def test_what_is_kept_is_clean(index: Index) -> None:
    """Every imported value is what it claims: one-line names, plain addresses, https, countries that exist."""
    for slug in {name.slug for name in index.names()}:
        for one in index.entries(slug):
            assert cleaning.tidy(one.name) == one.name
            assert all(cleaning.email(to) == to for to in (one.email, one.erasure_email) if to)
            assert all(
                cleaning.url(url) == url for url in (one.form, one.export_url, one.deletion_url, *one.cites) if url
            )
            assert not one.country or places.parse(one.country) == one.country


def test_the_exchange_is_not_googles(home: Path, index: Index) -> None:
    """Gemini at gemini.com stays a company of its own; the name alone is Google's service."""
    assert companies.slug("gemini", home=home) == "google-gemini"
    exchange = companies.slug("gemini.com", home=home)
    assert exchange not in registry.slugs()
    assert "gemini.com" not in {domain for one in index.entries("google-gemini") for domain in one.domains}


def test_old_records_of_openai_do_not_win(home: Path) -> None:
    """Two records of OpenAI, one with an address of 2023, are merged into ours, whose address stands."""
    known = companies.load("openai", today=TODAY, home=home)
    assert {one.key for one in known.entries if one.source == "datenanfragen"} == {"openai", "openai-ireland-limited"}
    assert "3180" not in str([one.address for one in known.company.entities.list])


def test_what_a_directory_says_is_not_absent_from_our_record(index: Index) -> None:
    """Where a dated record of a directory speaks of e-mail or of proof of identity, ours does not say that no source does."""
    for slug in registry.slugs():
        ours = registry.find(slug)
        for one in index.entries(slug):
            if one.source == "unlock-my-data":
                assert one.needs_id is None or not ours.statements.identity.absent, slug
                ways = [way for way in ours.contacts.list if way.route == Route.EMAIL]
                assert not one.email or any(way.to for way in ways), slug


def test_every_company_can_be_looked_at(home: Path, index: Index) -> None:
    """Each has an entity, and for access and erasure a contact or a reason on each route."""
    stamps = holdings.stamps(home)
    from dsr.directory import record

    for slug in sorted({name.slug for name in index.names()} - set(registry.slugs()))[::7]:
        made = record.controller(slug, index.entries(slug), stamps, TODAY)
        assert made.entity("DE-BE").name
        for right in (Right.ACCESS, Right.ERASURE):
            for route in (Route.PORTAL, Route.EMAIL, Route.POST):
                assert made.contact(route, right, "eu-gdpr", "DE-BE"), (slug, route)


def test_typing_errors_are_forgiven_among_all_of_them(index: Index) -> None:
    """Of 500 names with one or two typing errors at least 97 in a hundred are found first."""
    dice = random.Random(6)
    pool = [name for name in index.names() if name.kind == "name" and len(name.folded) >= 6]
    hits = 0
    for number in range(500):
        meant = dice.choice(pool)
        typed = meant.shown.lower()
        for _ in range(1 + number % 2):
            at = dice.randrange(len(typed))
            sign = dice.choice("abcdefghijklmnopqrstuvwxyz")
            typed = dice.choice(
                [typed[:at] + typed[at + 1 :], typed[:at] + sign + typed[at + 1 :], typed[:at] + sign + typed[at:]]
            )
        found = search.search(index, typed)
        hits += bool(found) and (found[0].slug == meant.slug or fold(found[0].shown) == meant.folded)
    assert hits >= 485
