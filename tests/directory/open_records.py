"""Records of open directories as tests write them: made up, in the shapes of the real ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def company(slug: str, name: str, **more: Any) -> dict[str, Any]:
    """A record of datenanfragen."""
    address = "Street 1\n10115 Berlin\nDeutschland"
    record = {"slug": slug, "relevant-countries": ["all"], "name": name, "address": address, "quality": "verified"}
    return record | {"sources": ["https://shop.example/privacy"], "email": f"privacy@{slug}.example"} | more


def site(name: str, *domains: str, **more: Any) -> dict[str, Any]:
    """An entry of JustDeleteMe."""
    return {"name": name, "url": f"https://{domains[0]}/delete", "difficulty": "easy", "domains": list(domains)} | more


def service(name: str, **more: Any) -> dict[str, Any]:
    """A record of unlock-my-data."""
    return {
        "name": name,
        "country_code": "fr",
        "contact_mail_export": "dpo@service.example",
        "created_at": "2026-10-01",
    } | more


def write(folder: Path, **sources: Any) -> Path:
    """A folder with `companies`, `sites`, `services`, `authorities` and `retired`, as far as they are given."""
    for key, place in (
        ("companies", "companies"),
        ("authorities", "supervisory-authorities"),
        ("retired", "obsolete-records"),
    ):
        for record in sources.get(key, ()):
            path = folder / "datenanfragen" / place / f"{record['slug']}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(record), encoding="utf-8")
    for name, record in sources.get("services", {}).items():
        path = folder / "unlock" / "public" / "data" / "manual" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record), encoding="utf-8")
    if "sites" in sources:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "sites.json").write_text(json.dumps(sources["sites"]), encoding="utf-8")
    return folder


def some(folder: Path) -> Path:
    """A small directory of each kind."""
    return write(
        folder,
        companies=[
            company("example-shop", "Example Shop GmbH", web="https://shop.example", runs=["Shop Club"]),
            company("loreal-de", "L'Oréal Deutschland GmbH", web="https://loreal.example"),
            company("openai-old", "OpenAI, L.L.C.", web="https://openai.com"),
        ],
        authorities=[company("debe", "Berliner Beauftragte", **{"complaint-language": "de"})],
        retired=[
            {"slug": "old-shop", "name": "Old Shop", "reason": "company-merged", "redirect-to": "example-shop"},
            {"slug": "gone-shop", "name": "Gone Shop", "reason": "company-defunct"},
        ],
        sites=[
            site("Shop", "shop.example", notes="Press <b>Delete</b>."),
            site("Gemini", "gemini.com", difficulty="hard"),
            site("Elsewhere", "elsewhere.example", email="bye@elsewhere.example"),
        ],
        services={"shop-club": service("Shop Club"), "gemini": service("Gemini")},
    )
