"""Which language is spoken, and what an English sentence is in it.

Sentences are made in English where they are needed; `said` has them in the language that is
spoken, by tables of their patterns: `zh`.
"""

from __future__ import annotations

import functools
import re
from contextlib import contextmanager
from contextvars import ContextVar
from types import FunctionType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from gdwidget._languages import zh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Kind = TypeVar("Kind")
Method = TypeVar("Method", bound="Callable[..., Any]")

ENGLISH = "en"
LANGUAGES = (ENGLISH, "zh")

_TABLES: dict[str, Mapping[str, str]] = {"zh": zh.SENTENCES}
_spoken: ContextVar[str] = ContextVar("gdwidget_language", default=ENGLISH)


@contextmanager
def speaking(language: object) -> Iterator[None]:
    """Have sentences said in a language meanwhile; in English where it is none."""
    before = _spoken.set(str(language) if language in LANGUAGES else ENGLISH)
    try:
        yield
    finally:
        _spoken.reset(before)


def spoken() -> str:
    """Return the language that is spoken, which what a widget returns keeps.

    Examples
    --------
    >>> with speaking("zh"):
    ...     spoken()
    'zh'
    """
    return _spoken.get()


def said(sentence: str, *parts: object) -> str:
    """Return an English sentence in the language that is spoken; one not known as it is.

    Parameters
    ----------
    sentence : str
        Whole, or with {} for each of the parts.
    *parts : object
        What is put in, as it is.

    Examples
    --------
    >>> said("batches of 8")
    'batches of 8'
    >>> with speaking("zh"):
    ...     said("batches of 8"), said("from step {}", 3)
    ('每批 8 个', '从第 3 步起')
    """
    language = _spoken.get()
    if parts:
        return _TABLES.get(language, {}).get(sentence, sentence).format(*parts)
    return sentence if language == ENGLISH else _translated(sentence, language)


def speaks(kind: type[Kind]) -> type[Kind]:
    """Have all public methods and properties of a class speak the ``language`` of the instance."""
    for name, member in list(vars(kind).items()):
        if name.startswith("_"):
            continue
        if isinstance(member, property) and member.fget:
            setattr(kind, name, member.getter(in_own_language(member.fget)))
        elif isinstance(member, FunctionType):
            setattr(kind, name, in_own_language(member))
    return kind


def in_own_language(method: Method) -> Method:
    """Have a method speak the ``language`` of its instance, which one that makes it is given."""
    makes = method.__name__ == "__init__"

    @functools.wraps(method)
    def speaking_method(self: Any, /, *given: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        language = named.get("language") if makes else self.language
        if (language or ENGLISH) == _spoken.get():
            return method(self, *given, **named)
        with speaking(language):
            return method(self, *given, **named)

    return cast("Method", speaking_method)


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
