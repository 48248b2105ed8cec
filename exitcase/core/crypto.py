"""Encryption at rest, blind indexes, salted commitments, signatures; two suites, both readable.

A ciphertext says with what it was made: `SUITE.KEY.base64(nonce + ciphertext + tag)`.
"""

import os
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SHA256, SM3, Hash, HashAlgorithm
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from exitcase.core import keys, merkle

NONCE, TAG = 12, 16  # bytes


class UnreadableError(ValueError):
    """A ciphertext that was changed, moved to another field, or made with a key we lack."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A set of algorithms that go together; `size` is the cipher's key in bytes."""

    name: str
    size: int
    hash: type[HashAlgorithm]


SUITES = {
    "INTL": Suite("INTL", 32, SHA256),  # AES-256-GCM + SHA-256
    "GM": Suite("GM", 16, SM3),  # SM4-GCM + SM3
}


def suite() -> Suite:
    """The suite new data is written with."""
    return SUITES[settings.EXITCASE_SUITE]


def encrypt(plain: bytes, label: str) -> tuple[str, int, bytes]:
    """Give suite, key number and nonce + ciphertext + tag, bound to `label`."""
    chosen, key, nonce = suite(), keys.current("data"), os.urandom(NONCE)
    return chosen.name, key.number, nonce + _seal(chosen, key, nonce, plain, label.encode())


def decrypt(suite_name: str, number: int, blob: bytes, label: str) -> bytes:
    """Turn `encrypt` round; raises `UnreadableError`."""
    chosen, key = SUITES[suite_name], keys.numbered("data", number)
    try:
        return _open(chosen, key, blob[:NONCE], blob[NONCE:], label.encode())
    except InvalidTag as error:
        raise UnreadableError(
            f"{label}: the ciphertext was changed, or is another field's"
        ) from error


def encrypt_text(plain: str, label: str) -> str:
    suite_name, number, blob = encrypt(plain.encode(), label)
    return f"{suite_name}.{number}.{b64encode(blob).decode()}"


def decrypt_text(stored: str, label: str) -> str:
    """Raises `UnreadableError`."""
    suite_name, _, rest = stored.partition(".")
    number, _, text = rest.partition(".")
    if suite_name not in SUITES or not number.isdigit():
        raise UnreadableError(f"{label}: no ciphertext of ours")
    return decrypt(suite_name, int(number), b64decode(text), label).decode()


def written_now(stored: str) -> bool:
    """Whether a stored text already has the suite and key that are in use."""
    return stored.startswith(f"{suite().name}.{keys.current('data').number}.")


def _seal(chosen: Suite, key: keys.Key, nonce: bytes, plain: bytes, label: bytes) -> bytes:
    secret = _derive(key.secret, f"{chosen.name} data", chosen.size)
    if chosen.name == "INTL":
        return AESGCM(secret).encrypt(nonce, plain, label)
    machine = Cipher(SM4(secret), GCM(nonce)).encryptor()
    machine.authenticate_additional_data(label)
    return machine.update(plain) + machine.finalize() + machine.tag


def _open(chosen: Suite, key: keys.Key, nonce: bytes, sealed: bytes, label: bytes) -> bytes:
    secret = _derive(key.secret, f"{chosen.name} data", chosen.size)
    if chosen.name == "INTL":
        return AESGCM(secret).decrypt(nonce, sealed, label)
    if len(sealed) < TAG:
        raise InvalidTag
    machine = Cipher(SM4(secret), GCM(nonce, sealed[-TAG:])).decryptor()
    machine.authenticate_additional_data(label)
    return machine.update(sealed[:-TAG]) + machine.finalize()


@lru_cache
def _derive(secret: bytes, info: str, size: int) -> bytes:
    return HKDF(SHA256(), size, None, info.encode()).derive(secret)


def blind_index(kind: str, value: str, district: str) -> str:
    """64 hex digits, equal for equal values of one kind in one district, useless without the key.

    Numbers are few enough to be tried one by one, so a plain hash would hide nothing.
    """
    chosen = suite()
    mac = HMAC(_derive(keys.current("index").secret, f"{chosen.name} index", 32), chosen.hash())
    mac.update(merkle.canonical((kind, district, value)))
    return mac.finalize().hex()


def digest(data: bytes) -> str:
    """The suite's hash, in hex."""
    machine = Hash(suite().hash())
    machine.update(data)
    return machine.finalize().hex()


def commitment(salt: str, facts: Iterable[str]) -> str:
    """What the journal keeps instead of personal data; without the salt nobody can guess it."""
    return sha256(merkle.canonical((salt, *facts))).hexdigest()


def sign(text: str) -> str:
    """Ed25519, in hex."""
    return _signer().sign(text.encode()).hex()


def public_key() -> str:
    """The key that checks `sign`, in hex: printed, and kept outside."""
    return _signer().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def signature_holds(text: str, signature: str, key: str) -> bool:
    """Whether `signature` is of this text by this key; false for what is no key or signature."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            bytes.fromhex(signature), text.encode()
        )
    except (ValueError, InvalidSignature):
        return False
    return True


def _signer() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keys.current("sign").secret)
