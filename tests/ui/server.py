"""A real Jupyter server for the browser tests: JupyterLab and Notebook 7, and one kernel."""

from __future__ import annotations

import ast
import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

import nbformat
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_core.paths import jupyter_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

Theme = Literal["JupyterLab Light", "JupyterLab Dark"]

_START_SECONDS = 120
_ANSWER_SECONDS = 120
_CLEAN_SECONDS = 60
_SETTINGS = {
    # What Jupyter would otherwise lay over the page, or ask the internet for.
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
}
_THEMES = "lab/user-settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings"
_KERNELSPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}


class JupyterServer:
    """JupyterLab under /lab and Notebook 7 under /notebooks, with folders of their own.

    It may lack extensions that the kernel's environment has, as on a JupyterHub.
    """

    def __init__(self, folder: Path, lacks: Collection[str] = ()) -> None:
        self.notebooks = folder / "notebooks"
        self.runtime = folder / "runtime"
        self._config = folder / "config"
        self._log_path = folder / "server.log"
        overrides = self._config / "labconfig" / "default_setting_overrides.json"
        for made in (self.notebooks, self.runtime, overrides.parent):
            made.mkdir(parents=True)
        overrides.write_text(json.dumps(_SETTINGS))
        self._environment = {
            **{name: text for name, text in os.environ.items() if name != "ANYWIDGET_HMR"},
            "JUPYTER_CONFIG_DIR": str(self._config),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.runtime),
            "IPYTHONDIR": str(folder / "ipython"),
            "JAX_PLATFORMS": "cpu",
            # Each widget compiles the same program: half a second of every test.
            "JAX_COMPILATION_CACHE_DIR": str(folder / "compiled"),
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
            "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
        }
        self._port = free_port()
        self._extensions = _without(lacks, folder / "labextensions") if lacks else ()
        self._log: IO[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        self._log = self._log_path.open("wb")
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
                *(f"--ServerApp.port={self._port}", "--ServerApp.port_retries=0"),
                f"--ServerApp.root_dir={self.notebooks}",
                *("--IdentityProvider.token=", "--PasswordIdentityProvider.hashed_password="),
                "--ServerApp.disable_check_xsrf=True",
                "--LabApp.news_url=",
                *self._extensions,
                # The tests run cells by command, as the menus do.
                "--LabApp.expose_app_in_browser=True",
                "--JupyterNotebookApp.expose_app_in_browser=True",
            ],
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env=self._environment,
        )
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                message = f"The Jupyter server did not start:\n{self._log_path.read_text()}"
                raise RuntimeError(message)
            time.sleep(0.05)  # between two looks

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=_ANSWER_SECONDS)
        if self._log is not None:
            self._log.close()

    def request(self, method: str, path: str, body: object = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_ANSWER_SECONDS)
        try:
            connection.request(method, f"/api/{path}", None if body is None else json.dumps(body))
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        if answer.status >= http.client.BAD_REQUEST:
            message = f"{method} {path}: {answer.status} {text}"
            raise RuntimeError(message)
        return json.loads(text) if text else None

    def write_notebook(self, name: str, cells: Sequence[str]) -> None:
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in cells],
            metadata={"kernelspec": _KERNELSPEC},
        )
        nbformat.write(notebook, self.notebooks / name)

    def read_notebook(self, name: str) -> Any:
        return nbformat.read(self.notebooks / name, as_version=nbformat.NO_CONVERT)

    def copy_notebook(self, path: Path, name: str) -> None:
        shutil.copyfile(path, self.notebooks / name)

    def set_theme(self, theme: Theme) -> None:
        """Choose the theme of pages opened from now on."""
        settings = self._config / _THEMES
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(json.dumps({"theme": theme}))

    def disable(self, *extensions: str) -> None:
        """Have pages opened from now on do without some extensions, and no others."""
        settings = self._config / "labconfig" / "page_config.json"
        disabled = dict.fromkeys(extensions, True)
        settings.write_text(json.dumps({"disabledExtensions": disabled}))

    def _answers(self) -> bool:
        try:
            self.request("GET", "status")
        except (OSError, http.client.HTTPException, RuntimeError):
            return False
        return True


