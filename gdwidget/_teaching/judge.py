"""Judges an answer by a key; ``js/src/teaching/judge.ts`` does the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gdwidget._sync.messages.answers import Key

VerdictName: TypeAlias = Literal["right", "near", "wrong", "unknown", "open"]

SCORES = {"right": 1.0, "near": 0.5, "wrong": 0.0, "unknown": 0.0}
"""What an answer counts; open ones count nothing."""

NEVER = -1.0
"""The answer that a loss is not reached."""

VALUES = ("next_step", "after", "end")
"""The kinds of which the answer is where parameters are."""

_RIGHT, _NEAR, _WIDER = 0.1, 0.5, 5
_RIGHT_RATIO, _NEAR_RATIO = 1.1, 1.5


class Verdict(NamedTuple):
    """What an answer is worth.

    Attributes
    ----------
    name : str
        ``"right"``, ``"near"``, ``"wrong"``, ``"unknown"`` for "I do not know", or ``"open"``
        for what no machine judges.
    tag : str
        The misconception that it tells; empty if none.
    """

    name: VerdictName
    tag: str = ""


def judge(kind: str, key: Key, numbers: Sequence[float]) -> Verdict:
    """Return what an answer is worth; goals are judged by their run instead.

    Parameters
    ----------
    kind : str
        The question's.
    key : Key
        What is right.
    numbers : sequence of float
        The answer.

    Examples
    --------
    >>> key = {"numbers": [7.38], "start": [8.0], "tolerance": 0.0, "mistakes": []}
    >>> judge("next_step", key, [7.4]), judge("next_step", key, [8.5])
    (Verdict(name='right', tag=''), Verdict(name='wrong', tag='wrong_way'))
    """
    if kind == "explain":
        return Verdict("open")
    if not numbers:
        return Verdict("unknown")
    given = np.asarray(numbers, np.float64)
    if kind in VALUES:
        return _of_values(key, given)
    if kind == "steps":
        return _of_steps(numbers[0], key["numbers"][0])
    return _of_number(key, given, kind)


def _of_number(key: Key, given: NDArray[np.float64], kind: str) -> Verdict:
    """Judge a number, or the index of what was chosen: of that nothing is near."""
    error, tolerance = abs(float(given[0]) - key["numbers"][0]), key["tolerance"]
    if error <= tolerance:
        return Verdict("right")
    tag = _mistake(key, given, tolerance)
    near = kind == "number" and error <= _WIDER * tolerance and not tag
    return Verdict("near" if near else "wrong", tag)


def _of_values(key: Key, given: NDArray[np.float64]) -> Verdict:
    right, start = np.asarray(key["numbers"]), np.asarray(key["start"])
    distance = float(np.linalg.norm(right - start))
    error = float(np.linalg.norm(given - right))
    if error <= max(_RIGHT * distance, key["tolerance"]):
        return Verdict("right")
    if tag := _mistake(key, given, max(_RIGHT * distance, key["tolerance"])):
        return Verdict("wrong", tag)
    if float(np.dot(given - start, right - start)) < 0:
        return Verdict("wrong", "wrong_way")
    near = error <= max(_NEAR * distance, _WIDER * key["tolerance"])
    return Verdict("near" if near else "wrong")


def _of_steps(given: float, right: float) -> Verdict:
    if (given == NEVER) != (right == NEVER):
        return Verdict("wrong")
    if given == right:
        return Verdict("right")
    if min(given, right) <= 0:
        return Verdict("wrong")
    ratio = max(given / right, right / given)
    return Verdict(
        "right" if ratio <= _RIGHT_RATIO else "near" if ratio <= _NEAR_RATIO else "wrong"
    )


def _mistake(key: Key, given: NDArray[np.float64], within: float) -> str:
    for mistake in key["mistakes"]:
        numbers = np.asarray(mistake["numbers"])
        if numbers.shape == given.shape and float(np.linalg.norm(given - numbers)) <= within:
            return mistake["tag"]
    return ""
