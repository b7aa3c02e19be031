"""The records in `dsr/registry/authorities/`: a contract for every file found there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dsr import places, registry
from dsr.law import packs
from dsr.registry.facts import Group

FILES = sorted(registry.AUTHORITIES.glob("*.toml"))
each_authority = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@each_authority
def test_the_slug_starts_with_the_place(path: Path) -> None:
    """A record decodes strictly; its slug is the file's name and starts with the place: `de-be`, `us-ca-cppa`, `gb-ico`."""
    record = registry.read_authority(path)
    assert record.slug == path.stem == record.slug.lower()
    assert places.parse(record.place) == record.place
    assert record.slug == record.place.lower() or record.slug.startswith(f"{record.place.lower()}-")
    assert record.name.strip() == record.name
    assert record.english.strip()


@each_authority
def test_sources_are_https_and_dated(path: Path) -> None:
    """Both groups name a source with its https address, or say that it was not kept; no date lies ahead."""
    record = registry.read_authority(path)
    groups: tuple[Group, ...] = (record.complaint, record.competence)
    for group in groups:
        assert group.source
        for source in group.source:
            assert "https://" in source or "not kept" in source or source.startswith("directory "), source
            assert "http://" not in source
        assert date(2015, 1, 1) <= group.on <= date.today()


@each_authority
def test_a_complaint_has_a_way_or_says_why_not(path: Path) -> None:
    """Form, e-mail, address and languages are each given or missing for a reason, never both."""
    complaint = registry.read_authority(path).complaint
    assert set(complaint.missing) <= {"form", "email", "address", "languages"}
    for field in ("form", "email", "address", "languages"):
        assert bool(getattr(complaint, field)) != bool(complaint.missing.get(field)), field
    assert complaint.form or complaint.email or complaint.address or complaint.web
    for url in filter(None, (complaint.web, complaint.form)):
        assert url.startswith("https://")
        assert not any(sign.isspace() for sign in url)
    assert not complaint.email or (complaint.email.count("@") == 1 and not any(map(str.isspace, complaint.email)))
    assert all(line.strip() == line and line for line in complaint.address)
    assert all(len(language) in (2, 3) and language.islower() for language in complaint.languages)


@each_authority
def test_competence_names_laws_and_places_on_file(path: Path) -> None:
    """The regimes are packs, the residences exist, the controllers are records."""
    competence = registry.read_authority(path).competence
    assert competence.regimes
    assert set(competence.regimes) <= set(packs.ids())
    assert competence.residence
    codes = [group for group in competence.residence if group not in ("EEA", "*")]
    assert [places.parse(code) for code in codes] == codes
    assert set(competence.controllers) <= set(registry.slugs())
