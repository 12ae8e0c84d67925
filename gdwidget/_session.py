"""What belongs to one problem of a widget, made and replaced whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from gdwidget import _figures
from gdwidget._history.timeline import Timeline
from gdwidget._landscape.fan import Fans
from gdwidget._landscape.figure_data import FigureData
from gdwidget._landscape.sharpness import Ruler
from gdwidget._sync import packing
from gdwidget._sync.messages import answers, requests
from gdwidget._sync.pages import Pages
from gdwidget._sync.payload_cache import PayloadCache
from gdwidget._sync.saved_state import SavedState
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gdwidget._core.descent import Descent
    from gdwidget._core.problem import Problem
    from gdwidget._landscape.fan import Fan
    from gdwidget._settings.run_spec import Chosen
    from gdwidget._sync.measuring import Measure


class Session:
    """A problem with its timeline, and what shows, saves and sends that.

    Parameters
    ----------
    chosen : Chosen
        The settings to begin with.
    send : callable
        ``send(content, buffers)`` sends a message to all pages.
    snapshot_bytes : int
        Bytes of whole states that each run may keep.
    offered : mapping of str to Problem
        The problems to choose from, by name.
    name : str
        Which of them it is; ``""`` without any.
    after : Session, optional
        The one that is replaced.
    asked : bool, optional
        Whether questions are asked, whose answers are drawn in the figures.

    Attributes
    ----------
    programs_sent : object
        The programs that pages were sent last.
    """

    def __init__(
        self,
        chosen: Chosen,
        send: Callable[..., object],
        snapshot_bytes: int,
        offered: Mapping[str, Problem],
        name: str,
        after: Session | None = None,
        *,
        asked: bool = False,
    ) -> None:
        self.name = name
        self.problem = chosen.descent.problem
        before = after.timeline if after else None
        self.timeline: Timeline = Timeline(plan=chosen, snapshot_bytes=snapshot_bytes, after=before)
        self.figure_data = FigureData(self.problem)
        self.saved = SavedState(self.timeline, self.figure_data.landscape, self.figure_data.refined)
        self.pages = Pages(send, self.timeline, self.figure_data)
        self.ruler = Ruler(self.problem)
        self._fans: Fans | None = None
        self.payloads = PayloadCache(self.timeline, self.figure_data.fit)
        self.programs_sent: object = None
        self._offered = offered
        self._asked = asked
        self._names = self._told_names()
        self._marks: dict[str, Any] = {}
        self._shown: tuple[object, dict[str, Any]] = (None, {})

    @property
    def chosen(self) -> Chosen:
        """The settings that hold for the steps to come."""
        return cast("Chosen", self.timeline.plan)

    def change(self, chosen: Chosen) -> None:
        """Have other settings hold, with a new run where the current one cannot go on.

        Raises
        ------
        ArgumentError
            If a run cannot start with them; then nothing is changed.
        """
        if chosen.spec.begins_like(self.chosen.spec):
            self.timeline.plan = chosen
        else:
            self.timeline.restart(chosen)

    def values(self) -> dict[str, Any]:
        """Return the values of all traits that show settings or follow from them."""
        chosen = self.chosen
        if self._shown[0] is not chosen:
            shown = {
                **chosen.values,
                "problem_name": self.name,
                "_names": self._names,
                "_choices": {**chosen.offers(), "problems": list(self._offered)},
                "_schedule": chosen.sketch(),
                "_marks": self._marks,
            }
            self._shown = (chosen, shown)
        return self._shown[1]

    def measuring(self, message: requests.Measured) -> Measure | None:
        """Return what measures at a step what a page asks for; None where there is no such step."""
        timeline, ruler = self.timeline, self.ruler
        run = timeline.run
        if run.id != message.run or message.step > run.last:
            return None
        place = ruler.place(timeline, message.step)
        if isinstance(message, requests.RulerRequest):
            name = run.descent.optimizer.name
            return lambda wanted: packing.ruler(ruler.measured(place, name, wanted), message)
        if place is None or not self.problem.samples:
            return None
        try:
            fans, rate = self._fans_of(place.descent), float(place.rates.at(message.step, 1)[0])
        except ArgumentError:  # no step follows, or none on batches
            return None
        return lambda wanted: packing.fan(fans.at(place.state, rate, wanted), message)

    def fan(self) -> Fan:
        """Return all steps that could be next at the cursor."""
        timeline = self.timeline
        fans = self._fans_of(timeline.descent)
        return fans.at(timeline.state, float(timeline.rates.at(timeline.cursor, 1)[0]))

    def _fans_of(self, descent: Descent) -> Fans:
        if self._fans is None or self._fans.descent is not descent:
            self._fans = Fans(descent)
        return self._fans

    def keyframe(self) -> answers.Keyframe:
        """Return what is saved of runs and cursor."""
        return self.saved.keyframe()

    def curve(self) -> answers.SavedCurve:
        """Return what is saved of the red curve."""
        return packing.saved_curve(self.saved.curve())

    def plane(self) -> dict[str, Any] | None:
        """Return what is saved of the plane; None where a single number learns."""
        plane = self.figure_data.saved_plane(self.timeline)
        return packing.saved_plane(plane) if plane else None

    def look(self) -> dict[str, Any] | None:
        """Return what is saved of data and fit; None where there is no such figure."""
        look = self.figure_data.saved_look(self.timeline)
        return packing.saved_look(look) if look else None

    def programs(self) -> dict[str, Any]:
        """Return what pages compute with; the same object until there is another."""
        return self.payloads.payload()

    def make_figures(self) -> None:
        """Make the models of the figures, which pages need."""
        self._marks, self._shown = self._figures(), (None, {})

    def drop_figures(self) -> None:
        """Close the models of the figures, and refer to them no longer."""
        marks, self._marks, self._shown = self._marks, {}, (None, {})
        _figures.close(marks.values())

    def _told_names(self) -> answers.Names:
        problem, figure = self.problem, self.figure_data.fit.figure
        recorded = problem.parameters.recorded
        return answers.Names(
            params=list(problem.scalars),
            learning=recorded[0],
            recorded=list(recorded),
            count=problem.parameters.count,
            stream=problem.stream is not None,
            samples=problem.samples,
            predicts=figure is not None,
            classes=figure == "boundary",
        )

    def _figures(self) -> dict[str, Any]:
        parameters, fit = self.problem.parameters, self.figure_data.fit
        function = _figures.loss_function(parameters.recorded[0], asked=self._asked)
        marks = function | _figures.loss_against_step()
        if parameters.count > 1:
            marks |= _figures.plane(asked=self._asked)
        if fit.figure:
            marks |= _figures.data_and_fit(*fit.labels)
        return marks
