"""PayloadCache pages, damaged at random, in Chromium: a sentence or a widget, never a blank."""

from __future__ import annotations

import copy
import html
import json
import random
import re
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error, sync_playwright

from gdwidget import GDWidget, problems
from tests.soak.table import Part
from tests.ui.chromium import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

WANTED = 200
SHOWN_MS = 15_000
ANSWER_MS = 5_000
_STATE = re.compile(
    r'(?<=<script type="application/vnd\.jupyter\.widget-state\+json">).*?(?=</script>)', re.DOTALL
)
_SHOWS = "document.body && document.body.innerText.trim().length > 0"
VALUES: tuple[Any, ...] = (
    *(None, True, -1, 0, 1, 2**31, 1e308, 0.5, "", "x", "AAAA", "Infinity", [], [None], {}),
    *({"a": {}}, [[]], "IPY_MODEL_nothing", "f5000000", "f-1", "sort", 5_000_000),
)


class Damage:
    """Pages as they are exported, and what may become of them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - not for secrets
        self.pages = [widget.to_html() for widget in _widgets()]
        self.states = [json.loads(_found(page)) for page in self.pages]

    def page(self) -> tuple[str, str]:
        """Return a page and what was done to it."""
        index = self.random.randrange(len(self.pages))
        text = self.pages[index]
        if self.random.randrange(8) == 0:
            return self.cut(text)
        state = copy.deepcopy(self.states[index])
        done = [self.spoil(state) for _ in range(self.random.randint(1, 3))]
        # As the exporter does: "</" would end the script.
        written = json.dumps(state).replace("</", "<\\/")
        return _STATE.sub(lambda _: written, text), f"widget {index}: {'; '.join(done)}"

    def cut(self, text: str) -> tuple[str, str]:
        """Take some bytes out of what is saved, whatever they are."""
        begin, end = next(_STATE.finditer(text)).span()
        at, length = self.random.randrange(begin, end), self.random.randint(1, 2_000)
        return text[:at] + text[min(end, at + length) :], f"{length} characters cut at {at}"

    def spoil(self, state: dict[str, Any]) -> str:
        """Change one entry somewhere below; return what was done."""
        models = state["state"]
        ours = [each for each in models.values() if each["model_module"] == "anywidget"]
        often = self.random.random() < 2 / 3
        model = self.random.choice(ours if often else list(models.values()))["state"]
        places = list(_places(model))
        holder, key, path = self.random.choice(places)
        value = holder[key]
        match self.random.randrange(3):
            case 0:
                del holder[key]
                return f"{path} deleted"
            case 1 if isinstance(value, str) and len(value) > 8:
                at = self.random.randrange(len(value))
                holder[key] = (
                    value[:at] + self.random.choice(("", "\u0000", "zz")) + value[at + 2 :]
                )
                return f"{path} changed at {at}"
            case _:
                holder[key] = self.random.choice(VALUES)
                return f"{path} = {holder[key]!r}"


def _widgets() -> Iterator[GDWidget]:
    article = GDWidget()
    article.run(20)
    yield article
    plane = GDWidget(problems.himmelblau(), optimizer="adam", learning_rate=0.1)
    plane.run(20)
    yield plane
    data = GDWidget(problems.logistic(samples=20), batch_size=8, learning_rate=0.5)
    data.run(10)
    yield data


def _found(page: str) -> str:
    found = _STATE.search(page)
    assert found
    return html.unescape(found[0]) if "&quot;" in found[0] else found[0]


def _places(node: Any, path: str = "") -> Iterator[tuple[Any, Any, str]]:
    """Yield every entry below, long lists by a few of theirs, and not the script itself."""
    keys: Any = range(min(len(node), 50)) if isinstance(node, list) else list(node)
    for key in keys:
        if key in ("_esm", "script", "style"):
            continue
        yield node, key, f"{path}.{key}"
        if isinstance(node[key], (dict, list)):
            yield from _places(node[key], f"{path}.{key}")


def soak(seed: int, seconds: float) -> Part:
    """Open as many pages as are wanted, or as there is time for."""
    deadline = time.monotonic() + seconds
    damage = Damage(seed)
    part = Part("damaged pages opened in Chromium", WANTED)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "lesson.html"
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        try:
            while part.count < WANTED and time.monotonic() < deadline:
                text, done = damage.page()
                file.write_text(text)
                page = browser.new_page()
                found = _opened(page, file)
                part.count += 1
                if found:
                    part.differ(f"{found}: {done}")
                _within(lambda page=page: page.close())  # type: ignore[misc]
        finally:
            browser.close()
    return part


def _opened(page: Page, file: Path) -> str:
    """Open a page and press what can be pressed; return what is wrong, empty if nothing is."""
    page.set_default_timeout(ANSWER_MS)
    try:
        page.goto(file.as_uri(), timeout=SHOWN_MS, wait_until="domcontentloaded")
        page.wait_for_function(_SHOWS, timeout=SHOWN_MS)
    except Error:
        return "blank"
    step = page.get_by_role("button", name="Step", exact=True).first
    try:
        if step.count() and step.is_enabled():
            step.click()
        page.wait_for_function("new Promise(requestAnimationFrame).then(() => true)")
    except Error as error:
        return f"does not answer ({str(error).splitlines()[0]})"
    return "" if page.evaluate(_SHOWS) else "blank after a step"


def _within(action: Callable[[], object]) -> None:
    """Close a page; one that hangs is closed with the browser."""
    try:
        action()
    except Error:
        return
