"""The records in `dsr/registry/controllers/`: a contract for every file found there, and worked examples."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from dsr import places, registry
from dsr.errors import BadFile, UnknownName
from dsr.model import Confidence, Right, Route
from dsr.registry import Contact, Controller, Group

FILES = sorted(registry.CONTROLLERS.glob("*.toml"))
RESIDENCES = ("DE", "FR-57", "IS", "CH", "GB-ENG", "US-CA", "US-NY", "BR")
REGIMES = ("eu-gdpr", "uk-gdpr", "us-ca-ccpa", "ch-fadp", None)
TOPICS = ("photos", "training", "selling", "retention", "export", "deletion", "identity", "automation-terms")
WRITTEN_ON = date.today()

each_record = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def sourced(record: Controller) -> Iterator[tuple[str, Group]]:
    """Every sourced group of a record, with its place in the file."""
    yield "entities", record.entities
    yield "contacts", record.contacts
    yield "representatives", record.representatives
    yield "officer", record.officer
    yield "languages", record.languages
    yield from ((f"statements.{topic}", statement) for topic, statement in record.statements.items())
    yield from ((f"promises[{number}]", promised) for number, promised in enumerate(record.promises))


def usable(contact: Contact) -> bool:
    """Whether the contact says where to write; for post it is the entity's address."""
    return bool(contact.to) or (contact.route is Route.POST and not contact.reason)


