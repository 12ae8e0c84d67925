"""All answers of a learner as one short text: what was answered, never what it is worth.

``gd1:`` stands before base64url of the body and its CRC-32. The body: the questions' fingerprint
(4 bytes), CRC-32 of salt and student (4), the student's name (1 byte for its length, UTF-8);
then of each answer: question, variant, what was said beside it (a byte each: how sure in two
bits, hints in two, how many numbers in four), seconds (2 bytes), each number as float64, the
length of the text (2 bytes) and the text (UTF-8). Numbers are little-endian, all else big-endian.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
import struct
import zlib
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from gdwidget._sync.messages.fields import LONGEST_EXPLANATION, MOST_NUMBERS
from gdwidget.errors import ArgumentError

PREFIX = "gd1:"
LONGEST_RECEIPT = 1_000_000
"""In characters."""

MOST_QUESTIONS = 255
LONGEST_NAME_BYTES = 255
_ANSWER = struct.Struct(">BBBH")
_LENGTH = struct.Struct(">H")
_VERSION = re.compile(r"gd(\d+):")

Reason: TypeAlias = Literal["no receipt", "newer version", "damaged", "too long"]


class ReceiptError(ArgumentError):
    """A receipt that cannot be read.

    Attributes
    ----------
    reason : str
        ``"no receipt"``, ``"newer version"``, ``"damaged"`` or ``"too long"``.
    """

    def __init__(self, given: str, reason: Reason) -> None:
        super().__init__("receipt", given, "the text that w.submit() or the page gives", reason)
        self.reason = reason


class Answer(NamedTuple):
    """What was answered to one question.

    Attributes
    ----------
    question, variant : int
        Which question, and which of its variants, from 0.
    numbers : tuple of float
        The answer; empty for "I do not know".
    sure : int
        0 not said, 1 a guess, 2 "I think so", 3 "I know".
    hints : int
        How many were asked for.
    seconds : int
        From the question to the answer.
    text : str
        What was written.
    """

    question: int
    variant: int
    numbers: tuple[float, ...]
    sure: int = 0
    hints: int = 0
    seconds: int = 0
    text: str = ""


@dataclass(frozen=True)
class Receipt:
    """What a receipt says.

    Attributes
    ----------
    fingerprint : int
        Of the questions that were asked.
    check : int
        Of the salt and the student's name.
    student : str
        The name that was given.
    answers : tuple of Answer
        In the order of the questions.
    """

    fingerprint: int
    check: int
    student: str
    answers: tuple[Answer, ...] = field(default=())


def checksum(*parts: str) -> int:
    """Return what ties a receipt to a salt and a name, and decides whose a variant is.

    Examples
    --------
    >>> checksum("2026", "Ada")
    1220230469
    """
    return zlib.crc32("\n".join(parts).encode())


def write_receipt(receipt: Receipt) -> str:
    """Return the text of a receipt.

    Examples
    --------
    >>> write_receipt(Receipt(1, 2, "Ada", (Answer(0, 0, (7.38,)),)))
    'gd1:AAAAAQAAAAIDQWRhAAAQAACF61G4HoUdQAAAJLG6Wg'
    """
    student = _cut(receipt.student, LONGEST_NAME_BYTES)
    body = struct.pack(">IIB", receipt.fingerprint, receipt.check, len(student)) + student
    for answer in receipt.answers:
        said = answer.sure | answer.hints << 2 | len(answer.numbers) << 4
        text = answer.text.encode()
        body += _ANSWER.pack(answer.question, answer.variant, said, answer.seconds)
        body += struct.pack(f"<{len(answer.numbers)}d", *answer.numbers)
        body += _LENGTH.pack(len(text)) + text
    whole = body + struct.pack(">I", zlib.crc32(body))
    return PREFIX + base64.urlsafe_b64encode(whole).decode().rstrip("=")


def read_receipt(text: str) -> Receipt:
    """Return what a receipt says: this is the one way to read it.

    Parameters
    ----------
    text : str
        As `GDWidget.submit` returns it; white space around and in it does not matter.

    Raises
    ------
    ReceiptError
        If it is none, damaged, too long or of a newer version; its ``reason`` says which.

    Examples
    --------
    >>> read_receipt("gd1:AAAAAQAAAAIDQWRhAAAQAACF61G4HoUdQAAAJLG6Wg").answers[0].numbers
    (7.38,)
    >>> read_receipt("gd1:AAAA")
    Traceback (most recent call last):
    ...
    gdwidget._teaching.receipt.ReceiptError: receipt: got 'gd1:AAAA' (damaged); accepted: the \
text that w.submit() or the page gives
    """
    if not isinstance(text, str):
        raise ReceiptError(text, "no receipt")
    if len(text) > LONGEST_RECEIPT:
        raise ReceiptError(text, "too long")
    joined = "".join(text.split())
    version = _VERSION.match(joined)
    if not version:
        raise ReceiptError(text, "no receipt")
    if version[0] != PREFIX:
        raise ReceiptError(text, "newer version")
    try:
        encoded = joined.removeprefix(PREFIX)
        padded = encoded + "=" * (-len(encoded) % 4)
        whole = base64.b64decode(padded, altchars=b"-_", validate=True)
        return _read(_checked(whole))
    except (ValueError, struct.error, binascii.Error) as error:
        raise ReceiptError(text, "damaged") from error


def _checked(whole: bytes) -> bytes:
    """Return the body, where the checksum is its own."""
    body, (check,) = whole[:-4], struct.unpack(">I", whole[-4:])
    if check != zlib.crc32(body):
        message = "its checksum is another"
        raise ValueError(message)
    return body


def _read(body: bytes) -> Receipt:
    fingerprint, check, length = struct.unpack_from(">IIB", body)
    at = 9 + length
    student = body[9:at].decode()
    answers: list[Answer] = []
    while at < len(body):
        question, variant, said, seconds = _ANSWER.unpack_from(body, at)
        at += _ANSWER.size
        count = said >> 4
        numbers = struct.unpack_from(f"<{count}d", body, at)
        at += 8 * count
        (length,) = _LENGTH.unpack_from(body, at)
        at += _LENGTH.size
        text = body[at : at + length].decode()
        at += length
        if at > len(body) or count > MOST_NUMBERS or not all(map(math.isfinite, numbers)):
            message = "it ends too early, or is no answer"
            raise ValueError(message)
        if len(text) > LONGEST_EXPLANATION or any(each.question == question for each in answers):
            message = "no page writes such an answer"
            raise ValueError(message)
        sure, hints = said & 3, said >> 2 & 3
        answers.append(Answer(question, variant, numbers, sure, hints, seconds, text))
    return Receipt(fingerprint, check, student, tuple(answers))


def _cut(text: str, most: int) -> bytes:
    """Return as much of a text as fits into so many bytes, whole characters only."""
    return text.encode()[:most].decode(errors="ignore").encode()
