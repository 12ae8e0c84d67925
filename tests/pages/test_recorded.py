"""A training loop that was recorded, in a page without a kernel: looked at, and not gone on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from playwright.sync_api import expect

import gdwidget
from tests.ui.view import View

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pages.offline import Lesson

pytestmark = pytest.mark.ui

XS = np.linspace(-2, 2, 40, dtype=np.float32)[:, None]


def predict(layers: Any, xs: Any) -> Any:
    return (jnp.tanh(xs @ layers["w"]) @ layers["v"])[:, 0]


def loss(layers: Any, xs: Any, ys: Any) -> Any:
    return ((predict(layers, xs) - ys) ** 2).mean()


def test_it_is_stepped_back_through_scrubbed_and_seen_on_a_plane(
    lesson: Lesson, tmp_path: Path
) -> None:
    keys = jax.random.split(jax.random.key(0), 2)
    params = {"w": jax.random.normal(keys[0], (1, 30)), "v": jax.random.normal(keys[1], (30, 1))}
    bytes_a_point = 60 * 4 * 4 + 4
    recording = gdwidget.record(
        optax.adam(1e-2),
        loss=loss,
        data=(XS, np.sin(2 * XS[:, 0])),
        predict=predict,
        snapshot_bytes=32 * bytes_a_point,
    )
    with recording as optimizer:
        opt_state = optimizer.init(params)
        for _ in range(100):
            gradient = jax.grad(loss)(params, XS, np.sin(2 * XS[:, 0]))
            updates, opt_state = optimizer.update(gradient, opt_state, params)
            params = optax.apply_updates(params, updates)
    widget = recording.widget(optimizer="adam")
    widget.save_html(tmp_path / "lesson.html")

    lesson.go(tmp_path / "lesson.html")
    view = View(lesson.page, lesson.page.locator(".gdwidget"))
    view.wait_until_drawn()
    assert view.plane.box.is_visible()
    view.expect_at(25)
    expect(view.status).to_contain_text("Recorded at step 100 of a loop;")
    expect(lesson.origin).to_contain_text("A run was recorded elsewhere")
    view.press("Back", 2)
    view.expect_at(23, 25)
    expect(view.status).to_contain_text("Recorded at step 92 of a loop;")
    expect(view.update).not_to_contain_text("α")
    view.set_slider(view.scrub, 5)
    view.expect_at(5, 25)
    expect(view.status).to_contain_text("Recorded at step 20 of a loop;")
    view.plane.wait_for("path", lambda mark: len(mark.path) > 0, "has the path")
    view.open_table()
    (row,) = [row for row in view.rows() if row[0] == "5"]
    assert "nan" not in "".join(row)
    view.press("Step")
    view.expect_at(6, 25)
    lesson.expect_no_scroll_across()
