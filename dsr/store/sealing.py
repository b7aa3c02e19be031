"""A file sealed with a key: AES-256-GCM over pieces of 1 MiB, so that a changed, cut, doubled or swapped piece is found.

Format: `dsr1`, 8 random bytes, then each piece with its 16-byte tag. A piece's nonce is those 8 bytes and its number; what is
authenticated beside it is the file's name and whether it is the last (the STREAM construction, Hoang et al., CRYPTO 2015).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING

from dsr.errors import MissingExtra, StoreCorrupt

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_MAGIC = b"dsr1"
PIECE = 1 << 20  # bytes
_TAG = 16


def part(key: bytes, purpose: str) -> bytes:
    """A key of its own for one purpose, made of the one key: the store's and the files' never are the same bytes."""
    import hashlib
    import hmac

    return hmac.new(key, f"dsr {purpose}".encode(), hashlib.sha256).digest()


def check(key: bytes) -> str:
    """What tells whether a key is the right one, without telling the key: 16 hexadecimal digits."""
    return part(key, "check").hex()[:16]


def _box(key: bytes) -> AESGCM:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError:
        raise MissingExtra("an encrypted store", "encrypt") from None
    return AESGCM(part(key, "files"))


def sealed(pieces: Iterable[bytes], key: bytes, name: str) -> Iterator[bytes]:
    """The pieces of a file, each of PIECE bytes but the last, sealed under its name."""
    box, start = _box(key), os.urandom(8)
    yield _MAGIC + start
    number, held = 0, b""
    for piece in pieces:
        if number or held:
            yield box.encrypt(start + number.to_bytes(4, "big"), held, _beside(name, last=False))
            number += 1
        held = piece
    yield box.encrypt(start + number.to_bytes(4, "big"), held, _beside(name, last=True))


def opened(file: IO[bytes], key: bytes, name: str) -> Iterator[bytes]:
    """The pieces of a sealed file. Raises StoreCorrupt where a byte of it, its name or the key is another."""
    from cryptography.exceptions import InvalidTag

    box, head = _box(key), file.read(len(_MAGIC) + 8)
    piece, number = file.read(PIECE + _TAG), 0
    try:
        while True:
            following = file.read(PIECE + _TAG)
            nonce = head[len(_MAGIC) :] + number.to_bytes(4, "big")
            yield box.decrypt(nonce, piece, _beside(name, last=not following))
            if not following:
                return
            piece, number = following, number + 1
    except (InvalidTag, ValueError):
        raise StoreCorrupt(f"{name} is not what was sealed", "put it back from a backup: dsr restore FILE") from None


def _beside(name: str, *, last: bool) -> bytes:
    return f"{name}\0{int(last)}".encode()
