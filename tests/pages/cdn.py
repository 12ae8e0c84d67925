"""Copies on this machine of what saved pages load from the internet."""

from __future__ import annotations

import mimetypes
import re
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from playwright.sync_api import Route

ROOT = Path(__file__).resolve().parents[2]
NODE_MODULES = ROOT / "js" / "node_modules"
NBEXTENSIONS = Path(sysconfig.get_path("data")) / "share" / "jupyter" / "nbextensions"

_PACKAGE = re.compile(
    r"https://(?:unpkg\.com|cdn\.jsdelivr\.net/npm)/"
    r"(?P<name>(?:@[^/@]+/)?[^/@]+)@(?P<version>[^/]+)/(?P<path>[^?#]+)"
)
_SCRIPT = re.compile(r"https://cdnjs\.cloudflare\.com/ajax/libs/(?P<name>[^/]+)/")
_SCRIPTS = {
    "require.js": NODE_MODULES / "requirejs" / "require.js",
    "jquery": NODE_MODULES / "jquery" / "dist" / "jquery.min.js",
}
_IN_NBEXTENSIONS = ("anywidget", "bqplot", "bqscales")
_WITHOUT_FORMULAS = "window.MathJax = { Hub: { Config() {}, Queue() {}, getAllJax() {} } };"
_STAND_INS = (
    (re.compile(r"/mathjax/2"), _WITHOUT_FORMULAS),
    (re.compile(r"/mathjax@3/"), ""),
    (
        re.compile(r"/mermaid(?:-layout-elk)?/"),
        "export default { initialize() {}, registerLayoutLoaders() {} };",
    ),
    (re.compile(r"^https://fonts\.googleapis\.com/"), ""),
    (re.compile(r"/font-awesome/|/@fortawesome/"), ""),
)
_ANYONE = {"access-control-allow-origin": "*"}


def answer(route: Route) -> bool:
    """Answer from here what the internet is asked for; return whether there is an answer."""
    request = route.request
    file, text = _copy(unquote(request.url)), _stand_in(request.url)
    if file is not None:
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        route.fulfill(path=file, content_type=kind, headers=_ANYONE)
    elif text is not None:
        kind = "text/css" if request.resource_type == "stylesheet" else "text/javascript"
        route.fulfill(body=text, content_type=kind, headers=_ANYONE)
    else:
        return False
    return True


def _stand_in(url: str) -> str | None:
    """Return a text in place of what sets formulas, charts and type: the tests show none."""
    return next((text for pattern, text in _STAND_INS if pattern.search(url)), None)


def _copy(url: str) -> Path | None:
    """Return the file that stands for an address, or None if there is none."""
    package = _PACKAGE.match(url)
    if package:
        name, path = package["name"], package["path"]
        if name in _IN_NBEXTENSIONS:
            found = NBEXTENSIONS / name / path.removeprefix("dist/")
        else:
            found = NODE_MODULES / name / path
    else:
        script = _SCRIPT.match(url)
        found = _SCRIPTS.get(script["name"], Path()) if script else Path()
    return found if found.is_file() else None
