"""What pages ask a widget for, and what is sent to them."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

import traitlets as t

from gdwidget._languages.speaking import in_own_language, speaks
from gdwidget._mixins.asking import Asking
from gdwidget._output import page_assets
from gdwidget._sync import packing, shared, subshells
from gdwidget._sync.messages import fields, requests
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ipywidgets import Widget

    from gdwidget._sync.lookahead import Lookahead

_LOGGER = logging.getLogger(__name__)
_SHOWN_BY_PAGE = ("layout", "tabbable", "tooltip")


@speaks
class Answering(Asking):
    """A widget that serves pages, and tells them what is new."""

    _lookahead: Lookahead

    def get_state(self, key: Any = None, **_drop_defaults: bool) -> Any:
        """Return the traits' values, those that are defaults included.

        `ipywidgets.embed` leaves defaults out, but no page knows these: the page part is one.
        """
        return super().get_state(key)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take settings from a page; what is not a page's to set or not valid is refused."""
        try:
            settings = {}
            for name, value in sync_data.items():
                tags = self.traits()[name].metadata if self.has_trait(name) else {}
                if not (tags.get("page") or name in _SHOWN_BY_PAGE):
                    raise ArgumentError(name, value, "nothing from a page")
                if tags.get("page") and name != "student":
                    settings[name] = tags.get("from_json", _unchanged)(value, self)
            with self._lock:
                # ipywidgets echoes what a page sets to all pages before it looks at it.
                with self._lock_property(**sync_data):
                    self._change(settings)
                super().set_state({**sync_data, **self.get_state(settings)})
        except t.TraitError as error:
            self.send(packing.error(error))
            self.send_state([name for name in sync_data if name in self.keys])

    def open(self) -> None:
        """Tell the pages of the widget."""
        super().open()
        subshells.serve_unknown(self.comm)

    @in_own_language
    def _answer(self, _: Widget, content: object, buffers: Iterable[object]) -> None:
        request = content.get("request", "") if isinstance(content, dict) else ""
        name = request if isinstance(request, str) and len(request) <= fields.LONGEST_TEXT else ""
        try:
            message = requests.read(content, buffers)
            if not isinstance(message, requests.OfTimeline | requests.Asked):
                self._serve_beside(message, name)
                return
            if isinstance(message, requests.Advance):
                self._measuring.give_up()
            with self._lock:
                self._throttle.followed = True
                if isinstance(message, requests.Asked):
                    self._serve_question(message)
                else:
                    self._serve(message)
            if isinstance(message, requests.Sync):
                self._timeline.descent.warm_up()
        except ArgumentError as error:
            self.send(packing.error(error, name))
        except Exception as error:  # a page is told, whatever the user's loss raised
            _LOGGER.warning("a request of a page failed", exc_info=True)
            self.send(packing.error(error, name))

    def _serve_beside(self, message: requests.Beside, request: str) -> None:
        """Serve what waits for nothing that holds the timeline."""
        match message:
            case requests.Shared():
                self.send(packing.shared(shared.text("widget.js"), shared.text("widget.css")))
            case requests.PartRequest(part):
                self._send_part(part)
            case requests.FiguresRequest():
                name = page_assets.figures_script_name()
                self.send(packing.figures(self._marks.values(), name))
            case requests.AheadRequest():
                if not self._open:
                    self._lookahead.begin(lambda: self._timeline, request)
            case requests.RulerRequest() | requests.FanRequest():
                self._wait("what is measured")
                self._measuring.begin(lambda: self._session.measuring(message))

    def _send_part(self, name: requests.Part) -> None:
        if name == "figures":
            script = page_assets.figures_script()
        else:
            script = shared.text(f"{name}.js")
            if self._shared:
                self._shared.hold(name)
        self.send(packing.part(name, script))

    def _serve(self, message: requests.OfTimeline) -> None:
        timeline = self._timeline
        match message:
            case requests.Sync(have, request):
                self._session.pages.send_lacking(have, request)
            case requests.Advance():
                self._serve_steps(message)
            case requests.Goto(run, step, request):
                if run == timeline.run.id or (timeline.goes_on(run) and step <= timeline.run.last):
                    timeline.goto(step)
                self._session.pages.send_rows(request)
            case requests.Reset(start):
                params, parameters = timeline.run.start.params, timeline.problem.parameters
                self.reset(**parameters.with_numbers(params, start) if start else {})
                self._throttle.flush()
            case requests.Set(name, value):
                self.set_state({name: value})
            case requests.Clear():
                self.clear()
                self._throttle.flush()
            case requests.Shown(page, turn, shown):
                self.tell_of_views(page, turn, shown=shown)
            case requests.Rest():
                self._throttle.changed()
                self._throttle.flush()
            case _:
                self._session.pages.show(message)

    def _serve_steps(self, message: requests.Advance) -> None:
        began = time.perf_counter()
        try:
            self._wait("step")
            if self._timeline.goes_on(message.run):
                self._advance(message.n, lambda: None)
        except BaseException:
            self._session.pages.send_rows()
            raise
        self._session.pages.send_rows(message.request, time.perf_counter() - began)

    def _send_rows(self) -> None:
        self._tell()
        self._session.pages.send_rows()

    def _send_saved(self) -> None:
        if self.comm is None:
            return
        names = ["_keyframe", "_curve"]
        if self._timeline.problem.parameters.count > 1:
            names.append("_plane")
        if self._session.figure_data.fit.figure:
            names.append("_look")
        self.send_state(names)
        programs = self._session.programs()
        if programs is not self._session.programs_sent:
            self.send_state("_programs")
            self._session.programs_sent = programs


def _unchanged(value: Any, _: Widget) -> Any:
    return value
