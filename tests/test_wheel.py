import os
import shutil
import subprocess
import sys
import tarfile
import textwrap
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NOT_IN_GIT = shutil.ignore_patterns(
    ".git",
    ".*_cache",
    ".hypothesis",
    ".venv",
    "__pycache__",
    "dist",
    "failures",
    "node_modules",
    "static",
)

USE = textwrap.dedent("""
    import gdwidget
    w = gdwidget.GDWidget()
    w.step()
    w.open()
    print(gdwidget.__file__)
    print(str(w.params["W"]))
    print(len(w._esm) > 100, len(w._shared.script) > 100, len(w._shared.style) > 10)
    print(gdwidget.problems.house_prices().samples)
    print(len(w.to_html()) > 1_000_000)
    print("value_and_grad" in w.to_script())
""")


def run(*command: str | Path, cwd: Path, path: Path | None = None) -> str:
    """Run a program, free of what the surrounding environment adds to Python's path.

    ``path`` is a folder that holds all programs there are.
    """
    env = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    if path is not None:
        env["PATH"] = str(path)
    done = subprocess.run(
        command,
        cwd=cwd,
        env=env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build from what a fresh clone holds, as an installer would: sdist, then the wheel from it."""
    work = tmp_path_factory.mktemp("work") / "clone"
    shutil.copytree(ROOT, work, ignore=NOT_IN_GIT)
    run(sys.executable, "-m", "build", cwd=work)
    return work / "dist"


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    (found,) = dist.glob("*.whl")
    return found


def test_the_wheel_holds_the_built_page_part(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        sizes = {info.filename: info.file_size for info in archive.infolist()}
    assert sizes["gdwidget/static/loader.js"] > 100
    assert sizes["gdwidget/static/widget.js"] > 100
    assert sizes["gdwidget/static/widget.css"] > 10
    assert sizes["gdwidget/static/engine.js"] > 10_000
    assert sizes["gdwidget/static/zh.js"] > 10_000
    assert sizes["gdwidget/static/page.js"] > 100_000
    assert sizes["gdwidget/static/page-zh.js"] > 1000
    assert sizes["gdwidget/static/page.css"] > 1000
    assert "gdwidget/py.typed" in sizes
    assert sizes["gdwidget/problems/data/windsor.csv"] > 10_000
    assert sizes["gdwidget/problems/data/README.md"] > 500
    assert sizes["gdwidget/_output/script/template.py.txt"] > 1000


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    roots = {name.split("/")[0] for name in names}
    (info,) = (root for root in roots if root.endswith(".dist-info"))
    assert roots == {"gdwidget", info}
    assert f"{info}/licenses/LICENSE" in names
    assert {Path(name).suffix for name in names if name.startswith("gdwidget/")} <= {
        ".py",
        ".js",
        ".css",
        ".typed",
        ".csv",
        ".md",
        ".txt",
    }


def test_the_sdist_holds_the_page_parts_sources(dist: Path) -> None:
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "js/package.json",
        "js/package-lock.json",
        "js/src/app/widget.ts",
        "js/src/app/widget.css",
        "js/src/app/style/theme.css",
        "gdwidget/static/loader.js",
        "gdwidget/static/widget.js",
        "gdwidget/static/engine.js",
        "gdwidget/static/teaching.js",
        "gdwidget/static/presenting.js",
        "gdwidget/static/zh.js",
        "gdwidget/static/page.js",
        "gdwidget/static/page-zh.js",
        "pyproject.toml",
        "LICENSE",
    } <= names
    assert not any("node_modules" in name for name in names)


@pytest.fixture(scope="module")
def no_node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for PATH with git and a shell, and neither Node nor npm."""
    folder = tmp_path_factory.mktemp("bin")
    for name in ("git", "sh", "env"):
        (folder / name).symlink_to(shutil.which(name) or "")
    return folder


def built_by_pip(source: str, folder: Path, no_node: Path) -> set[str]:
    """Return the files of the wheel that pip makes of a source where there is no Node."""
    command = (sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", folder, source)
    run(*command, cwd=folder, path=no_node)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_sdist_is_installed_without_node(
    dist: Path, wheel: Path, no_node: Path, tmp_path: Path
) -> None:
    (sdist,) = dist.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        assert built_by_pip(str(sdist), tmp_path, no_node) == set(archive.namelist())


def test_a_repository_is_installed_without_node(wheel: Path, no_node: Path, tmp_path: Path) -> None:
    """As the line for Colab does; PyPI's node builds the page part."""
    clone = tmp_path / "repository"
    shutil.copytree(ROOT, clone, ignore=NOT_IN_GIT)
    author = ("-c", "user.name=a", "-c", "user.email=a@b")
    for command in (("init", "-q"), ("add", "-A"), (*author, "commit", "-qm", "all")):
        run("git", *command, cwd=clone)
    made = tmp_path / "made"
    made.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert built_by_pip(f"git+file://{clone}", made, no_node) == names


def test_a_clean_environment_can_use_the_wheel(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--no-compile",
        wheel,
        cwd=tmp_path,
    )
    told = run(python, "-I", "-c", USE, cwd=tmp_path).splitlines()[-6:]
    file, weight, texts, sales, page, script = told
    assert Path(file).is_relative_to(tmp_path)
    assert weight == "7.38"
    assert texts == "True True True"
    assert sales == "546"
    assert page == script == "True"
