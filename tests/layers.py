"""The picture of the layers in CONTRIBUTING.md: ``python -m tests.layers`` draws it anew."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import grimp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "CONTRIBUTING.md"
BEGIN, END = "<!-- Drawn by `python -m tests.layers`. -->\n```text\n", "```\n"


def of_python() -> tuple[list[str], set[tuple[str, str]]]:
    """Return the layers of gdwidget, the highest first, and which imports which."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    graph = grimp.build_graph("gdwidget", cache_dir=None)
    pairs = (
        (module.split(".")[1], imported.split(".")[1])
        for module in graph.modules - {"gdwidget"}
        for imported in graph.find_modules_directly_imported_by(module) - {"gdwidget"}
    )
    return layers, set(pairs)


def of_page_part() -> tuple[list[str], set[tuple[str, str]]]:
    """Return the folders of js/src in the same way."""
    folder = ROOT / "js"
    rules = (folder / ".dependency-cruiser.cjs").read_text(encoding="utf-8")
    listed = re.search(r"LAYERS = \[(.*?)\]", rules, re.DOTALL)
    assert listed
    command: list[Path | str] = [
        ROOT / ".venv/bin/node",
        folder / "node_modules/.bin/depcruise",
        "src",
    ]
    command += ["--output-type", "json"]
    told = subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout
    pairs = (
        (module["source"].split("/")[1], imported["resolved"].split("/")[1])
        for module in json.loads(told)["modules"]
        for imported in module["dependencies"]
        if {module["source"].split("/")[0], imported["resolved"].split("/")[0]} == {"src"}
    )
    return re.findall(r'"(.*?)"', listed[1]), set(pairs)


def drawn(title: str, layers: Sequence[str], pairs: Iterable[tuple[str, str]]) -> str:
    """Return a table in which a layer's row has a mark below the number of each that it imports.

    Examples
    --------
    >>> print(drawn("all", ["top", "middle", "ground"], {("top", "ground"), ("top", "top")}))
    all         1  2  3
     1 top      ╲  ·  ●
     2 middle      ╲  ·
     3 ground         ╲
    """
    found = set(pairs)
    width = max(map(len, layers)) + 4
    rows = [title.ljust(width) + "".join(f"{number:3}" for number in range(1, len(layers) + 1))]
    for row, layer in enumerate(layers):
        marks = [
            "╲" if row == column else "●" if (layer, other) in found else "·" * (column > row)
            for column, other in enumerate(layers)
        ]
        cells = "".join(f"{mark:>3}" for mark in marks)
        rows.append(f"{row + 1:2} {layer}".ljust(width) + cells)
    return "\n".join(map(str.rstrip, rows))


def picture() -> str:
    """Return both tables."""
    return f"{drawn('gdwidget/', *of_python())}\n\n{drawn('js/src/', *of_page_part())}\n"


def parted(guide: str) -> tuple[str, str, str]:
    """Return the text before the picture in the guide, the picture, and the text after it."""
    before, begin, rest = guide.partition(BEGIN)
    now, end, after = rest.partition(END)
    return before + begin, now, end + after


if __name__ == "__main__":
    before, _, after = parted(GUIDE.read_text(encoding="utf-8"))
    GUIDE.write_text(before + picture() + after, encoding="utf-8")
