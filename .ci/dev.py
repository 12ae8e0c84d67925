"""Rebuild the page part at every change, and run JupyterLab with live reload beside it."""

import os
import signal
import subprocess
import sys

if __name__ == "__main__":
    print("Watching js/src. Ctrl+C stops JupyterLab, and the watch with it.", flush=True)
    # esbuild watches until its standard input is closed, so it can't outlive this script.
    with subprocess.Popen(
        ["npm", "--silent", "run", "dev"],  # noqa: S607 (the Makefile puts .venv's npm first)
        cwd="js",
        stdin=subprocess.PIPE,
        start_new_session=True,
    ):
        # Ctrl+C is for JupyterLab, which asks before it ends.
        signal.signal(signal.SIGINT, lambda *_: None)
        lab = subprocess.run(
            [sys.executable, "-m", "jupyterlab", *sys.argv[1:]],
            env=os.environ | {"ANYWIDGET_HMR": "1"},
            check=False,
        )
    sys.exit(lab.returncode)
