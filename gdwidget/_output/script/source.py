"""Functions as Python text, with all that they need."""

from __future__ import annotations

import ast
import builtins
import functools
import inspect
import linecache
import symtable
import sys
import textwrap
from types import FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

import jax
import numpy as np
import optax

from gdwidget._output.script.literals import MOST_NUMBERS, UnwritableError, count, literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

_KNOWN = {"numpy": np, "jax": jax, "optax": optax, "functools": functools}
_PLACES = ("numpy", "jax.numpy", "jax", "jax.nn", "jax.lax", "jax.random", "optax", "functools")
_LIBRARIES = frozenset({"numpy", "jax", "jaxlib", "optax"}) | sys.stdlib_module_names
_MOST_DEFINITIONS = 100
_JITTED = type(jax.jit(lambda: 0))


class Sources:
    """A script's definitions, collected so that each comes after what it needs.

    Nothing is run. Functions of numpy, jax, optax and Python's own library are imported; any
    other is written out, with the module constants, closures and functions that it uses.

    Examples
    --------
    >>> from gdwidget import problems
    >>> sources = Sources()
    >>> sources.expression(problems.plateau().loss, "loss")
    'plateau_loss'
    >>> print(sources.text)
    def plateau_loss(W: jax.Array) -> jax.Array:
        \"\"\"Return ``W^2 / (1 + W^2)``; shape (), dtype float32.\"\"\"
        return W**2 / (1 + W**2)
    """

    def __init__(self) -> None:
        self._names: dict[str, object] = dict(_KNOWN)
        self._imports: dict[str, str] = {}
        self._definitions: list[str] = []
        self._written: dict[int, tuple[object, str]] = {}
        self._numbers = 0

    @property
    def imports(self) -> list[str]:
        """The import statements that the definitions need, beside those of `_KNOWN`."""
        return sorted(self._imports.values())

    @property
    def text(self) -> str:
        """The definitions."""
        return "\n\n\n".join(self._definitions)

    def fresh(self, wanted: str) -> str:
        """Return a name that nothing has, and take it.

        Examples
        --------
        >>> sources = Sources()
        >>> sources.fresh("update"), sources.fresh("update")
        ('update', 'update_')
        """
        while wanted in self._names or hasattr(builtins, wanted):
            wanted += "_"
        self._names[wanted] = object()
        return wanted

    def expression(self, value: object, wanted: str) -> str:
        """Return text that stands for a value, after what it needs is written.

        Parameters
        ----------
        value : object
            A function, or whatever `literals.literal` takes.
        wanted : str
            A name for it, if it has none.

        Raises
        ------
        UnwritableError
            If it, or something it needs, cannot be written out.
        """
        place = _place(value)
        if place:
            root = place[0].partition(".")[0]
            self._imports[root] = f"import {root}"
            return ".".join(place)
        if isinstance(value, functools.partial):
            return self._partial(value, wanted)
        if callable(value):
            return self._function(value, wanted)
        self._numbers += count(value)
        if self._numbers > MOST_NUMBERS:
            wanted = f"at most {MOST_NUMBERS:,} can be written out"
            raise UnwritableError(f"there are {self._numbers:,} numbers and more, and {wanted}")
        return literal(value)

    def _bind(self, name: str, value: object) -> None:
        """Let a name stand for a value in the script."""
        if name in self._names:
            if not _same(self._names[name], value):
                raise UnwritableError(f"two different things are called {name}")
            if name not in _KNOWN:
                return
        self._names[name] = value
        place = _place(value)
        if isinstance(value, ModuleType):
            root = value.__name__.partition(".")[0]
            if root not in _LIBRARIES:
                raise UnwritableError(f"it uses the module {value.__name__}")
            alias = "" if value.__name__ == name else f" as {name}"
            self._imports[name] = f"import {value.__name__}{alias}"
        elif place:
            alias = "" if place[1] == name else f" as {name}"
            self._imports[name] = f"from {place[0]} import {place[1]}{alias}"
        else:
            try:
                text = self.expression(value, name)
            except UnwritableError as error:
                raise UnwritableError(f"{name}: {error}") from error
            if text != name:
                self._definitions.append(f"{name} = {text}")

    def _partial(self, value: functools.partial[Any], wanted: str) -> str:
        function = self.expression(value.func, wanted)
        given = [self.expression(each, wanted) for each in value.args]
        pairs = value.keywords.items()
        named = [f"{name}={self.expression(each, wanted)}" for name, each in pairs]
        self._imports["functools"] = "import functools"
        return f"functools.partial({', '.join([function, *given, *named])})"

    def _function(self, value: object, wanted: str) -> str:
        if id(value) in self._written:
            return self._written[id(value)][1]
        function = inspect.unwrap(value) if callable(value) else value
        if not isinstance(function, FunctionType):
            raise UnwritableError(f"{_kind(value)} has no source that is known")
        if len(self._written) >= _MOST_DEFINITIONS:
            raise UnwritableError(f"it needs more than {_MOST_DEFINITIONS} functions")
        node, text = _located(function)
        decorated = value is not function and bool(getattr(node, "decorator_list", ()))
        if value is not function and not (decorated or isinstance(value, _JITTED)):
            raise UnwritableError(f"{_kind(value)} wraps a function in a way that is not known")
        if any(hasattr(value, rule) for rule in ("defjvp", "defvjp")):
            raise UnwritableError(f"{function.__name__} has a derivative of its own")
        text = _excerpt(text, node, decorated=decorated)
        name = wanted if isinstance(node, ast.Lambda) else node.name
        if isinstance(node, ast.Lambda) and self._names.get(name, value) is not value:
            name = self.fresh(name)
        elif self._names.get(name, value) is not value:
            raise UnwritableError(f"two different things are called {name}")
        self._names[name] = value
        self._written[id(value)] = (value, name)
        for needed in _needed(text):
            found = _lookup(function, needed)
            if found is not getattr(builtins, needed, self) and (
                found is not value or needed != name
            ):
                self._bind(needed, found)
        self._definitions.append(f"{name} = {text}" if isinstance(node, ast.Lambda) else text)
        return name


