"""What a person installs: the wheel and the sdist hold everything, and dsr works from an empty environment."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOR_OTHER_PURPOSES = {"PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "VIRTUAL_ENV"}


def run(*command: str | Path, cwd: Path, **more: str) -> str:
    """Run a command in a plain environment and return what it said on stdout."""
    kept = {key: value for key, value in os.environ.items() if key not in FOR_OTHER_PURPOSES}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=kept | more,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    told = f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"
    assert done.returncode == 0, told
    assert "Traceback" not in told, told
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("built")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return sdist, wheel


def files(*folders: str) -> set[str]:
    """The files of these folders in the checkout."""
    found = {path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()}
    return {path.relative_to(ROOT).as_posix() for path in found if "__pycache__" not in path.parts}


def test_the_archives_hold_everything(built: tuple[Path, Path]) -> None:
    """Code, law packs, holiday tables, companies, letters, playbooks and rehearsals are in both, tests in neither."""
    sdist, wheel = built
    with tarfile.open(sdist) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    assert files("dsr", "templates", "playbooks") - packed == set()
    assert {"pyproject.toml", "README.md", "LICENSE"} <= packed
    with zipfile.ZipFile(wheel) as archive:
        installed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert installed == files("dsr") | {f"dsr/{name}" for name in files("templates", "playbooks")}
    for sample in (
        "dsr/py.typed",
        "dsr/law/regimes/eu-gdpr.toml",
        "dsr/law/holidays/DE.csv",
        "dsr/registry/controllers/openai.toml",
        "dsr/rehearsal/public-key-pair.pem",
        "dsr/templates/gdpr/access.en.j2",
        "dsr/playbooks/openai/training-opt-out.toml",
        "dsr/playbooks/openai/rehearsal/site.toml",
        "dsr/playbooks/openai/rehearsal/app.html",
        "dsr/dossier/page.html.j2",
        "dsr/speech/de.toml",
    ):
        assert sample in installed


@pytest.mark.timeout(600)
def test_the_wheel_works_in_an_empty_environment(built: tuple[Path, Path], tmp_path: Path) -> None:
    """Installed without the checkout, dsr writes a letter from another folder."""
    place, elsewhere = tmp_path / "venv", tmp_path / "elsewhere"
    elsewhere.mkdir()
    run(sys.executable, "-m", "venv", place, cwd=elsewhere)
    programs = place / ("Scripts" if sys.platform == "win32" else "bin")
    pip = (programs / "python", "-m", "pip", "--no-input", "--disable-pip-version-check", "install", "-qq")
    run(*pip, built[1], "--constraint", ROOT / "constraints.txt", cwd=elsewhere)

    def dsr(*words: str) -> str:
        home = str(tmp_path / "home")
        return run(programs / "dsr", *words, cwd=elsewhere, DSR_HOME=home, PYTHONIOENCODING="utf-8")

    assert dsr("--version").startswith("dsr ")
    assert Path(run(programs / "python", "-c", "import dsr; print(dsr.__file__)", cwd=elsewhere)).is_relative_to(place)
    dsr("profile", "init", "--name", "Ada Example", "--residence", "DE-BE", "--email", "ada@example.org")
    letter = dsr("letter", "access", "openai")
    assert "OpenAI Ireland Limited" in letter
    assert "Article 15" in letter
    assert "Yours faithfully,\n\nAda Example" in letter
    assert "openai/training-opt-out" in dsr("playbook", "list")
    assert "openai" in dsr("rehearse", "list")
    assert "22 December 2026" in dsr("when", "eu-gdpr", "access", "--received", "2026-11-22", "--country", "IE")
    assert "report.html" in dsr("report", "--no-open")
    assert list(elsewhere.iterdir()) == []
