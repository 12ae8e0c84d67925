"""A page with questions as a SCORM 1.2 package, which learning platforms take as a zip."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

PAGE = "index.html"
MANIFEST = "imsmanifest.xml"

_MARK = ' class="gdwidget-page"'
_MANIFEST = """\
<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier={identifier} version="1.0"
  xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://www.imsproject.org/xsd/imscp_rootv1p1p2 imscp_rootv1p1p2.xsd
    http://www.adlnet.org/xsd/adlcp_rootv1p2 adlcp_rootv1p2.xsd">
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>1.2</schemaversion>
  </metadata>
  <organizations default="course">
    <organization identifier="course">
      <title>{title}</title>
      <item identifier="lesson" identifierref="page" isvisible="true">
        <title>{title}</title>
      </item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="page" type="webcontent" adlcp:scormtype="sco" href="{page}">
      <file href="{page}"/>
    </resource>
  </resources>
</manifest>
"""


def package(page: str, title: str, fingerprint: str) -> bytes:
    """Return the zip of a page, which tells a learning platform what is answered in it.

    Parameters
    ----------
    page : str
        As from `html.html`.
    title : str
        What the platform calls it.
    fingerprint : str
        Of the questions.

    Examples
    --------
    >>> with zipfile.ZipFile(io.BytesIO(package("<html>", "A & B", "00c0ffee"))) as files:
    ...     files.namelist(), b"A &amp; B" in files.read("imsmanifest.xml")
    (['imsmanifest.xml', 'index.html'], True)
    """
    manifest = _MANIFEST.format(
        identifier=quoteattr(f"gdwidget-{fingerprint}"), title=escape(title), page=PAGE
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr(MANIFEST, manifest)
        files.writestr(PAGE, page.replace(_MARK, f"{_MARK} data-gdwidget-scorm", 1))
    return packed.getvalue()
