"""The examples in the registry's README are records like any other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dsr import registry
from dsr.errors import BadFile

README = Path(registry.__file__).parent / "README.md"
COMPANY, AUTHORITY = re.findall(r"```toml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


def test_the_example_company_is_valid(tmp_path: Path) -> None:
    """The company in the README decodes strictly and answers all topics."""
    path = tmp_path / "example-images.toml"
    path.write_text(COMPANY, encoding="utf-8")
    record = registry.read(path)
    assert record.entity("DE-BE").place == "IE"
    assert all(statement.short or statement.absent for _, statement in record.statements.items())


def test_the_example_authority_is_valid(tmp_path: Path) -> None:
    """The authority in the README decodes strictly."""
    path = tmp_path / "de-be.toml"
    path.write_text(AUTHORITY, encoding="utf-8")
    assert registry.read_authority(path).competence.residence == ("DE-BE",)


@pytest.mark.parametrize("key", ["photo", "statment"])
def test_a_key_that_the_schema_does_not_know_is_refused(tmp_path: Path, key: str) -> None:
    """A misspelt topic is refused with the file's name and the key."""
    path = tmp_path / "example-images.toml"
    path.write_text(COMPANY.replace("[statements.photos]", f"[statements.{key}]"), encoding="utf-8")
    with pytest.raises(BadFile, match=key):
        registry.read(path)
