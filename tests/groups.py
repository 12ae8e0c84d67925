"""Which tests go to one process, where there are several."""

from __future__ import annotations

GROUPS = {
    "tests/ui/": "JupyterLab",  # share a server and a page
    "tests/pages/": "pages",  # share one notebook's pages
    "tests/test_docs.py": "lessons",  # share the lessons as they were run
    "tests/test_notebooks.py": "lessons",
}
"""Groups by where their tests are, those that take longest first."""


def group_of(nodeid: str) -> str:
    """Return the group of a test; without one it is its file."""
    path = nodeid.split("::", maxsplit=1)[0]
    return next((group for start, group in GROUPS.items() if path.startswith(start)), path)


def place_of(nodeid: str) -> int:
    """Return which place in the order of groups a test has."""
    order = list(dict.fromkeys(GROUPS.values()))
    group = group_of(nodeid)
    return order.index(group) if group in order else len(order)
