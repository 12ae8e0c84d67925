"""The TypeScript types of the messages: ``python -m tests.message_types`` writes them anew."""

from __future__ import annotations

import dataclasses
import inspect
import types
import typing
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from gdwidget import _validation
from gdwidget._sync.messages import answers, requests
from tests.layers import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = ROOT / "js/src/protocol/wire.ts"
_CONSTANTS = {
    "VERSION": answers.VERSION,
    "MOST_STEPS": _validation.MOST_STEPS,
    "MOST_STEPS_A_MESSAGE": requests.MOST_STEPS_A_MESSAGE,
    "LARGEST_FLOAT32": _validation._LARGEST,
    "SMALLEST_RATE": _validation._SMALLEST,
}
_ABOUT = """/**
 * What travels between page and kernel, and what reads it. Written from
 * gdwidget/_sync/messages by `python -m tests.message_types`; do not edit.
 */

import {
  entries, floats, list, nullable, number, oneOf, type Read, record, text, truth, whole
} from "./read.ts";
"""
_PLAIN = {
    int: ("number", "whole"),
    float: ("number", "number"),
    str: ("string", "text"),
    bool: ("boolean", "truth"),
    np.ndarray: ("Float32Array", "floats"),
    NDArray: ("Float32Array", "floats"),  # an alias of its own since numpy 2.5
    type(None): ("null", ""),
}
_MADE: dict[Any, Callable[[list[str]], str]] = {
    list: lambda inner: f"{inner[0]}[]",
    dict: lambda inner: f"Record<string, {inner[1]}>",
    tuple: lambda inner: f"[{', '.join(inner)}]",
    types.UnionType: " | ".join,
    typing.Union: " | ".join,
}
_READ: dict[Any, str] = {
    list: "list({0})",
    dict: "entries({1})",
    types.UnionType: "nullable({0})",
    typing.Union: "nullable({0})",
}
_CHOICES = {
    value: name
    for name, value in {**vars(requests), **vars(answers)}.items()
    if get_origin(value) is Literal and len(get_args(value)) > 1
}


def written() -> str:
    """Return the text of the file."""
    constants = [f"export const {name} = {value};" for name, value in _CONSTANTS.items()]
    choices = [
        f"export type {name} = {' | '.join(map(_quoted, get_args(value)))};"
        for value, name in _CHOICES.items()
    ]
    members = ["  | " + _request(kind, each) for kind, each in requests.REQUESTS.items()]
    asked = "\n".join(["/** What a page asks for. */", "export type Request =", *members]) + ";"
    told = [_answer(each) for each in vars(answers).values() if typing.is_typeddict(each)]
    parts = [_ABOUT, "\n".join(constants), "\n".join(choices), asked, *told]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _request(kind: str, request: type) -> str:
    hints = get_type_hints(request)
    names = [field.name for field in dataclasses.fields(request)]
    fields = "".join(f"; {name}: {_type(hints[name])}" for name in names)
    return f'{{ kind: "{kind}"{fields} }}'


def _answer(answer: Any) -> str:
    """Return the type and the reader of a dict."""
    hints, name = get_type_hints(answer, include_extras=True), answer.__name__
    fields = "".join(f"{_said(hint)}  {each}: {_type(hint)};\n" for each, hint in hints.items())
    readers = ", ".join(f"{each}: {_reader(hint)}" for each, hint in hints.items())
    said = (inspect.getdoc(answer) or "").replace("``", "`")
    return (
        f"/** {said} */\nexport interface {name} {{\n{fields}}}\n"
        f"export const read{name}: Read<{name}> = /* @__PURE__ */ record({{ {readers} }});"
    )


def _said(hint: Any) -> str:
    return f"  /** {hint.__metadata__[0]} */\n" if get_origin(hint) is Annotated else ""


def _type(hint: Any) -> str:
    if hint in _CHOICES:
        return _CHOICES[hint]
    origin = get_origin(hint)
    if origin is Literal:
        return " | ".join(map(_quoted, get_args(hint)))
    if origin is Annotated:
        return _type(get_args(hint)[0])
    if origin in _MADE:
        return _MADE[origin]([_type(each) for each in get_args(hint)])
    return str(hint.__name__) if typing.is_typeddict(hint) else _PLAIN[origin or hint][0]


def _reader(hint: Any) -> str:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return f"oneOf({', '.join(map(_quoted, inner))})"
    if origin is Annotated:
        return _reader(inner[0])
    if origin in _READ:
        return _READ[origin].format(*map(_reader, inner))
    return f"read{hint.__name__}" if typing.is_typeddict(hint) else _PLAIN[origin or hint][1]


def _quoted(text: str) -> str:
    return f'"{text}"'


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
