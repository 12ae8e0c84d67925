"""Use the widget as nobody does, for about ten minutes, and count what differs.

`python -m tests.soak` does all parts, `--parts messages pages` some of them; `--seed 7` does the
same again. The exit code is 1 if anything differed or a part did not get done in its time.
"""

from __future__ import annotations

import argparse
import multiprocessing
import secrets
import sys
from concurrent.futures import ProcessPoolExecutor

from tests.soak.parts import PARTS, done, say
from tests.soak.table import as_markdown

_AT_ONCE = 2


def main() -> int:
    """Do what was asked for and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31))
    options = parser.parse_args()
    say(f"Seed {options.seed}.")
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(_AT_ONCE, context) as pool:
        begun = [pool.submit(done, name, options.seed) for name in options.parts]
        parts = [each.result() for each in begun]
    print(as_markdown(parts))
    return 0 if all(part.well for part in parts) else 1


if __name__ == "__main__":
    sys.exit(main())
