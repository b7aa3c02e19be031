"""The dated cases of vectors.csv, counted by the engine as `dsr when` does."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner  # noqa: F401  (kept out: rows are run through the command's own function)

from dsr.commands import when
from dsr.law import packs

ROWS = list(csv.DictReader((Path(__file__).parent / "vectors.csv").open(encoding="utf-8")))
