"""Measure speed and size against their baselines and print one table.

`python -m tests.bench` measures all rows, `--rows step,drawn` some of them, `--markdown` prints
the table as the README shows it. A goal that is missed is printed as missed; the exit code is 1
only if something could not be measured.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import time
import traceback
import warnings
from typing import TYPE_CHECKING

with warnings.catch_warnings():
    # bqscales declares its Date traits in traitlets' old way.
    warnings.filterwarnings("ignore", "metadata .* was set from the constructor")
    from tests.bench import kernel, offline, page, size, training
    from tests.bench.table import Row, as_markdown, as_text

if TYPE_CHECKING:
    from collections.abc import Callable

    Measure = Callable[[], list[Row]]

NAMES = (*kernel.ROWS, *training.ROWS, *page.NAMES, *offline.ROWS, *size.ROWS)
_BUSY = 1.0


def main() -> int:
    """Measure what was asked for and print it."""
    options = _options()
    load = os.getloadavg()[0]
    if load > _BUSY:
        _say(f"This machine is busy (load {load:.1f}): expect the times to scatter.")
    rows: list[Row] = []
    failed: list[str] = []
    groups = (
        (kernel.ROWS, lambda: contextlib.nullcontext(kernel.ROWS)),
        (training.ROWS, lambda: contextlib.nullcontext(training.ROWS)),
        (page.NAMES, page.opened),
        (offline.ROWS, lambda: contextlib.nullcontext(offline.ROWS)),
        (size.ROWS, lambda: contextlib.nullcontext(size.ROWS)),
    )
    for names, opened in groups:
        wanted = [name for name in names if name in options.rows]
        if not wanted:
            continue
        try:
            with opened() as measures:
                for name in wanted:
                    _measure(name, measures[name], rows, failed)
        except Exception:  # noqa: BLE001 - the other groups are measured all the same
            traceback.print_exc()
            failed += [name for name in wanted if name not in failed]
    print((as_markdown if options.markdown else as_text)(rows))
    if failed:
        _say(f"Could not be measured: {', '.join(failed)}.")
    return 1 if failed else 0


def _measure(name: str, measure: Measure, rows: list[Row], failed: list[str]) -> None:
    began = time.monotonic()
    try:
        rows += measure()
    except Exception:  # noqa: BLE001 - the other rows are measured all the same
        traceback.print_exc()
        failed.append(name)
    _say(f"{name}: {time.monotonic() - began:.0f} s")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--rows",
        type=_names,
        default=NAMES,
        metavar="NAME,NAME",
        help=f"which rows, of {', '.join(NAMES)}; by default all",
    )
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    return parser.parse_args()


def _names(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in NAMES:
            raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(NAMES)}")
    return names


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
