"""Messages of pages that name a subshell of a kernel that is no more.

JupyterLab sends what widgets say over a subshell, and goes on naming it after the kernel was
restarted by someone else. The first such message is still served, by the main shell; but
ipykernel notes the subshell it names as the one for what comes next, and that is then refused.
"""

from __future__ import annotations

from typing import Any

from IPython.core.getipython import get_ipython


def forget_unknown() -> None:
    """Take the subshell out of the message being served, if the kernel has none of that name.

    Examples
    --------
    >>> forget_unknown()
    """
    kernel: Any = getattr(get_ipython(), "kernel", None)
    manager = getattr(getattr(kernel, "shell_channel_thread", None), "manager", None)
    if manager is None:
        return
    header = kernel.get_parent().get("header", {})
    if header.get("subshell_id") not in (None, *manager.list_subshell()):
        header["subshell_id"] = None
