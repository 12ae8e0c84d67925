"""Which tests go to one process, where there are several."""

from __future__ import annotations

from fnmatch import fnmatchcase

GROUPS = {
    "tests/ui/test_[a-l]*": "JupyterLab",  # share a server and a page
    "tests/ui/*": "JupyterLab again",  # the same: in one process these would end last, alone
    "tests/pages/*": "pages",  # share one notebook's pages
    "tests/test_docs.py": "lessons",  # share the lessons as they were run
    "tests/test_notebooks.py": "lessons",
    "tests/test_lesson_questions.py": "lessons",
    "tests/test_chinese_lessons.py": "lessons",
}
"""Groups by where their tests are, those that take longest first; the first that fits counts."""


def group_of(nodeid: str) -> str:
    """Return the group of a test; without one it is its file."""
    path = nodeid.split("::", maxsplit=1)[0]
    return next((group for place, group in GROUPS.items() if fnmatchcase(path, place)), path)


def place_of(nodeid: str) -> int:
    """Return which place in the order of groups a test has."""
    order = list(dict.fromkeys(GROUPS.values()))
    group = group_of(nodeid)
    return order.index(group) if group in order else len(order)
