"""A lesson: one HTML file with a living widget, which needs no kernel and no network."""

from __future__ import annotations

import html as markup
import json
from typing import TYPE_CHECKING, Any

import numpy as np
from ipywidgets.embed import dependency_state

from gdwidget._languages.speaking import ENGLISH, said, speaking
from gdwidget._output import atomic_write, page_assets
from gdwidget._sync import shared
from gdwidget._sync.messages.fields import utf8_text
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    from gdwidget._history.timeline import Timeline
    from gdwidget._history.trajectory import Trajectory
    from gdwidget._sync.displayed import Displayed

_ENDS = 6
"""How many of the first rows, and of the last, the text form shows."""

# Nothing may come from anywhere else; anywidget loads a widget's module as a blob.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' blob:; worker-src blob: data:; "
    "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)

# What is shown in the widget's stead waits out of sight while there is a script to be hoped
# for: a file that was cut off has none at its end.
_HOPE = """
const page = document.documentElement;
page.classList.add("gdwidget-page-waits", "gdwidget-page-scripted");
addEventListener("DOMContentLoaded", () => {
  if (page.hasAttribute("data-gdwidget-page")) return;
  page.classList.remove("gdwidget-page-waits");
  const cut = document.getElementById("gdwidget-page-cut");
  if (cut) cut.hidden = false;
});
"""

_PAGE = """\
<!doctype html>
<html lang="{language}" class="gdwidget-page" data-gdwidget-link>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="gdwidget">
<title>{title}</title>
<style>
{style}</style>
<script>{hope}</script>
</head>
<body>
<p id="gdwidget-page-cut" class="gdwidget-page-message" role="alert" hidden>{cut}</p>
<main>
{heading}<div>
<script type="application/vnd.jupyter.widget-view+json">{view}</script>
<p class="gdwidget-page-message gdwidget-page-unscripted">{unscripted}</p>
<div class="gdwidget-page-still">
{still}</div>
</div>
</main>
<footer data-gdwidget-share></footer>
<script type="application/vnd.jupyter.widget-state+json">{state}</script>
<script>
{script}</script>
</body>
</html>
"""


_CUT = (
    "This file is cut off or damaged: its widget cannot be shown. What it showed when it was made "
    "stands below."
)
_UNSCRIPTED = (
    "The widget needs JavaScript, which is switched off here, or forbidden by a security policy "
    "(script-src without 'unsafe-inline'). What it showed when it was made stands below."
)


def html(
    widget: Displayed, timeline: Timeline, title: str = "", text: str = "", language: str = ENGLISH
) -> str:
    """Return a page in which a widget is alive, with all that it needs.

    Parameters
    ----------
    widget : Displayed
        What is shown.
    timeline : Timeline
        Its runs and the step it looks at, told in words where no script runs.
    title : str, optional
        Heading, and name of the page.
    text : str, optional
        What to read above the widget; an empty line begins a paragraph. HTML in it is shown
        as it is written.
    language : str, optional
        What the page itself speaks.

    Returns
    -------
    str
        The file's content; it asks no network for anything.

    Raises
    ------
    ArgumentError
        If title or text is no text, or the widget is closed.

    Examples
    --------
    >>> from gdwidget import GDWidget
    >>> page = GDWidget().to_html(title="Is 0.5 < 2?")
    >>> "<title>Is 0.5 &lt; 2?</title>" in page
    True
    """
    if widget.closed:
        raise ArgumentError("widget", "a closed one", "one that is open: write it before close()")
    title, text = _checked("title", title).strip(), _checked("text", text)
    paragraphs = [part.strip() for part in text.replace("\r\n", "\n").split("\n\n")]
    body = "".join(f"<p>{markup.escape(part)}</p>\n" for part in paragraphs if part)
    with widget.as_shown():
        name, state = widget.model_id, dependency_state([widget], drop_defaults=False)
    for model in state.values():
        if "presenting" in model["state"]:  # what all widgets share
            model["state"]["presenting"] = shared.text("presenting.js")
    with speaking(language):
        named = markup.escape(title or said(f"Gradient descent: {timeline.problem.name}"))
        # Who does not see where a page begins looks for its heading.
        unseen = "" if title else ' class="gdwidget-page-unseen"'
        heading = f"<h1{unseen}>{named}</h1>\n"
        own = {
            "title": named,
            "cut": said(_CUT),
            "unscripted": said(_UNSCRIPTED),
            "still": _still(timeline),
        }
    return _PAGE.format(
        policy=_POLICY,
        language=language,
        style=page_assets.page_style(),
        hope=_HOPE,
        heading=heading + (f'<div class="gdwidget-page-text">\n{body}</div>\n' if body else ""),
        view=_json({"version_major": 2, "version_minor": 0, "model_id": name}),
        **own,
        state=_json({"version_major": 2, "version_minor": 0, "state": state}),
        script=page_assets.within_html(page_assets.page_script(language)),
    )


def save(path: str | PathLike[str], html: str) -> Path:
    """Write a page to a file, whole or not at all.

    Parameters
    ----------
    path : str or path-like
        The file; its folder must exist. An existing file is replaced.
    html : str
        As from `html`.

    Returns
    -------
    pathlib.Path
        Where it is.

    Raises
    ------
    ArgumentError
        If the file cannot be written; the message says why.

    Examples
    --------
    >>> save("nowhere/lesson.html", "")
    Traceback (most recent call last):
    ...
    gdwidget.errors.ArgumentError: path: got 'nowhere/lesson.html' (there is no folder nowhere); \
accepted: a file in a folder that exists and may be written to
    """
    return atomic_write.write_whole(path, html.encode())


def _checked(argument: str, given: object) -> str:
    if not isinstance(given, str):
        raise ArgumentError(argument, given, "a text")
    return utf8_text(argument, given)


def _json(content: dict[str, Any]) -> str:
    """Return JSON that no text in it can end before its end."""
    return json.dumps(content, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def _still(timeline: Timeline) -> str:
    """Return in words and numbers where the cursor is."""
    run, cursor = timeline.run, timeline.cursor
    trajectory = run.trajectory
    value, _, loss = trajectory.rows(cursor, cursor + 1)[0, :3]
    sentence = (
        f"Gradient descent on {timeline.problem.name}, {run.label}; step {cursor:,} of "
        f"{run.last:,}: {trajectory.name} = {value!s}, loss {loss!s}."
    )
    table = "" if timeline.hidden else _table(trajectory)
    return f"<p>{markup.escape(said(sentence))}</p>\n{table}"


def _table(trajectory: Trajectory) -> str:
    count = len(trajectory)
    names = trajectory.columns[:5]
    first = np.arange(min(count, _ENDS))
    last = np.arange(max(_ENDS, count - _ENDS), count)
    rows = [_row(trajectory, int(step)) for step in (*first, *last)]
    if last.size and last[0] > _ENDS:
        rows.insert(_ENDS, ["…"] * len(names))
    head = "".join(f'<th scope="col">{markup.escape(name)}</th>' for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n" for row in rows)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"


def _row(trajectory: Trajectory, step: int) -> list[str]:
    return [f"{step:,}", *trajectory.rows(step, step + 1)[0, :4].astype(str)]
