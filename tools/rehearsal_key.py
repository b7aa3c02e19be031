"""Make the key pair of the rehearsal server anew: `python tools/rehearsal_key.py`.

The pair is public on purpose: it is committed and shipped, so it proves nothing to anybody. Only a browser
that dsr starts for a rehearsal is told to accept it, by the hash of its public key. Afterwards put the
printed hash into `dsr/rehearsal/server.py`; a test checks that the two fit.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

PAIR = Path(__file__).parent.parent / "dsr" / "rehearsal" / "public-key-pair.pem"
HEAD = "# Public on purpose: dsr plays sites with it on 127.0.0.1; nothing else may trust it.\n"


def certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    """A self-signed certificate for loopback names, valid from 2026 until 2126, that may sign no other."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "dsr rehearsal, not a real site")])
    public = key.public_key()
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2126, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
        .sign(key, SHA256())
    )


def main() -> None:
    """Write the pair and print the hash that Chromium is given."""
    key = ec.generate_private_key(ec.SECP256R1())
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    PAIR.write_text(HEAD + secret + certificate(key).public_bytes(Encoding.PEM).decode(), encoding="ascii")
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    print(f'SPKI_SHA256 = "{base64.b64encode(hashlib.sha256(spki).digest()).decode()}"')


if __name__ == "__main__":
    main()
