"""Check that all files that name gdwidget's version name the same, and a tag if one is given."""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMED = re.compile(r"^ *version: (\d\S*)$", re.MULTILINE)


def versions() -> dict[str, str]:
    """Return the version in each file; js/package.json has the one that counts."""
    found = {"js/package.json": json.loads(_text("js/package.json"))["version"]}
    for name in ("CITATION.cff", "conda/recipe.yaml"):
        (found[name],) = NAMED.findall(_text(name))
    return found


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


if __name__ == "__main__":
    named = versions() | {f"tag {tag}": tag.removeprefix("v") for tag in sys.argv[1:]}
    if len(set(named.values())) > 1:
        sys.exit("\n".join(f"{name}: {version}" for name, version in named.items()))
    print(next(iter(named.values())))
