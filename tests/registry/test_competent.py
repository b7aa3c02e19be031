"""Which authority takes a complaint: by residence, seat and law, with the reason."""

from __future__ import annotations

import pytest

from dsr import places, registry
from dsr.errors import NoLaw, UsageError
from dsr.law import packs
from dsr.model import Entity
from dsr.registry.competent import competent

IRISH, FRENCH, AMERICAN = Entity("Irish Ltd", "IE"), Entity("French SA", "FR"), Entity("American Inc.", "US-CA")
LAENDER = sorted(f"DE-{part}" for part in places.PARTS["DE"])


@pytest.mark.parametrize(
    ("residence", "regime", "entity", "slug"),
    [
        ("DE-BE", "eu-gdpr", IRISH, "de-be"), ("DE-BY", "eu-gdpr", IRISH, "de-by-baylda"), ("FR", "eu-gdpr", AMERICAN, "fr-cnil"),
        ("FR-57", "eu-gdpr", IRISH, "fr-cnil"), ("IE", "eu-gdpr", IRISH, "ie-dpc"), ("US-NY", "eu-gdpr", FRENCH, "fr-cnil"),
        ("GB-SCT", "uk-gdpr", AMERICAN, "gb-ico"), ("CH-ZH", "ch-fadp", AMERICAN, "ch-fdpic"),
        ("US-CA", "us-ca-ccpa", AMERICAN, "us-ca-cppa"), ("US-TX", "us-tx", AMERICAN, "us-tx-ag"),
        ("BR", "br-lgpd", AMERICAN, "br-anpd"), ("CA-QC", "ca-qc", AMERICAN, "ca-qc-cai"),
    ],
)  # fmt: skip
def test_the_authority_of_a_complaint(residence: str, regime: str, entity: Entity, slug: str) -> None:
    """People complain where they live; those outside the territory where the company sits."""
    authority, why = registry.authority_for(residence, regime, entity)
    assert authority.slug == slug
    assert why


def test_the_lead_authority_is_named_and_second() -> None:
    """A Berliner complains in Berlin about a company in Ireland: the reason names Art. 77(1), and the DPC comes next."""
    first, second = competent(registry.authorities(), "DE-BE", "eu-gdpr", IRISH)
    assert (first.by, second.by, second.authority.slug) == ("residence", "lead", "ie-dpc")
    assert "Art. 77(1) GDPR" in first.why
    assert "the DPC normally leads" in first.why
    assert "section 40 BDSG" in first.why


def test_where_one_works_counts_too() -> None:
    """Who lives in Germany and works in Austria may complain in both."""
    found = competent(registry.authorities(), "DE-BY", "eu-gdpr", AMERICAN, work="AT")
    assert [(one.authority.slug, one.by) for one in found] == [("de-by-baylda", "residence"), ("at-dsb", "work")]


def test_germany_alone_is_not_exact_enough() -> None:
    """Without the Land nothing is guessed: the error lists all sixteen."""
    with pytest.raises(UsageError) as caught:
        registry.authority_for("DE", "eu-gdpr", IRISH)
    assert all(land in caught.value.hint for land in LAENDER)


def test_where_no_law_holds_there_is_no_authority() -> None:
    """A person in Brazil and a company in California are nobody's under the GDPR."""
    with pytest.raises(NoLaw):
        registry.authority_for("BR", "eu-gdpr", AMERICAN)


@pytest.mark.parametrize("residence", [*sorted(places.EEA - {"DE"}), *LAENDER])
def test_everybody_in_the_eea_has_one(residence: str) -> None:
    """Each EEA country and each German Land has an authority for companies, and it is of that place."""
    authority, _ = registry.authority_for(residence, "eu-gdpr", AMERICAN)
    assert places.country(authority.place) == places.country(residence)
    assert authority.competence.bodies != "public"
    assert not authority.competence.sector


@pytest.mark.parametrize("regime", packs.ids())
def test_every_law_has_an_authority_or_says_so(regime: str) -> None:
    """For a person who lives where a law holds there is an authority on file, or an error of ours."""
    pack = packs.find(regime)
    place = next(iter(pack.territory))
    residence = {"EEA": "FR", "DE": "DE-BE"}.get(place, place)
    if places.country(residence) not in places.COUNTRIES:
        pytest.skip("the law's territory is no place")
    if any(regime in one.competence.regimes for one in registry.authorities()):
        assert regime in registry.authority_for(residence, regime)[0].competence.regimes
    else:
        with pytest.raises(NoLaw, match=regime):
            registry.authority_for(residence, regime)
