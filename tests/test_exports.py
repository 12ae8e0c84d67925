"""What a widget can be written as: a page, a script, a picture, and what stands in its stead."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from gdwidget import ArgumentError, GDWidget, problems
from gdwidget._output import plot

if TYPE_CHECKING:
    from pathlib import Path

PNG = b"\x89PNG\r\n"


def test_a_page_holds_all_of_it(tmp_path: Path) -> None:
    w = GDWidget()
    w.run(3)
    w.open()
    w.save_html(tmp_path / "lesson.html", title="One & two", text="<b>three</b>")
    html = (tmp_path / "lesson.html").read_text(encoding="utf-8")
    assert html == w.to_html(title="One & two", text="<b>three</b>")
    assert "One &amp; two" in html
    assert "&lt;b&gt;three" in html
    assert len(html.encode()) <= 2_500_000
    assert '"reason":""' in html


def test_pictures_are_written(tmp_path: Path) -> None:
    w = GDWidget(problems.himmelblau())
    w.run(20)
    w.save_png(tmp_path / "picture.png")
    w.save_svg(tmp_path / "picture.svg")
    assert (tmp_path / "picture.png").read_bytes().startswith(PNG)
    assert "<svg" in (tmp_path / "picture.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["save_html", "save_png", "save_svg"])
def test_what_cannot_be_written_leaves_nothing(tmp_path: Path, name: str) -> None:
    write = getattr(GDWidget(), name)
    with pytest.raises(ArgumentError, match="there is no folder"):
        write(tmp_path / "nowhere" / "file")
    with pytest.raises(ArgumentError, match="it is a folder"):
        write(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_output_of_a_cell_has_a_picture_and_a_line() -> None:
    w = GDWidget()
    w.step(3)
    data, _ = w._repr_mimebundle_()
    assert set(data) == {
        *("text/plain", "image/png", "application/vnd.jupyter.widget-view+json"),
    }
    assert "step 3 of 3, W = 6.3255796, loss 96.67163" in data["text/plain"]
    assert data["image/png"].startswith(PNG)
    assert len(base64.b64encode(data["image/png"])) < 80_000


def test_without_matplotlib_nothing_is_evaluated_for_a_picture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    w = GDWidget()
    monkeypatch.setattr(plot, "available", lambda: False)
    monkeypatch.setattr(w, "_drawing", lambda: pytest.fail("the curve was evaluated"))
    data, _ = w._repr_mimebundle_()
    assert set(data) == {"text/plain", "application/vnd.jupyter.widget-view+json"}
    assert "step 0 of 0, W = 8.0, loss 186.0" in data["text/plain"]


def test_the_script_takes_a_runs_steps_where_none_is_recorded() -> None:
    assert GDWidget(run_steps=7).to_script() != GDWidget(run_steps=8).to_script()


def test_the_embedded_state_holds_the_programs_and_the_look() -> None:
    w = GDWidget()
    w.step(3)
    state = w.get_state()
    assert state["_programs"]["reason"] == ""
    assert state["_look"]["step"] == 3
    json.dumps({name: state[name] for name in ("_programs", "_look", "_keyframe")})
