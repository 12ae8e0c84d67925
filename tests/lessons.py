"""The lessons, and what runs them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from matplotlib import font_manager

from docs.build import executed, questions_of
from gdwidget._teaching.seal import unseal

if TYPE_CHECKING:
    from gdwidget._sync.messages.answers import Key

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
ASKING = [name for name in NAMES if not name.startswith("00")]
"""All but the article's code, which comes before them and asks nothing."""

CHINESE = sorted(f"zh/{path.stem}" for path in NOTEBOOKS.glob("zh/*.ipynb"))
ASKS = "questions"
"""The tag of cells that ask: a report runs them, and nothing else of a lesson."""


def read(name: str) -> Any:
    """Return a lesson as it is kept, without outputs."""
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=nbformat.NO_CONVERT)


def execute(name: str, scratch: Path) -> Any:
    """Return a lesson after all its cells have run, see `executed`."""
    font_manager.get_font_names()  # a kernel that is the first to look for fonts says so
    settings = scratch / "ipython"
    settings.mkdir()
    return executed(NOTEBOOKS / f"{name}.ipynb", settings)


@dataclass(frozen=True)
class Asked:
    """A question of a lesson, as its saved widget has it."""

    name: str
    kind: str
    options: tuple[str, ...]
    keys: tuple[Key, ...]
    """What is right, one a variant."""

    problems: frozenset[str]
    """Their names, where they have some."""

    @property
    def topic(self) -> str:
        """The number of the lesson that it is about."""
        return self.name[:2]

    @property
    def right(self) -> list[Any]:
        """What is right in each variant: numbers, or the words of an option; of some nothing."""
        numbers = [key["numbers"] for key in self.keys if key["numbers"]]
        if self.options:
            return [self.options[int(number)] for (number,) in numbers]
        return [each[0] if len(each) == 1 else each for each in numbers]


def asked(notebook: Any) -> list[list[Asked]]:
    """Return the questions of each widget with questions, in their order in a lesson."""
    return [
        [_asked(each, all_["fingerprint"]) for each in all_["questions"]]
        for all_ in questions_of(notebook)
    ]


def _asked(question: dict[str, Any], fingerprint: str) -> Asked:
    name, variants = question["name"], question["variants"]
    keys = [
        unseal(each["sealed"], fingerprint, name, number) for number, each in enumerate(variants)
    ]
    named = {each["settings"]["problem_name"] for each in variants}
    options = tuple(question["options"])
    return Asked(name, question["kind"], options, tuple(keys), frozenset(named - {""}))
