"""Messages of pages that name a subshell that is no more.

JupyterLab sends what widgets say over a subshell. It goes on naming it after the kernel was
restarted by someone else, and deletes it when the last widget is closed, though another may have
been shown meanwhile. The first message of a widget is served by the main shell all the same; but
ipykernel notes the subshell it names as the one for what comes next, and that is then refused.
"""

from __future__ import annotations

from typing import Any

from IPython.core.getipython import get_ipython

_ROUTE = "_reply_subshell_for"
"""What ipykernel asks of a comm, from 7.4 on: which subshell is to serve a message to it."""


def serve_unknown(comm: object) -> None:
    """Have the main shell serve what is sent to a comm over a subshell that is no more.

    Parameters
    ----------
    comm : comm.base_comm.BaseComm or None
        One that knows nothing of subshells is left alone.

    Examples
    --------
    >>> serve_unknown(None)
    """
    kernel: Any = getattr(get_ipython(), "kernel", None)
    manager = getattr(getattr(kernel, "shell_channel_thread", None), "manager", None)
    route: Any = getattr(comm, _ROUTE, None)
    if manager is None or route is None:
        return

    def known(data: object, default: str | None) -> str | None:
        subshell: str | None = route(data, default)
        return subshell if subshell in manager.list_subshell() else None

    setattr(comm, _ROUTE, known)
