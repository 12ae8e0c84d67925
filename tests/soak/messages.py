"""Fuzzed messages: each is answered, refused ones change nothing, and the widget goes on."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gdwidget import GDWidget, problems
from tests.soak.table import Part, repeat
from tests.tools import Page, whole_timeline

if TYPE_CHECKING:
    from collections.abc import Callable

WANTED = 20_000
FIXTURES = Path(__file__).parents[1] / "fixtures" / "protocol.json"
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2**31, 2**63, -(2**63), 10**400, 0.5, 1e39, -1e39, 5e-324),
    *(float("nan"), float("inf"), float("-inf"), "", "W", "two", "sgd", "<b>", "\x00", "é" * 300),
    *([], [1], {}, {"W": 1}, {"W": None}, [[[]]] * 3, b"bytes", [0.0] * 4, {"": {}}, 7j, set()),
)
TRAITS = (
    *("learning_rate", "run_steps", "decay", "optimizer", "batch_size", "problem_name", "exact"),
    *("_names", "_choices", "_schedule", "_marks", "_keyframe", "_curve", "_plane", "_programs"),
    *("_shared", "_esm", "_css", "layout", "tabbable", "tooltip", "comm", "_lock", "nothing"),
    *("show", "scale"),
)
SETTINGS: tuple[tuple[str, Any], ...] = (
    *(("learning_rate", rate) for rate in (0.01, 0.05, 0.2)),
    *(("optimizer", name) for name in ("sgd", "adam")),
    *(("batch_size", size) for size in (0, 2)),
    *(("run_steps", steps) for steps in (5, 50)),
    *(("problem_name", name) for name in ("line", "quadratic")),
)
MOST_STEPS = 500
MOST_ROWS = 5_000
WHOLE_EVERY = 100


class Sender:
    """Sends what a page never would, and looks at what came of it."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - not for secrets
        self.widget = GDWidget(problems=[problems.line(), problems.quadratic()])
        self.page = Page(self.widget)
        self.valid = [each["message"] for each in json.loads(FIXTURES.read_text())["requests"]]

    def send(self) -> str:
        """Send one message; return what is wrong then, empty if nothing is."""
        if len(self.widget.trajectory) > MOST_ROWS:
            self.widget.reset()
        ways: tuple[Callable[[], str], ...] = (self.mutated, self.mutated, self.made_up, self.trait)
        found = self.random.choice(ways)()
        if not found and self.random.randrange(WHOLE_EVERY) == 0:
            whole_timeline(self.widget._timeline)
            found = self.goes_on()
        return found

    def mutated(self) -> str:
        """Send a message with some of its fields changed, missing, or too many."""
        message = copy.deepcopy(self.random.choice(self.valid))
        for _ in range(self.random.randint(0, 3)):
            self.mutate(message)
        return self.told(message)

    def mutate(self, message: dict[Any, Any]) -> None:
        name = self.random.choice([*message, "extra"])
        match self.random.randrange(4):
            case 0:
                message.pop(name, None)
            case 1 if isinstance(message.get(name), dict) and message[name]:
                self.mutate(message[name])
            case 2 if isinstance(message.get(name), int):
                message[name] = self.random.randint(-2, MOST_STEPS)
            case _:
                message[name] = self.random.choice(VALUES)

    def made_up(self) -> str:
        """Send what is no message at all, or a message with buffers."""
        content = self.random.choice((*VALUES, {"kind": self.random.choice(VALUES)}, [self.valid]))
        return self.told(content, self.random.choice(((), (b"",), (b"abc", b""))))

    def trait(self) -> str:
        """Set a trait to something, now and then to what it may be."""
        name, value = self.random.choice(TRAITS), self.random.choice(VALUES)
        if self.random.random() < 1 / 4:
            name, value = self.random.choice(SETTINGS)
        before = self.seen()
        told = self.page.save_changes(**{name: value})
        refused = [each for each in told if each.get("content", {}).get("kind") == "error"]
        if refused and self.seen() != before:
            return f"{name} = {value!r} was refused and changed something"
        return self.agrees()

    def told(self, content: Any, buffers: tuple[bytes, ...] = ()) -> str:
        if isinstance(content, dict) and isinstance(content.get("n"), int):
            content["n"] = min(content["n"], MOST_STEPS) if content["n"] < 10**5 else content["n"]
        before = self.seen()
        answers = self.page.say(content, buffers)
        refused = any(answer["kind"] == "error" for answer in answers)
        if refused and self.seen() != before:
            return f"{content!r:.200} was refused and changed something"
        for answer in answers:
            json.dumps(answer, allow_nan=False)
        return self.agrees()

    def agrees(self) -> str:
        """Say where traits and engine have parted."""
        widget, timeline = self.widget, self.widget._timeline
        descent = timeline.descent
        size = descent.batches.size if descent.batches else None
        pairs = {
            "optimizer": (widget.optimizer, descent.optimizer.name),
            "batch_size": (widget.batch_size if size else size, size),
            "learning_rate": (widget.learning_rate, timeline.rates.peak),
            "decay": (widget.decay, timeline.rates.decay),
            "problem_name": (widget.problem_name, descent.problem.name),
        }
        parted = [
            f"{name} {pair[0]} for {pair[1]}" for name, pair in pairs.items() if pair[0] != pair[1]
        ]
        return "; ".join(parted)

    def seen(self) -> tuple[Any, ...]:
        """Return all that a refusal may not change."""
        widget = self.widget
        settings = [getattr(widget, name) for name, _ in SETTINGS]
        runs = [(run.id, run.last, run.status) for run in widget.runs]
        return (*settings, *runs, widget.cursor, str(widget.params))

    def goes_on(self) -> str:
        """Say if three steps from a new start are not the ones they always are."""
        widget = self.widget
        widget.problem_name, widget.optimizer, widget.batch_size = "line", "sgd", None
        widget.decay, widget.learning_rate, widget.run_steps = "constant", 0.01, 50
        widget.reset(W=8.0, b=-1.0)
        widget.step(3)
        values = widget.trajectory["W"]
        expected = np.array([8, 7.38, 6.8240666, 6.3255796], np.float32)
        return "" if np.array_equal(values, expected) else f"the article's steps became {values}"


def soak(seed: int, seconds: float) -> Part:
    """Send as many as are wanted, or as there is time for."""
    part = Part("fuzzed messages to a widget", WANTED)
    return repeat(part, seed, seconds, lambda seed: Sender(seed).send)
