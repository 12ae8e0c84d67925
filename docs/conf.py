"""Settings of the site; `build.py` lays out its sources and has Sphinx build them."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.util.inspect import stringify_signature
from traitlets import HasTraits

import gdwidget
from gdwidget import problems

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "gdwidget"
author = "gdwidget contributors"
copyright = author  # noqa: A001 - Sphinx's name for it
release = version = gdwidget.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.napoleon"]
exclude_patterns = ["README.md"]  # other pages include its parts
templates_path = ["_templates"]
default_role = "py:obj"  # `name` in a docstring
suppress_warnings = ["ref.python"]  # two modules may use one name inside

html_theme = "furo"
html_title = "gdwidget"
html_static_path = ["_static"]
html_css_files = ["page.css", "site.css"]
html_js_files = ["frames.js"]
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
# The extracts are fetched, which a browser refuses for pages from disk.
html_show_search_summary = False
html_math_renderer = "mathml"

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3

nb_execution_mode = "off"  # build.py has run them
nb_code_prompt_show = "Show the code that asks"
nb_code_prompt_hide = "Hide the code that asks"
# Our own bundle in place of require.js and a CDN: it draws every widget state on the page.
nb_ipywidgets_js = {"page.js": {"defer": "defer"}}

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say it in words
autosummary_context = {
    "documented_elsewhere": ", ".join(gdwidget.__all__),
    # A module with the name of its function would be described twice.
    "left_out": {"gdwidget": ["__main__"], "gdwidget.problems": problems.__all__},
}
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False


def formula(translator: Any, node: nodes.Element) -> None:
    """Write a formula as MathML, which browsers draw by themselves."""
    if isinstance(node, nodes.math_block):
        written = convert(node.astext(), display="block")
        translator.body.append(f'<div class="formula">{written}</div>\n')
    else:
        translator.body.append(convert(node.astext()))
    raise nodes.SkipNode


def signature_of_traits(
    _app: Sphinx, _what: str, _name: str, found: object, *_others: object
) -> tuple[str, None] | None:
    """Write the signature of a class with traits: they hide it behind a general one."""
    if not (inspect.isclass(found) and issubclass(found, HasTraits)):
        return None
    _self, *arguments = inspect.signature(found.__init__).parameters.values()
    arguments = [each for each in arguments if each.kind != each.VAR_KEYWORD]  # is refused
    return stringify_signature(inspect.Signature(arguments), show_annotation=False), None


def language_of_page(
    _app: Sphinx, page: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """Say in a page's head that it is Chinese, where it is."""
    if page == "zh" or page.startswith("notebooks/zh/"):
        context["language"] = "zh-CN"


def setup(app: Sphinx) -> None:
    """Tell Sphinx of what is particular to this site."""
    app.add_html_math_renderer("mathml", (formula, None), (formula, None))
    app.connect("autodoc-process-signature", signature_of_traits)
    app.connect("html-page-context", language_of_page)
