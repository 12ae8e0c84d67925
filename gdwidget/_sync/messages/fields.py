"""How a field of a request is checked.

``check(name, value)`` returns what it stands for, or raises an `ArgumentError` that names it.
"""

from __future__ import annotations

from gdwidget._validation import real_number, whole_number
from gdwidget.errors import ArgumentError

LONGEST_TEXT = 200
"""The longest text a request may hold."""

LONGEST_EXPLANATION = 2_000
"""The longest text of an answer, in characters."""

MOST_NUMBERS = 7
"""How many numbers an answer holds at most."""

LARGEST_ID = 2**31
"""The largest number of a run, and of its rows."""

_MOST_ENTRIES = 64


def text(name: str, value: object) -> str:
    """Return a text that is short."""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise ArgumentError(name, value, f"a text of at most {LONGEST_TEXT} characters")
    return value


def truth(name: str, value: object) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise ArgumentError(name, value, "true or false")
    return value


def one_of(known: tuple[str, ...], name: str, value: object) -> str:
    """Return one of some texts."""
    if value not in known:
        raise ArgumentError(name, value, f"one of {', '.join(known)}")
    return str(value)


def entries(name: str, value: object) -> dict[str, object]:
    """Return an object with few entries."""
    if not isinstance(value, dict) or len(value) > _MOST_ENTRIES:
        raise ArgumentError(name, value, f"an object with at most {_MOST_ENTRIES} entries")
    for key in value:
        if not isinstance(key, str) or len(key) > LONGEST_TEXT:
            raise ArgumentError(name, key, "short texts as keys")
    return value


def rows(name: str, value: object) -> dict[int, int]:
    """Return how many rows there are of each run."""
    counts = {}
    for run, count in entries(name, value).items():
        if not run.isdecimal():
            raise ArgumentError(name, run, "run numbers as keys")
        counts[int(run)] = whole_number(name, count, 0, LARGEST_ID)
    return counts


def start(name: str, value: object) -> dict[str, float]:
    """Return starting values by name."""
    return {key: real_number(key, number) for key, number in entries(name, value).items()}


def numbers(name: str, value: object) -> list[float]:
    """Return the numbers of an answer."""
    if not isinstance(value, list) or len(value) > MOST_NUMBERS:
        raise ArgumentError(name, value, f"a list of at most {MOST_NUMBERS} numbers")
    return [real_number(name, number) for number in value]


def utf8_text(name: str, value: str) -> str:
    """Return a text that can be written."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ArgumentError(name, value, "a text that UTF-8 can hold") from None
    return value


def explanation(name: str, value: object) -> str:
    """Return a text that explains an answer."""
    if not isinstance(value, str) or len(value) > LONGEST_EXPLANATION:
        accepted = f"a text of at most {LONGEST_EXPLANATION:,} characters"
        raise ArgumentError(name, value, accepted)
    return utf8_text(name, value)


def setting(name: str, value: object) -> float | str:
    """Return a setting's value."""
    if isinstance(value, str):
        return text(name, value)
    real_number(name, value)
    return value  # type: ignore[return-value]


def view(name: str, value: object) -> tuple[float, ...] | None:
    """Return the ends of both axes, None where they are left to the kernel."""
    ends = ("low_x", "high_x", "low_y", "high_y")
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != len(ends):
        raise ArgumentError(name, value, f"null, or {', '.join(ends)}")
    return tuple(real_number(end, number) for end, number in zip(ends, value, strict=True))


def aspect(name: str, value: object) -> float:
    """Return how many times as wide as high a plot is."""
    number = real_number(name, value)
    if number <= 0:
        raise ArgumentError(name, value, "a number above 0: width by height of the plot")
    return number
