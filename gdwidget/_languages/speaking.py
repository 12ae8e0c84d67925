"""Which language is spoken, and what an English sentence is in it.

Sentences are made in English where they are needed; `said` has them in the language that is
spoken, by tables of their patterns: `zh`.
"""

from __future__ import annotations

import functools
import re
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from gdwidget._languages import zh

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ENGLISH = "en"
LANGUAGES = (ENGLISH, "zh")

_TABLES: dict[str, Mapping[str, str]] = {"zh": zh.SENTENCES}
_spoken: ContextVar[str] = ContextVar("gdwidget_language", default=ENGLISH)


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Have sentences said in a language meanwhile; in English for None."""
    before = _spoken.set(language or ENGLISH)
    try:
        yield
    finally:
        _spoken.reset(before)


def said(sentence: str) -> str:
    """Return an English sentence in the language that is spoken; one not known as it is.

    Examples
    --------
    >>> said("batches of 8")
    'batches of 8'
    >>> with speaking("zh"):
    ...     said("batches of 8")
    '每批 8 个'
    """
    language = _spoken.get()
    return sentence if language == ENGLISH else _translated(sentence, language)


def _translated(sentence: str, language: str) -> str:
    table = _TABLES[language]
    if sentence in table:
        return table[sentence]
    for pattern, translation in _patterns(language):
        if found := pattern.fullmatch(sentence):
            return translation.format(*found.groups())
    return sentence


@functools.cache
def _patterns(language: str) -> list[tuple[re.Pattern[str], str]]:
    """Return those sentences into which something is put, to be looked for; longer ones first."""
    made = [(english, said) for english, said in _TABLES[language].items() if "{}" in english]
    made.sort(key=lambda pair: -len(pair[0]))
    return [
        (re.compile(re.escape(english).replace(r"\{\}", "(.*?)"), re.DOTALL), translation)
        for english, translation in made
    ]