def _place(value: object) -> tuple[str, str] | None:
    """Return module and name under which a library offers a value."""
    name, module = getattr(value, "__name__", None), getattr(value, "__module__", None)
    if not isinstance(name, str) or not name.isidentifier() or isinstance(value, ModuleType):
        return None
    known = isinstance(module, str) and module.partition(".")[0] in _LIBRARIES
    for place in (*_PLACES, module) if known else _PLACES:
        if getattr(sys.modules.get(str(place)), name, None) is value:
            return str(place), name
    return None


def _same(one: object, other: object) -> bool:
    if one is other:
        return True
    plain = (bool, int, float, str)
    return type(one) is type(other) and isinstance(one, plain) and one == other


def _kind(value: object) -> str:
    name = str(getattr(value, "__name__", ""))
    if isinstance(value, MethodType):
        return f"{name}, a method of an object,"
    return name or f"an object of type {type(value).__name__}"


def _located(function: FunctionType) -> tuple[ast.FunctionDef | ast.Lambda, str]:
    """Return a function's syntax tree and the text it is part of."""
    code = function.__code__
    linecache.checkcache(code.co_filename)
    text = "".join(linecache.getlines(code.co_filename, function.__globals__))
    name = "a lambda" if function.__name__ == "<lambda>" else function.__name__
    if not text:
        raise UnwritableError(f"the source of {name} is not known")
    try:
        tree = ast.parse(text)
        codes = list(_codes(compile(text, code.co_filename, "exec", dont_inherit=True)))
    except SyntaxError:
        raise UnwritableError(f"the source of {name} is not known") from None
    if not any(_same_code(each, code) for each in codes):
        raise UnwritableError(f"the source of {name} has changed since")
    found = [node for node in ast.walk(tree) if _is_of(node, code)]
    if len(found) != 1 or not isinstance(found[0], (ast.FunctionDef, ast.Lambda)):
        raise UnwritableError(f"the source of {name} is one of several in its line")
    return found[0], text


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for each in code.co_consts:
        if inspect.iscode(each):
            yield from _codes(each)


def _same_code(one: CodeType, other: CodeType) -> bool:
    def parts(code: CodeType) -> Any:
        constants = [each for each in code.co_consts if not inspect.iscode(each)]
        return code.co_name, code.co_firstlineno, code.co_code, code.co_names, repr(constants)

    return bool(parts(one) == parts(other))


def _is_of(node: ast.AST, code: CodeType) -> bool:
    if isinstance(node, ast.FunctionDef):
        first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
        return (node.name, first) == (code.co_name, code.co_firstlineno)
    if not isinstance(node, ast.Lambda) or code.co_name != "<lambda>":
        return False
    body = node.body
    ends = (body.lineno, body.end_lineno, body.col_offset, body.end_col_offset)
    return node.lineno == code.co_firstlineno and ends in code.co_positions()


def _excerpt(text: str, node: ast.FunctionDef | ast.Lambda, *, decorated: bool) -> str:
    """Return a function's own text, as it was laid out."""
    if isinstance(node, ast.Lambda):
        segment = ast.get_source_segment(text, node) or ast.unparse(node)
        return segment if "\n" not in segment else f"({segment})"
    decorators = [each.lineno for each in node.decorator_list] if decorated else []
    lines = text.splitlines()[min([node.lineno, *decorators]) - 1 : node.end_lineno]
    excerpt = textwrap.dedent("\n".join(lines))
    try:
        ast.parse(excerpt)
    except SyntaxError:  # the lines of a text in it may begin further left
        excerpt = ast.unparse(node)
    return excerpt


class _Bare(ast.NodeTransformer):
    """Takes annotations away: the script does not evaluate them."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)


def _needed(text: str) -> list[str]:
    """Return the names that a definition takes from around it."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [each.name for each in node.names]
            for module in [node.module or "."] if isinstance(node, ast.ImportFrom) else names:
                if module.partition(".")[0] not in _LIBRARIES:
                    raise UnwritableError(f"it imports {module}")
    bare = ast.unparse(_Bare().visit(tree))
    whole = symtable.symtable(bare, "definition", "exec")
    found = {each.get_name() for each in whole.get_symbols() if not each.is_assigned()}
    inner = list(whole.get_children())
    while inner:
        table = inner.pop()
        inner += table.get_children()
        found |= {each.get_name() for each in table.get_symbols() if each.is_global()}
    return sorted(found)


def _lookup(function: FunctionType, name: str) -> Any:
    """Return what a name stands for in a function."""
    closure = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    if name in closure:
        try:
            return closure[name].cell_contents
        except ValueError:
            raise UnwritableError(f"{name} has no value") from None
    if name in function.__globals__:
        return function.__globals__[name]
    if hasattr(builtins, name):
        return getattr(builtins, name)
    raise UnwritableError(f"{name} is not known")
