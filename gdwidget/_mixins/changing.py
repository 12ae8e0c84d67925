"""A widget's settings: traits, which change whole or not at all, and what is told of a change."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import traitlets as t
from ipywidgets import widget_serialization

from gdwidget import _figures
from gdwidget._session import Session
from gdwidget._settings import arguments
from gdwidget._settings.traits import BatchSize, Flag, Language, Parts, Scale, Setting, Switch, Told
from gdwidget._sync import shared
from gdwidget._sync.displayed import Displayed
from gdwidget._sync.saved_state import Saved

if TYPE_CHECKING:
    from gdwidget._core.problem import Problem
    from gdwidget._history.timeline import Timeline
    from gdwidget._settings.run_spec import Chosen, Descents
    from gdwidget._sync.throttle import Throttle

_SAVED = ("_keyframe", "_curve", "_plane", "_look", "_programs")


class Changing(Displayed):
    """A widget whose settings are traits; they belong to the session, which holds its problem."""

    learning_rate = Setting[float, Any]().tag(sync=True, page=True)
    run_steps = Setting[int, Any]().tag(sync=True, page=True)
    decay = Setting[str, Any]().tag(sync=True, page=True)
    optimizer = Setting[str, Any]().tag(sync=True, page=True)
    batch_size = BatchSize().tag(sync=True, page=True, **BatchSize.wire)
    problem_name = Setting[str, Any]().tag(sync=True, page=True)
    exact = Switch().tag(sync=True)
    show = Parts().tag(sync=True)
    scale = Scale().tag(sync=True)
    ruler = Flag().tag(sync=True)
    fog = Flag().tag(sync=True)
    language = Language().tag(sync=True)

    _names = Told().tag(sync=True)
    _choices = Told().tag(sync=True)
    _schedule = Told().tag(sync=True)
    _marks = Told().tag(sync=True, **widget_serialization)
    _keyframe = Saved(Session.keyframe, at_once=True)
    _curve = Saved(Session.curve)
    _plane = Saved(Session.plane)
    _look = Saved(Session.look)
    _programs = Saved(Session.programs)
    _shared = t.Instance(shared.Shared, allow_none=True).tag(sync=True, **widget_serialization)

    _session: Session
    _told: tuple[Chosen, dict[str, Any]]
    _descents: Descents
    _offered: dict[str, Problem]
    _snapshot_bytes: int
    _asks: bool
    _throttle: Throttle

    @property
    def _timeline(self) -> Timeline:
        return self._session.timeline

    def _wait(self, wanted: str) -> None:
        """Raise unless everything may be seen and changed, as where nothing is asked."""

    def _begun(self, chosen: Chosen, name: str, after: Session | None = None) -> Session:
        offered, asked = self._offered, self._asks
        session = Session(
            chosen, self.send, self._snapshot_bytes, offered, name, after, asked=asked
        )
        session.payloads.curvature = self.ruler
        return session

    def _settings(self) -> dict[str, Any]:
        """Return the values of traits that show settings."""
        return self._session.values()

    @t.validate("learning_rate", "run_steps", "decay", "optimizer", "batch_size", "problem_name")
    def _checked(self, proposal: t.Bunch) -> Any:
        name, value = proposal["trait"].name, proposal["value"]
        if name == "problem_name":
            return arguments.problem_name(value, self._offered)
        return self._session.chosen.checked(name, value, self._session.problem)

    def _change(self, given: dict[str, Any]) -> None:
        """Change some settings: one assignment makes all of them hold, or none does."""
        if given:
            self._wait("another setting")
        with self._lock:
            before = self._session
            settings = dict(given)
            name = arguments.problem_name(settings.pop("problem_name", before.name), self._offered)
            problem = before.problem if name == before.name else self._offered[name]
            chosen = before.chosen.having(settings, problem, self._descents)
            if name != before.name:
                session = self._begun(chosen, name, before)
                if self.comm is not None:
                    session.make_figures()
                self._session = session
            elif chosen is before.chosen:
                return
            else:
                before.change(chosen)
            self._tell()

    def _tell(self) -> None:
        """Tell observers and pages of all settings that are not as they were told.

        What an interrupt kept from them they are told the next time.
        """
        session, (before, told) = self._session, self._told
        chosen = session.chosen
        if chosen is before:
            return
        another = chosen.descent.problem is not before.descent.problem
        marks = told["_marks"]
        try:
            with self.hold_sync() if another else contextlib.nullcontext():
                for name, value in session.values().items():
                    old = told[name]
                    if value != old:
                        try:
                            told[name] = value
                            self._notify_trait(name, old, value)
                        except KeyboardInterrupt:
                            told[name] = old
                            raise
                        if self._told[0] is not before:  # an observer has changed and told more
                            return
                if another:
                    self.send_state(list(_SAVED))
            self._told = (chosen, told)
        finally:
            if told["_marks"] is not marks:
                _figures.close(marks.values())
            if not another:
                self._throttle.changed()
