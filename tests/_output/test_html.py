import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gdwidget import ArgumentError, GDWidget, problems
from gdwidget._output import html, page_assets
from tests.tools import Page as Follower

MOST_BYTES = 2_500_000


class Reader(HTMLParser):
    """Reads a page as a browser does: the content of scripts by their type, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts: dict[str, list[str]] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._kind: str | None = None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._kind = None
        if tag in {"script", "style"}:
            self._kind = dict(attrs).get("type") or tag
            self.scripts.setdefault(self._kind, []).append("")

    def handle_endtag(self, _tag: str) -> None:
        self._kind = None

    def handle_data(self, data: str) -> None:
        if self._kind is None:
            self.text += data
        else:
            self.scripts[self._kind][-1] += data

    @property
    def state(self) -> dict[str, Any]:
        (text,) = self.scripts["application/vnd.jupyter.widget-state+json"]
        read: dict[str, Any] = json.loads(text)
        return read

    @property
    def view(self) -> dict[str, Any]:
        (text,) = self.scripts["application/vnd.jupyter.widget-view+json"]
        read: dict[str, Any] = json.loads(text)
        return read


@pytest.fixture(scope="module")
def widget() -> GDWidget:
    made = GDWidget(learning_rate=0.02, batch_size=2)
    made.step(20)
    return made


@pytest.fixture(scope="module")
def page(widget: GDWidget) -> Reader:
    return Reader(widget.to_html(title="A lesson", text="Press Step."))


def test_it_is_one_file_of_a_size_to_send(widget: GDWidget) -> None:
    assert len(widget.to_html().encode()) <= MOST_BYTES


def test_the_largest_ready_problem_fits_too() -> None:
    network = GDWidget(problems.moons(hidden=(8, 8)), optimizer="adam", batch_size=32)
    network.step(100)
    assert len(network.to_html().encode()) <= MOST_BYTES


def test_nothing_in_it_leads_elsewhere(page: Reader) -> None:
    for tag, attributes in page.tags:
        assert not {"src", "href", "srcset", "action"} & attributes.keys(), tag
    (style,) = page.scripts["style"]
    assert not re.search(r"@import|url\(\s*['\"]?(?!data:)", style)
    (policy,) = [a["content"] for t, a in page.tags if a.get("http-equiv")]
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert "unsafe-eval" not in policy


def test_it_has_what_a_page_needs(page: Reader) -> None:
    assert ("html", "en") in [(tag, a.get("lang")) for tag, a in page.tags]
    metas = [a for tag, a in page.tags if tag == "meta"]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in metas
    assert {"name": "color-scheme", "content": "light dark"} in metas
    assert {"title", "main", "h1", "footer"} <= {tag for tag, _ in page.tags}


def test_its_state_is_the_widget_and_all_that_belongs_to_it(widget: GDWidget, page: Reader) -> None:
    other = GDWidget()
    state = page.state["state"]
    assert page.view["model_id"] == widget.model_id
    assert widget.model_id in state
    assert other.model_id not in state
    references = set(re.findall(r'"IPY_MODEL_(\w+)"', json.dumps(state)))
    assert references <= state.keys()


def test_its_state_is_whole(widget: GDWidget, page: Reader) -> None:
    saved = page.state["state"][widget.model_id]["state"]
    assert {
        "_esm",
        "_shared",
        "_anywidget_id",
        "_keyframe",
        "learning_rate",
        "_marks",
    } <= saved.keys()
    assert saved["_keyframe"]["cursor"] == 20
    assert saved["learning_rate"] == 0.02
    buffers = [b for model in page.state["state"].values() for b in model.get("buffers", [])]
    assert buffers
    assert {buffer["encoding"] for buffer in buffers} == {"base64"}


def test_it_says_in_words_what_the_widget_shows(widget: GDWidget, page: Reader) -> None:
    run = widget.runs[-1]
    assert f"step 20 of 20: W = {widget.params['W']!s}, loss {widget.loss!s}." in page.text
    assert run.label in page.text
    for step in (0, 5, 15, 20):
        assert str(run.trajectory["W"][step]) in page.text
    assert str(run.trajectory["W"][10]) not in page.text
    assert "…" in page.text


@pytest.fixture(scope="module")
def short() -> GDWidget:
    return GDWidget(learning_rate=1e-4)


@pytest.mark.parametrize("steps", [0, 1, 5, 6, 11, 12, 13])
def test_its_table_has_every_step_of_a_short_run_once(short: GDWidget, steps: int) -> None:
    short.reset()
    if steps:
        short.step(steps)
    page = short.to_html()
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    numbers = re.findall(r"<tr><td>([^<]*)</td>", table)
    shown = [*range(6), "…", *range(steps - 5, steps + 1)] if steps > 11 else range(steps + 1)
    assert numbers == [str(step) for step in shown]


HOSTILE = '</script></title><script>alert(1)</script><img src=x onerror="alert(2)">&amp;'


def test_title_and_text_are_shown_as_they_are_written(widget: GDWidget) -> None:
    page = widget.to_html(title=HOSTILE, text=f"{HOSTILE}\n\nSecond\nparagraph.\r\n\r\n\r\nThird.")
    reader = Reader(page)
    assert "alert(1)" not in "".join(reader.scripts["script"])
    assert "img" not in {tag for tag, _ in reader.tags}
    assert reader.text.count(HOSTILE) == 3
    assert "<p>Second\nparagraph.</p>\n<p>Third.</p>" in page


def test_a_name_that_closes_a_script_does_not_close_it() -> None:
    def loss(x: Any) -> Any:
        return x**2

    loss.__name__ = "</script><!--<script>"
    widget = GDWidget(loss, 1.0)
    widget.step()
    reader = Reader(widget.to_html())
    assert reader.state["state"][widget.model_id]
    assert len(reader.scripts["application/vnd.jupyter.widget-state+json"]) == 1


def test_the_script_stands_whole_in_the_page(page: Reader) -> None:
    *_, script = page.scripts["script"]
    assert script.rstrip().endswith("gdwidgetPage.start();")
    assert "<!--" not in script


def test_without_a_title_the_page_has_a_name(widget: GDWidget) -> None:
    page = widget.to_html()
    assert f"<title>Gradient descent: {widget.problem.name}</title>" in page
    assert "<h1>" not in page


def test_a_diverged_run_can_be_saved() -> None:
    widget = GDWidget(learning_rate=5.0)
    widget.run()
    assert widget.status == "diverged"
    assert Reader(widget.to_html()).state["state"][widget.model_id]


@pytest.mark.parametrize("argument", ["title", "text"])
@pytest.mark.parametrize("given", [5, None, b"text", "\ud800"])
def test_what_is_no_text_is_refused(widget: GDWidget, argument: str, given: Any) -> None:
    with pytest.raises(ArgumentError, match=f"^{argument}: got "):
        widget.to_html(**{argument: given})


def test_a_page_is_saved_whole(tmp_path: Path) -> None:
    path = tmp_path / "lesson.html"
    path.write_text("before", encoding="utf-8")
    assert html.save(path, "<p>ä</p>") == path
    assert path.read_bytes() == "<p>ä</p>".encode()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["missing/lesson.html", ".", "\0.html"])
def test_a_page_that_cannot_be_saved_says_why(tmp_path: Path, name: str) -> None:
    with pytest.raises(ArgumentError, match=r"^path: got .*lesson|^path: got "):
        html.save(os.path.join(tmp_path, name), "")  # noqa: PTH118 - a path as a user writes it
    assert list(tmp_path.iterdir()) == []


def test_the_pages_parts_are_those_installed() -> None:
    script = page_assets.page_script()
    for name in ("bqplot", "bqscales", "anywidget"):
        assert f'gdwidgetPage.define("{name}", ' in script
    assert "\n//# sourceMappingURL" not in script


def test_what_shows_figures_has_the_parts_that_are_installed() -> None:
    script = page_assets.figures_script()
    for name in ("bqplot", "bqscales"):
        assert f'gdwidgetFigures.define("{name}", ' in script
    assert "gdwidgetPage" not in script


def test_a_part_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.files", lambda _: None)
    monkeypatch.setattr("sys.prefix", "/nowhere")
    with pytest.raises(FileNotFoundError, match="the page part of bqscales is not there"):
        page_assets.page_script.__wrapped__()


def test_numbers_are_printed_as_numpy_prints_them(widget: GDWidget) -> None:
    value = widget.runs[-1].trajectory["W"][3]
    assert f"<td>{np.float32(value)!s}</td>" in widget.to_html()


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop"])
def test_a_memory_that_overflows_is_in_the_page(optimizer: str) -> None:
    w = GDWidget(lambda W: 1e20 * W * W / 2, 8.0, optimizer=optimizer, learning_rate=1e-3)
    followed = Follower(w)
    w.step(3)
    followed.sync()
    read = Reader(w.to_html()).state["state"][w.model_id]["state"]["_keyframe"]
    assert read["runs"][0]["last"] == 3
    assert "Infinity" in read["coming"]["terms"].values()