class Kernel:
    """A kernel that is handed from test to test and cleaned in between: importing jax is slow."""

    def __init__(self, server: JupyterServer) -> None:
        self._server = server
        self.id: str = server.request("POST", "kernels", {"name": "python3"})["id"]
        self._client = self._connect()
        self.run("import gdwidget\ngdwidget.GDWidget().run()")
        self.clean()

    def attach(self, notebook: str) -> None:
        """Make this the kernel of a notebook."""
        body = {"path": notebook, "name": notebook, "type": "notebook", "kernel": {"id": self.id}}
        self._server.request("POST", "sessions", body)

    def run(self, code: str) -> None:
        """Run code beside the notebook, when the kernel is free."""
        self._ask(code, {})

    def value(self, expression: str) -> Any:
        """Return what an expression is worth, as far as it can be written down."""
        written = self._ask("", {"value": f"repr({expression})"})
        return ast.literal_eval(ast.literal_eval(written["value"]["data"]["text/plain"]))

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Let the kernel do nothing at all for a while, as on a machine that is very busy."""
        process = self.value("__import__('os').getpid()")
        os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(process, signal.SIGCONT)

    def clean(self) -> None:
        """Close all widgets and forget all names; a kernel that doesn't answer starts anew."""
        code = (
            "from ipywidgets import Widget\nWidget.close_all()\n"
            "get_ipython().run_line_magic('reset', '-f')\nimport gdwidget"
        )
        try:
            self._ask(code, {}, seconds=_CLEAN_SECONDS)
        except TimeoutError:
            self.renew()
            self.run(code)

    def renew(self) -> None:
        """Start a kernel in its place that has not imported anything."""
        self._client.stop_channels()
        self._server.request("POST", f"kernels/{self.id}/restart")
        self._client = self._connect()

    def close(self) -> None:
        self._client.stop_channels()

    @contextlib.contextmanager
    def another_client(self) -> Iterator[BlockingKernelClient]:
        """Give a front end that is no page, and hears what the kernel tells all of them."""
        client = self._connect(hears=True)
        client.wait_for_ready(timeout=_ANSWER_SECONDS)
        try:
            yield client
        finally:
            client.stop_channels()
            self.clean()

    def _connect(self, *, hears: bool = False) -> BlockingKernelClient:
        path = self._server.runtime / f"kernel-{self.id}.json"
        client = BlockingKernelClient(connection_file=str(path))
        client.load_connection_file()
        client.start_channels(iopub=hears, stdin=False, hb=hears)
        return client

    def _ask(
        self, code: str, expressions: dict[str, str], seconds: float = _ANSWER_SECONDS
    ) -> dict[str, Any]:
        reply = self._client.execute(
            code,
            silent=True,
            store_history=False,
            user_expressions=expressions,
            reply=True,
            timeout=seconds,
        )
        content = reply["content"]
        if content["status"] == "aborted":  # it was waiting when a cell before it failed
            return self._ask(code, expressions, seconds)
        answers: dict[str, Any] = content.get("user_expressions", {})
        for result in (content, *answers.values()):
            if result["status"] != "ok":
                message = f"{code}{expressions}: {result['ename']}: {result['evalue']}"
                raise RuntimeError(message)
        return answers


def _without(lacks: Collection[str], folder: Path) -> tuple[str, ...]:
    """Return what has JupyterLab find its extensions in a folder that lacks some."""
    folder.mkdir()
    for path in jupyter_path("labextensions"):
        for extension in Path(path).glob("*"):
            if extension.name not in lacks and not (folder / extension.name).exists():
                (folder / extension.name).symlink_to(extension)
    return (f"--LabApp.labextensions_path={folder}",)


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
