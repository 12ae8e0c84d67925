"""What a widget can be written as: a page, a script, a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gdwidget._languages.speaking import said, speaks
from gdwidget._lowering.payload import Portability
from gdwidget._mixins.looking import Looking
from gdwidget._output import html, plot, script

if TYPE_CHECKING:
    from os import PathLike


@speaks
class Writing(Looking):
    """A widget that can be written to files, and is a picture where no page shows it."""

    @property
    def portable(self) -> Portability:
        """Whether pages without a kernel can take steps themselves, and if not, why.

        Such pages show what was recorded in any case.

        Examples
        --------
        >>> from gdwidget import GDWidget
        >>> GDWidget().portable
        Portability(possible=True, reason='')
        """
        with self._lock:
            reason = self._session.programs()["reason"]
        return Portability(not reason, said(reason))

    def to_html(self, *, title: str = "", text: str = "") -> str:
        """Return a page in which the widget is alive, with all that it needs.

        Parameters
        ----------
        title : str, optional
            Heading, and name of the page.
        text : str, optional
            What to read above the widget; an empty line begins a paragraph. HTML in it is
            shown as it is written.

        Returns
        -------
        str
            It asks no network for anything.

        Raises
        ------
        ArgumentError
            If title or text is no text.
        """
        return html.html(self, self._timeline, title, text, self.language or "en")

    def save_html(self, path: str | PathLike[str], *, title: str = "", text: str = "") -> None:
        """Write the page of `to_html` to a file, whole or not at all.

        Parameters
        ----------
        path : str or path-like
            The file; its folder must exist. An existing file is replaced.
        title, text : str, optional
            As in `to_html`.

        Raises
        ------
        ArgumentError
            If title or text is no text, or the file cannot be written.
        """
        html.save(path, self.to_html(title=title, text=text))

    def to_script(self) -> str:
        """Return a Python script that repeats the current run with numpy, jax and optax alone.

        It prints the article's lines, to its digits; of a widget without steps it takes a run's.

        Raises
        ------
        ArgumentError
            If the source of the loss, or of what it needs, is not known or needs more than
            numpy, jax and optax; if there are more than 20,000 numbers to write; or if the
            batches came from a stream. The message says which.

        Examples
        --------
        >>> from gdwidget import GDWidget
        >>> "import jax" in GDWidget().to_script()
        True
        """
        self._wait("to_script")
        with self._lock:
            return script.to_script(self._timeline, self.run_steps)

    def save_png(self, path: str | PathLike[str]) -> None:
        """Write a picture to a file: the red loss function and the blue path, in fog as in a page.

        Parameters
        ----------
        path : str or path-like
            The file; its folder must exist. An existing file is replaced.

        Raises
        ------
        ArgumentError
            If the file cannot be written.
        ImportError
            If matplotlib is not installed; it says how to install it.
        """
        plot.save(path, plot.png(*self._drawing(), fog=self.fog))

    def save_svg(self, path: str | PathLike[str]) -> None:
        """Write the picture of `save_png` as an SVG; otherwise the same."""
        plot.save(path, plot.svg(*self._drawing(), fog=self.fog))

    def _drawing(self) -> tuple[Any, ...]:
        with self._lock:
            plane = self._session.figure_data.saved_plane(self._timeline)
            return self._timeline, self._session.saved.curve(), plane

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = super()._repr_mimebundle_(**options)
        if bundle is None:
            return None
        data, metadata = bundle
        with self._lock:
            if plot.available():
                return {**data, **plot.mimebundle(*self._drawing(), fog=self.fog)}, metadata
            return {**data, "text/plain": plot.text(self._timeline)}, metadata
