"""What a widget can be written as: a page, a script, a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gdwidget import drawn, lesson
from gdwidget.portable import Portability

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from os import PathLike
    from pathlib import Path

    from gdwidget.exported import Exported
    from gdwidget.pictures import Pictures
    from gdwidget.saved import SavedState
    from gdwidget.timeline import Timeline


class Exports:
    """The part of `GDWidget` that writes it down, as far as it has come."""

    _timeline: Timeline
    _pictures: Pictures
    _saved: SavedState
    _exported: Exported
    _lock: AbstractContextManager[Any]

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
            reason = self._exported.payload()["reason"]
        return Portability(not reason, reason)

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
        return lesson.html(self, title, text)  # type: ignore[arg-type]

    def save_html(self, path: str | PathLike[str], *, title: str = "", text: str = "") -> Path:
        """Write the page of `to_html` to a file, whole or not at all.

        Parameters
        ----------
        path : str or path-like
            The file; its folder must exist. An existing file is replaced.
        title, text : str, optional
            As in `to_html`.

        Returns
        -------
        pathlib.Path
            Where it is.

        Raises
        ------
        ArgumentError
            If title or text is no text, or the file cannot be written.
        """
        return lesson.save(path, self.to_html(title=title, text=text))

    def save_png(self, path: str | PathLike[str]) -> Path:
        """Write a picture to a file: the red loss function and the blue path.

        Parameters
        ----------
        path : str or path-like
            The file; its folder must exist. An existing file is replaced.

        Returns
        -------
        pathlib.Path
            Where it is.

        Raises
        ------
        ArgumentError
            If the file cannot be written.
        ImportError
            If matplotlib is not installed; it says how to install it.
        """
        return drawn.save(path, drawn.png(*self._drawing()))

    def save_svg(self, path: str | PathLike[str]) -> Path:
        """Write the picture of `save_png` as an SVG; otherwise the same."""
        return drawn.save(path, drawn.svg(*self._drawing()))

    def _drawing(self) -> tuple[Any, ...]:
        with self._lock:
            plane = self._pictures.saved_plane(self._timeline)
            return self._timeline, self._saved.curve(), plane

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)  # type: ignore[misc]
        if bundle is None:
            return None
        data, metadata = bundle
        with self._lock:
            return {**data, **drawn.mimebundle(*self._drawing())}, metadata
