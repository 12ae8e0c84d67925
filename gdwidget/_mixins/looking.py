"""Where a widget stands: what can be read at the cursor, and of the runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gdwidget._landscape import divergence
from gdwidget._languages.speaking import speaks
from gdwidget._mixins.changing import Changing

if TYPE_CHECKING:
    import jax
    import numpy as np
    from numpy.typing import NDArray

    from gdwidget._core.problem import Problem
    from gdwidget._core.state import State, Status
    from gdwidget._history.run import Run
    from gdwidget._history.trajectory import Trajectory
    from gdwidget._landscape.fan import Fan


@speaks
class Looking(Changing):
    """A widget that can be asked where it stands."""

    def __repr__(self) -> str:
        """Return step, parameter and loss: all that is shown where no page is."""
        run, cursor = self._timeline.run, self.cursor
        value, _, loss = run.trajectory.rows(cursor, cursor + 1)[0, :3]
        shown = f"{run.trajectory.name} = {value!s}, loss {loss!s}"
        return f"<GDWidget: step {cursor:,} of {run.last:,}, {shown}>"

    @property
    def problem(self) -> Problem:
        """What is minimised, as it is started now."""
        return self._timeline.problem

    @property
    def device(self) -> jax.Device | jax.sharding.Sharding:
        """Where the next steps are computed; read only, and said as `jax.Array.device` says it.

        Steps that are compiled exactly, see `exact`, are computed on the CPU, whatever else
        there is. Others are computed where their data or parameters were put on purpose, and
        else on what was JAX's default device when the problem was made: a GPU or a TPU where
        there is one. Pictures are computed where steps are by default. Of data that lie on several
        devices it is the sharding.

        Examples
        --------
        >>> from gdwidget import GDWidget
        >>> GDWidget().device.platform
        'cpu'
        """
        return self._session.chosen.descent.place

    @property
    def cursor(self) -> int:
        """The step looked at."""
        return self._timeline.cursor

    @property
    def params(self) -> dict[str, Any]:
        """Value of each parameter at the cursor: numpy.float32, or a pytree of arrays."""
        return dict(self._state().params)

    @property
    def loss(self) -> np.float32:
        """Loss at the cursor, of the batch if there are batches; numpy.float32."""
        return self._state().loss

    @property
    def full_loss(self) -> np.float32:
        """Loss on all data at the cursor, numpy.float32; NaN where it was not measured."""
        state = self._state()
        return state.loss if state.full_loss is None else state.full_loss

    @property
    def aux(self) -> Any:
        """What a loss with ``has_aux`` returned beside its value at the cursor; None without.

        The numbers of every step are in `trajectory`. Arrays are not recorded: the whole
        pytree is computed again from the state, of a stream at the newest step only.

        Examples
        --------
        >>> from gdwidget import GDWidget
        >>> w = GDWidget(lambda W: (W * W, {"cubed": W**3}), 2.0, has_aux=True)
        >>> w.step()
        >>> w.aux, w.trajectory["cubed"].tolist()
        ({'cubed': np.float32(7.5295367)}, [8.0, 7.529536724090576])
        """
        with self._lock:
            return self._timeline.aux

    @property
    def gradient(self) -> Any:
        """Derivative of the loss at the cursor, as `jax.grad` returns it."""
        self._wait("gradient")
        return self._state().gradient

    @property
    def sharpness(self) -> float | None:
        """How sharply the loss on all data curves at the cursor, along the sharpest direction.

        The largest eigenvalue λ of its Hessian: below 0 on a hilltop. Of problems with up to 32
        numbers that learn it is exact, of larger ones found by iteration, to about 1e-3. None for
        a stream, where the loss cannot be derived twice, and where something is not finite.

        Examples
        --------
        >>> from gdwidget import GDWidget
        >>> w = GDWidget()
        >>> round(w.sharpness, 3), round(w.rate_limit, 4)
        (10.333, 0.1935)
        >>> w.optimizer = "momentum"
        >>> round(w.rate_limit, 4)
        0.3677
        """
        self._wait("sharpness")
        with self._lock:
            return self._session.ruler.sharpness(self._timeline)

    @property
    def rate_limit(self) -> float | None:
        """The learning rate above which steps from the cursor grow along the sharpest direction.

        2/λ for plain gradient descent; 2(1 + β)/λ with momentum β; 2(1 + β)/((1 + 2β)λ) for
        Nesterov's; for adam, rmsprop and adagrad by the curvature in the units that they divide
        the gradient by (Cohen et al. 2022, arXiv:2207.14484). Of batches it is that of all data.
        A warning rather than a wall: the curvature is another one a step further. None for other
        optimizers, where the curvature sets no limit, and where `sharpness` is None.
        """
        self._wait("rate_limit")
        with self._lock:
            return self._session.ruler.limit(self._timeline)

    def explain_divergence(self) -> str:
        """Return in one sentence, with what was measured, why the loss grew until the cursor.

        It compares the learning rate with `rate_limit` where the loss was least; of plain
        gradient descent also what the steps did with what a parabola of that curvature predicts.

        Examples
        --------
        >>> from gdwidget import GDWidget
        >>> w = GDWidget(learning_rate=0.2)
        >>> w.run()
        >>> print(w.explain_divergence())
        λ = 10.33 along W. Each step multiplies the distance from the minimum by \
1 − 0.2 · 10.33 = −1.067; measured −1.067.
        """
        self._wait("explain_divergence")
        with self._lock:
            return divergence.explain(self._timeline, self._session.ruler)

    def fan(self) -> Fan:
        """Return all steps that could be next: that of every batch, with the loss it leads to.

        Of every single sample, where a step reads one or all; else of 200 batches of
        `batch_size`. Where there are more than 200 to choose from, the seed chooses. They set out
        from the cursor with the rate that is set and with what the optimizer remembers; nothing
        is recorded.

        Returns
        -------
        Fan
            ``share`` says how many lead uphill, from 0 to 1, by the loss on *all* data;
            ``uphill`` which, ``values`` where to: shape (k, P), dtype float32, of the P
            recorded numbers. ``loss`` and ``losses`` are those on all data before and after,
            ``batches`` has the samples. As a text it is a sentence.

        Raises
        ------
        ArgumentError
            If there are no data, or they come as a stream; if there is no rate for the step.

        Examples
        --------
        >>> from gdwidget import GDWidget
        >>> fan = GDWidget(batch_size=1).fan()
        >>> print(fan)
        0 % of the single samples would lead uphill.
        >>> [round(value, 2) for value in fan.values[:, 0].tolist()]
        [7.88, 8.0, 7.88, 7.52, 6.92, 6.08]
        """
        self._wait("fan")
        with self._lock:
            return self._session.fan()

    @property
    def batch(self) -> NDArray[np.int32] | None:
        """Which samples loss and gradient at the cursor are of; None where it is all."""
        return self._timeline.run.descent.batch(self.cursor)

    @property
    def status(self) -> Status:
        """What follows the cursor.

        ``"ready"``, ``"converged"`` (the gradient is exactly 0, and no step moves from here: a
        minimum, a hilltop or a saddle), ``"diverged"`` (something is
        not finite) or ``"ended"`` (the data have no further batch).
        """
        with self._lock:
            return self._timeline.status

    @property
    def runs(self) -> tuple[Run, ...]:
        """All runs in sight, the current one last."""
        self._wait("runs")
        return self._timeline.runs

    @property
    def trajectory(self) -> Trajectory:
        """All recorded steps of the current run, in columns."""
        self._wait("trajectory")
        return self._timeline.run.trajectory

    def _state(self) -> State:
        with self._lock:
            return self._timeline.state
