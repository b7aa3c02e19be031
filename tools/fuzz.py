"""Feed dsr hostile input for as long as one likes: `make fuzz`. Coverage-guided by atheris, one target after the other.

An input that breaks a promise is written to `crash-*` here and printed; `--target NAME --seconds N` narrows it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path


def one(name: str, seconds: int) -> None:
    """Fuzz one target in this process; ends it."""
    import atheris

    with atheris.instrument_imports(include=["dsr", "tomllib", "csv", "zipfile"]):
        from hostile import targets
    strike, seed = targets.TARGETS[name]
    with tempfile.TemporaryDirectory(prefix="dsr-corpus-") as corpus:
        (Path(corpus) / "seed").write_bytes(seed())
        words = Path(corpus).with_suffix(".dict")
        quoted = ("".join(f"\\x{byte:02x}" for byte in word[:60]) for word in targets.DICTIONARY)
        words.write_text("".join(f'"{word}"\n' for word in quoted))
        flags = [
            f"-max_total_time={seconds}",
            "-timeout=60",
            "-rss_limit_mb=600",
            "-verbosity=0",
            f"-dict={words}",
            "-max_len=200000",
        ]
        atheris.Setup([sys.argv[0], *flags, corpus], strike)
        atheris.Fuzz()


def main() -> int:
    """Fuzz all targets, each in a process of its own, and say how each came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", help="only this one of hostile.targets.TARGETS")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--here", action="store_true", help="in this process")
    given = parser.parse_args()
    if given.here:
        one(given.target, given.seconds)
        return 0
    from hostile import targets

    failed = 0
    for name in [given.target] if given.target else targets.TARGETS:
        call = [sys.executable, __file__, "--here", "--target", name, "--seconds", str(given.seconds)]
        ended = subprocess.run(call, capture_output=True, text=True, check=False)
        failed += bool(ended.returncode)
        print(f"{name:<16} {'FAILED' if ended.returncode else 'held'}", flush=True)
        if ended.returncode:
            print(ended.stdout[-2000:] + ended.stderr[-4000:])
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
