"""Seals what is not to be read by chance: a page opens it when an answer is committed to."""

from __future__ import annotations

import base64
import json
import zlib
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gdwidget._sync.messages.answers import Key

_MASK = 0xFFFFFFFF


def seal(key: Key, fingerprint: str, name: str, variant: int) -> str:
    """Return a key that nobody reads by chance.

    Parameters
    ----------
    key : Key
        What is right.
    fingerprint, name, variant : str, str, int
        Of the questions, of the question and of the variant.

    Examples
    --------
    >>> key = {"numbers": [7.38], "start": [8.0]}
    >>> sealed = seal(key, "00c0ffee", "first", 0)
    >>> "7.38" in sealed, unseal(sealed, "00c0ffee", "first", 0) == key
    (False, True)
    """
    content = json.dumps(key, allow_nan=False).encode()
    return base64.b64encode(_with_keystream(content, fingerprint, name, variant)).decode()


def unseal(sealed: str, fingerprint: str, name: str, variant: int) -> Key:
    """Return what was sealed."""
    content = _with_keystream(base64.b64decode(sealed), fingerprint, name, variant)
    return cast("Key", json.loads(content))


def _with_keystream(content: bytes, fingerprint: str, name: str, variant: int) -> bytes:
    stream = _keystream(zlib.crc32(f"{fingerprint}/{name}/{variant}".encode()) or 1)
    return bytes(byte ^ next(stream) for byte in content)


def _keystream(x: int) -> Iterator[int]:
    """Marsaglia's xorshift (2003), https://doi.org/10.18637/jss.v008.i14."""
    while True:
        x ^= (x << 13) & _MASK
        x ^= x >> 17
        x ^= (x << 5) & _MASK
        yield x & 255
