"""A Jupyter server, a kernel and a browser for the browser tests, and what a failure leaves."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ui.aftermath import (
    FAILURES,
    WATCHED,
    pytest_pyfunc_call,
    pytest_runtest_makereport,
    pytest_runtest_teardown,
    the_browser,
)
from tests.ui.desk import Desk, SharedDesk
from tests.ui.server import JupyterServer, Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ui.desk import Browser
    from tests.ui.view import View

__all__ = ["pytest_pyfunc_call", "pytest_runtest_makereport", "pytest_runtest_teardown"]

_SHARED = pytest.StashKey[SharedDesk]()


def pytest_collection_finish() -> None:
    """Remove what earlier failures left, before the first test of any process begins."""
    shutil.rmtree(Path(__file__).parent / FAILURES, ignore_errors=True)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    """Return a server that is the tests' own: nobody's settings, nobody's kernels."""
    server = JupyterServer(tmp_path_factory.mktemp("jupyter"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def kernel(server: JupyterServer) -> Iterator[Kernel]:
    """Return the kernel of all notebooks on `desk`; it holds no widgets when a test starts."""
    kernel = Kernel(server)
    yield kernel
    kernel.close()


@pytest.fixture(scope="session")
def shared_kernel(server: JupyterServer) -> Iterator[Kernel]:
    """Return the kernel of `shared`: a page gets all widgets of its kernel, so each has its own."""
    kernel = Kernel(server)
    yield kernel
    kernel.close()


@pytest.fixture
def browser(request: pytest.FixtureRequest) -> Browser:
    """Return the one browser, started when it is first needed."""
    return the_browser(request.config)


@pytest.fixture
def kind() -> type[Desk]:
    """Return what kind of a desk it is; a module of tests may have another."""
    return Desk


@pytest.fixture
def desk(
    request: pytest.FixtureRequest,
    server: JupyterServer,
    kernel: Kernel,
    browser: Browser,
    kind: type[Desk],
) -> Iterator[Desk]:
    """Return a desk to open notebooks on."""
    desk = kind(server, kernel, browser)
    request.node.stash[WATCHED] = desk
    yield desk
    desk.close()


@pytest.fixture
def shared(
    request: pytest.FixtureRequest,
    server: JupyterServer,
    shared_kernel: Kernel,
    browser: Browser,
) -> SharedDesk:
    """Return the desk with the page that tests share; one that changes the page takes `desk`."""
    stash = request.config.stash
    if _SHARED not in stash or not stash[_SHARED].is_on(server, browser):
        stash[_SHARED] = SharedDesk(server, shared_kernel, browser)
    request.node.stash[WATCHED] = stash[_SHARED]
    return stash[_SHARED]


@pytest.fixture
def article(shared: SharedDesk) -> View:
    """Return the article's widget, just shown by its cell."""
    return shared.show()
