"""Print the lowest versions that gdwidget allows, as constraints for pip: `make test-lowest`."""

import re
import tomllib
from pathlib import Path

TRIED = ("pandas", "picture", "lab")
"""Of what can be left out, what is tried at its lowest version, too."""

LOWEST = re.compile(r"([\w-]+)>=([\w.]+)")

if __name__ == "__main__":
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = (project["optional-dependencies"][extra] for extra in TRIED)
    for needed in (*project["dependencies"], *(each for extra in extras for each in extra)):
        name, version = LOWEST.match(needed).groups()
        print(f"{name}=={version}")
