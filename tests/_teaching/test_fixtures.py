"""The page is tested with what Python says: these files are up to date."""

from __future__ import annotations

import json

from tests.make_teaching_fixtures import FILE, fixture


def test_the_file_is_what_python_says() -> None:
    assert json.loads(FILE.read_text(encoding="utf-8")) == json.loads(json.dumps(fixture()))