def changed(tmp_path: Path, old: str, new: str) -> Path:
    """A copy of the OpenAI record with one piece of text replaced."""
    text = (registry.CONTROLLERS / "openai.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "openai.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_there_are_records() -> None:
    """The folder is found and holds the five records of the first release."""
    assert set(registry.slugs()) >= {"openai", "anthropic", "google-gemini", "midjourney", "botpress"}


@each_record
def test_slug_is_the_name_of_the_file(path: Path) -> None:
    """A record decodes strictly, and its slug is the file's name: lower case, words joined by hyphens."""
    record = registry.read(path)
    assert record.slug == path.stem
    assert all(word.isalnum() and word == word.lower() for word in record.slug.split("-"))
    assert record.name.strip()


@each_record
@pytest.mark.parametrize("residence", RESIDENCES)
def test_one_entity_answers_to_each_residence(path: Path, residence: str) -> None:
    """Every person has one legal entity: the one that names their residence, else the one for all."""
    record = registry.read(path)
    *named, everybody = record.entities.list
    place = places.parse(residence)
    own = [entity for entity in named if any(places.covers(group, place) for group in entity.residence)]
    assert len(own) <= 1
    assert record.entity(place).name == (own or [everybody])[0].name


@each_record
def test_the_last_entity_is_for_everybody(path: Path) -> None:
    """`["*"]` stands last among the entities, and only there."""
    *named, everybody = registry.read(path).entities.list
    assert everybody.residence == ("*",)
    assert not any("*" in entity.residence for entity in named)


@each_record
def test_places_exist(path: Path) -> None:
    """A seat is an ISO 3166 code in its canonical form, and so is every residence except `EEA` and `*`."""
    record = registry.read(path)
    seats = [entity.place for entity in record.entities.list]
    groups = [group for entity in record.entities.list for group in entity.residence]
    groups += [group for contact in record.contacts.list for group in contact.residence]
    codes = seats + [group for group in groups if group not in ("EEA", "*")]
    assert [places.parse(code) for code in codes] == codes


@each_record
def test_an_address_ends_with_the_country(path: Path) -> None:
    """An address has two to five lines (an envelope's window holds no more under the name), and the last is a country."""
    for entity in registry.read(path).entities.list:
        if entity.address:
            assert 2 <= len(entity.address) <= 5
            assert all(line.strip() == line and line for line in entity.address)
            assert not any(sign.isdigit() for sign in entity.address[-1])


@each_record
def test_a_contact_is_usable_or_says_why_not(path: Path) -> None:
    """A contact says where to write or why nobody can: never both, never neither."""
    for contact in registry.read(path).contacts.list:
        assert usable(contact) != bool(contact.reason), contact


@each_record
def test_contacts_are_well_formed(path: Path) -> None:
    """E-mail goes to one plain address, a portal is https, and post has no address of its own."""
    for contact in registry.read(path).contacts.list:
        if contact.route is Route.POST:
            assert not contact.to
        elif contact.to and contact.route is Route.EMAIL:
            local, _, domain = contact.to.partition("@")
            assert local
            assert "." in domain
            assert not any(sign.isspace() or sign in "<>,;" for sign in contact.to)
            assert contact.to.count("@") == 1
        elif contact.to:
            assert contact.to.startswith("https://")
            assert not any(sign.isspace() for sign in contact.to)


@each_record
def test_contacts_name_known_rights(path: Path) -> None:
    """The rights of a contact are those of the model, or `*` alone."""
    for contact in registry.read(path).contacts.list:
        assert contact.rights == ("*",) or set(contact.rights) <= set(Right)
        assert contact.rights
        assert contact.regimes
        assert contact.residence


@each_record
@pytest.mark.parametrize("route", [Route.PORTAL, Route.EMAIL, Route.POST])
@pytest.mark.parametrize("right", [Right.ACCESS, Right.ERASURE])
def test_every_route_is_answered(path: Path, route: Route, right: Right) -> None:
    """For access and erasure each route has a contact or a reason, wherever the person lives."""
    record = registry.read(path)
    for residence, regime in itertools.product(RESIDENCES, REGIMES):
        assert record.contact(route, right, regime, residence) is not None, (residence, regime)


@each_record
def test_post_needs_an_address(path: Path) -> None:
    """Where post is offered, the legal entity of that residence has an address to put on the envelope."""
    record = registry.read(path)
    for residence, regime, right in itertools.product(RESIDENCES, REGIMES, Right):
        contact = record.contact(Route.POST, right, regime, residence)
        if contact is not None and usable(contact):
            assert record.entity(residence).address, (residence, right)


@each_record
def test_weak_contacts_are_not_firm(path: Path) -> None:
    """Nothing personal goes to a contact that rests on recall or on a source of low confidence."""
    record = registry.read(path)
    for contact in record.contacts.list:
        confidence = contact.confidence or record.contacts.confidence
        assert record.firm(contact) == (confidence not in (Confidence.RECALL, Confidence.LOW))


@each_record
def test_all_topics_are_answered(path: Path) -> None:
    """Each of the eight topics has a short answer in front and sentences behind, or the reason why there are none."""
    statements = registry.read(path).statements
    assert tuple(topic for topic, _ in statements.items()) == TOPICS
    for topic, statement in statements.items():
        assert bool(statement.short) != bool(statement.absent), topic
        assert statement.short or not statement.says, topic
        assert len(statement.short) <= 140, topic
        for sentence in (*statement.says, *filter(None, [statement.short])):
            assert sentence == " ".join(sentence.split())
            assert sentence.endswith((".", '."')), sentence


@each_record
def test_what_is_absent_says_why(path: Path) -> None:
    """Representatives, officer and languages are listed or absent for a reason; a reason is a sentence, not a word."""
    record = registry.read(path)
    for group in (record.representatives, record.officer, record.languages):
        assert bool(group.list) != bool(group.absent)
    for where, group in sourced(record):
        assert not group.absent or len(group.absent.split()) >= 3, where
    assert all(len(language) == 2 and language.islower() for language in record.languages.list)


@each_record
def test_agents_are_reachable(path: Path) -> None:
    """A representative or officer has an address, an e-mail or a form, and its residences exist."""
    record = registry.read(path)
    for agent in (*record.representatives.list, *record.officer.list):
        assert agent.address or agent.email or agent.url, agent
        assert not agent.email or agent.email.count("@") == 1
        assert not agent.url or agent.url.startswith("https://")
        codes = [group for group in agent.residence if group not in ("EEA", "*")]
        assert [places.parse(code) for code in codes] == codes
    assert all(agent.name for agent in record.representatives.list)


@each_record
def test_training_has_a_default_and_a_way_out_or_says_that_there_is_none(path: Path) -> None:
    """Where training is described, its default is stated; there are ways out, or why there is none, never both."""
    training = registry.read(path).statements.training
    assert bool(training.default) != bool(training.absent)
    assert not (training.opt_out and training.no_way_out)
    if any(default.trains in ("yes", "unknown") for default in training.default):
        assert training.opt_out or training.no_way_out


@each_record
def test_ways_are_well_formed(path: Path) -> None:
    """Every way says where, and its page is https."""
    said = registry.read(path).statements
    for way in (*said.training.opt_out, *said.export.ways, *said.deletion.ways):
        assert way.where.strip()
        assert not way.url or (way.url.startswith("https://") and not any(sign.isspace() for sign in way.url))


@each_record
def test_every_group_has_sources_and_a_date(path: Path) -> None:
    """Each group names its sources in words, addresses are https, and its date lies neither ahead nor long ago."""
    for where, group in sourced(registry.read(path)):
        assert group.source, where
        assert all(len(source.split()) >= 3 for source in group.source), where
        assert "http://" not in " ".join(group.source), where
        assert date(2015, 1, 1) <= group.on <= WRITTEN_ON, where


@each_record
def test_promises_count(path: Path) -> None:
    """A promise runs for some days or some hours, binds somebody, and has its own short source."""
    for promised in registry.read(path).promises:
        promise = promised.promise
        assert sorted((promise.days, promise.hours))[0] == 0 < max(promise.days, promise.hours)
        assert promise.whose in ("controller", "subject")
        assert promise.kind
        assert promise.source
        assert promised.action
        assert promised.says


def test_names_are_unique() -> None:
    """No slug, name, alias or domain leads to two records; domains and aliases are lower case."""
    owners: dict[str, str] = {}
    for path in FILES:
        record = registry.read(path)
        assert record.domains
        assert all(name == name.strip().lower() for name in (*record.aliases, *record.domains))
        assert all("." in domain and "/" not in domain for domain in record.domains)
        listed = (*record.aliases, *record.products, *record.domains)
        assert len(set(map(str.lower, listed))) == len(listed)
        for name in {record.slug, record.name.lower(), *map(str.lower, listed)}:
            assert owners.setdefault(name, record.slug) == record.slug, name


@each_record
def test_a_record_is_found_by_each_of_its_names(path: Path) -> None:
    """Slug, name, aliases and domains all find the record, in any case and with blanks around."""
    record = registry.read(path)
    for name in (record.slug, record.name, *record.aliases, *record.products, *record.domains):
        assert registry.find(f" {name.upper()} ").slug == record.slug


@pytest.mark.parametrize("residence", ["DE", "FR-57", "IS", "LI", "NO", "CH"])
def test_openai_ireland(residence: str) -> None:
    """In the EEA and in Switzerland OpenAI Ireland Limited is the controller, seated in Ireland."""
    entity = registry.find("openai").entity(residence)
    assert (entity.name, entity.place, entity.address[-1]) == ("OpenAI Ireland Limited", "IE", "Ireland")


@pytest.mark.parametrize("residence", ["GB", "GB-SCT", "US-CA", "US-NY", "BR"])
def test_openai_opco(residence: str) -> None:
    """Everywhere else, the United Kingdom included, it is OpenAI OpCo, LLC in California."""
    entity = registry.find("openai").entity(residence)
    assert (entity.name, entity.place, entity.address[-1]) == ("OpenAI OpCo, LLC", "US-CA", "United States")


def test_the_united_kingdom_differs_by_company() -> None:
    """People in the United Kingdom belong to Ireland at Anthropic, and to California at Google."""
    assert registry.find("claude").entity("GB-ENG").place == "IE"
    assert registry.find("gemini").entity("GB-ENG").place == "US-CA"


def test_openai_contacts() -> None:
    """Access at OpenAI has a portal and an address; a correction has no choice in the portal."""
    record = registry.find("ChatGPT")
    email = record.contact(Route.EMAIL, Right.ACCESS, "eu-gdpr", "DE")
    portal = record.contact(Route.PORTAL, Right.ACCESS, "eu-gdpr", "DE")
    other = record.contact(Route.PORTAL, Right.RECTIFICATION, "eu-gdpr", "DE")
    assert email is not None
    assert portal is not None
    assert other is not None
    assert email.to == "dsar@openai.com"
    assert record.firm(email)
    assert portal.to == "https://privacy.openai.com/policies?modal=take-control"
    assert other.reason


def test_an_address_from_memory_is_not_firm() -> None:
    """The address of Botpress is known from memory only, so nothing personal is sent to it unchecked."""
    record = registry.find("botpress")
    email = record.contact(Route.EMAIL, Right.ACCESS, "eu-gdpr", "DE")
    assert email is not None
    assert not record.firm(email)


def test_an_unknown_name_gets_close_matches() -> None:
    """A mistyped name is quoted, and the nearest known one is offered."""
    with pytest.raises(UnknownName) as caught:
        registry.find("opnai")
    assert "'opnai'" in caught.value.message
    assert "openai" in caught.value.hint


def test_a_misspelt_key_is_refused_with_its_place(tmp_path: Path) -> None:
    """A key that the schema does not know is refused, naming the file, the key and where it stands."""
    path = changed(tmp_path, 'place = "IE"', 'palce = "IE"')
    with pytest.raises(BadFile) as caught:
        registry.read(path)
    for part in (str(path), "`palce`", "$.entities.list[0]"):
        assert part in caught.value.message


def test_a_wrong_value_is_refused_with_its_place(tmp_path: Path) -> None:
    """A value of the wrong kind is refused, naming the field that holds it."""
    path = changed(tmp_path, 'route = "post"', 'route = "pigeon"')
    with pytest.raises(BadFile, match=r"pigeon.*\$\.contacts\.list\[\d+\]\.route"):
        registry.read(path)


def test_text_that_is_not_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    """A file that is not TOML is refused, naming the line."""
    path = tmp_path / "broken.toml"
    path.write_text('schema = 1\nslug = "broken\n', encoding="utf-8")
    with pytest.raises(BadFile, match="line 2"):
        registry.read(path)


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    """A record of a newer schema is refused, and the hint is to update."""
    with pytest.raises(BadFile, match="schema 2 is newer") as caught:
        registry.read(changed(tmp_path, "schema = 1", "schema = 2"))
    assert caught.value.hint == "update dsr"


def test_a_slug_that_differs_from_its_file_is_refused(tmp_path: Path) -> None:
    """A record whose slug is not its file's name is refused."""
    with pytest.raises(BadFile, match="slug 'open-ai' differs"):
        registry.read(changed(tmp_path, 'slug = "openai"', 'slug = "open-ai"'))
