"""Which records speak of the same company: by domain and by name, and dsr's own record wins.

Two records of one source are never merged with each other, though both may belong to one earlier company (the services that
Google runs). A name alone joins only where one side has no domain: "Gemini", the exchange at gemini.com, is not Google's
Gemini at gemini.google.com. One of dsr's own it joins only where the record's addresses do not lead elsewhere either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from dsr.directory import cleaning
from dsr.directory.entry import Entry, Name, Ours
from dsr.directory.folding import core, fold


class Merged(Struct):
    """Companies: slug -> its records, best first (none for a record of ours that nobody else has); and all their names."""

    companies: dict[str, list[Entry]]
    names: list[Name]


def _elsewhere(found: Entry, domains: Iterable[str]) -> bool:
    """Whether a record has addresses, and none of them is at these domains, below one or above one."""
    mails = [to.rpartition("@")[2] for to in (found.email, found.erasure_email)]
    own = [*mails, found.form, found.export_url, found.deletion_url]
    hosts = set(filter(None, map(cleaning.domain, own))) or set(filter(None, map(cleaning.domain, found.cites)))
    alike = (f".{host}".endswith(f".{one}") or f".{one}".endswith(f".{host}") for host in hosts for one in domains)
    return bool(hosts) and not any(alike)


class _Merger:
    def __init__(self, ours: Sequence[Ours]) -> None:
        self.companies: dict[str, list[Entry]] = {}
        self.names: dict[tuple[str, str], Name] = {}
        self.by_name: dict[str, set[str]] = {}
        self.by_domain: dict[str, set[str]] = {}
        self.domains: dict[str, set[str]] = {}
        self.own: set[str] = set()
        for record in ours:
            self.companies[record.slug] = []
            self.own.add(record.slug)
            self._known(record.slug, [record.slug], "slug")
            self._known(record.slug, [record.name, *record.names], "name")
            self._at(record.slug, record.domains)
        self.reserved = frozenset(name.folded.replace(" ", "-") for name in self.names.values())
        for record in ours:
            self._known(record.slug, record.legal, "legal")

    def _known(self, slug: str, names: Iterable[str], kind: str) -> None:
        for shown in names:
            folded = fold(shown)
            if folded:
                self.names.setdefault((slug, folded), Name(slug, shown, folded, kind))
                self.by_name.setdefault(folded, set()).add(slug)
                if kind != "legal" and (short := core(folded)) != folded:
                    self.by_name.setdefault(short, set()).add(slug)

    def _at(self, slug: str, domains: Iterable[str]) -> None:
        for domain in domains:
            self.by_domain.setdefault(domain, set()).add(slug)
            self.domains.setdefault(slug, set()).add(domain)
            folded = fold(domain)
            self.names.setdefault((slug, folded), Name(slug, domain, folded, "domain"))

    def take(self, entries: Sequence[Entry]) -> None:
        """The records of one source: each joins one earlier company or founds its own."""
        seen = Counter(domain for found in entries for domain in found.domains)
        earlier = set(self.companies)
        placed = [(found, self._same(found, seen, earlier)) for found in entries]
        for found, slug in placed:
            self._put(slug or self._free(found), found)

    def _same(self, found: Entry, seen: Mapping[str, int], earlier: set[str]) -> str:
        """The one earlier company of which the record speaks, or empty."""
        if found.kind == "authority":
            return ""
        folded = fold(found.name)
        named = (self.by_name.get(folded, set()) | self.by_name.get(core(folded), set())) & earlier
        here = {slug for domain in found.domains for slug in self.by_domain.get(domain, ())} & earlier
        if both := named & here:
            return min(both) if len(both) == 1 else ""
        if len(here) == 1 and all(seen[domain] == 1 for domain in found.domains if domain in self.by_domain):
            return next(iter(here))
        named = named & self.own or named
        if here or len(named) != 1:
            return ""
        slug = next(iter(named))
        if found.domains and self.domains.get(slug):
            return ""
        return "" if slug in self.own and _elsewhere(found, self.domains.get(slug, ())) else slug

    def _free(self, found: Entry) -> str:
        """A slug that nobody has; the names of dsr's own records stay theirs."""
        short = fold(found.name).replace(" ", "-") if found.source == "justdeleteme" else found.key
        end = found.domains[0].replace(".", "-") if found.domains else found.source
        for slug in (short, found.key, f"{found.key}-{end}"):
            if slug.isascii() and 0 < len(slug) <= 100 and slug not in self.companies and slug not in self.reserved:
                return slug
        number = 2
        while f"{found.key}-{number}" in self.companies:
            number += 1
        return f"{found.key}-{number}"

    def _put(self, slug: str, found: Entry) -> None:
        self.companies.setdefault(slug, []).append(found)
        if slug in self.own:  # its names are those of our record; what an import calls it too is found as well
            self._known(slug, [found.name], "name")
            return
        self._known(slug, [slug], "slug")
        self._known(slug, [found.name, *found.names], "name")
        self._at(slug, found.domains)

    def put_own(self, found: Entry) -> None:
        """A record of the person's own belongs where its key says, and comes first there."""
        self._put(found.key, found)
        self.companies[found.key].insert(0, self.companies[found.key].pop())

    def retire(self, retired: Mapping[str, tuple[str, str]], keys: Mapping[str, str]) -> None:
        """Old slugs lead where their source says that they went, from one to the next if need be; a circle leads nowhere."""
        for slug, (target, _) in retired.items():
            seen = {slug}
            while target not in keys and target in retired and target not in seen:
                seen.add(target)
                target = retired[target][0]
            if target in keys and slug not in keys:
                self._known(keys[target], [slug], "retired")


def merge(
    ours: Sequence[Ours],
    imported: Sequence[Sequence[Entry]],
    own: Iterable[Entry] = (),
    retired: Mapping[str, tuple[str, str]] | None = None,
) -> Merged:
    """Put the records of all sources together; `imported` in the order of precedence, `own` is what the person added."""
    merger = _Merger(ours)
    for entries in imported:
        merger.take(entries)
    for found in own:
        merger.put_own(found)
    if retired:
        keys = {e.key: slug for slug, found in merger.companies.items() for e in found if e.source == "datenanfragen"}
        merger.retire(retired, keys)
    return Merged(merger.companies, list(merger.names.values()))
