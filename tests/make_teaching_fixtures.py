"""What Python says of questions, variants, verdicts and receipts, for the page to say the same.

Run ``python -m tests.make_teaching_fixtures`` after a change to them.
"""

from __future__ import annotations

import json
from typing import Any

from gdwidget import Choice, Explain, Goal, Number, Prediction, Quiz, problems
from gdwidget._teaching.judge import judge
from gdwidget._teaching.receipt import Answer, Receipt, checksum, write_receipt
from gdwidget._teaching.seal import unseal
from tests.layers import ROOT

FILE = ROOT / "tests/fixtures/teaching.json"
STUDENTS = ("", "Ada", "Bob", "张伟", "Zoë 🦊", "a" * 300)


def quiz() -> Quiz:
    """Return a question of every kind."""
    return Quiz(
        [
            Prediction("next_step", name="first", start=[8, -4], hints=("Read the slope.",)),
            Prediction("after", name="ten", steps=10),
            Prediction("end", name="plane", problem=problems.quadratic(), steps=5),
            Prediction("fate", name="fate", learning_rate=[0.09, 0.15, 0.2]),
            Prediction("steps", name="steps", until=1e-3, learning_rate=0.15),
            Prediction("steps", name="never", until=1e-9, learning_rate=1e-4),
            Choice(
                "Where does W <b>move</b>?",
                ("left", "right"),
                name="way",
                truth=lambda timeline: "left" if timeline.state.gradient > 0 else "right",
                mistakes={"right": "wrong_way"},
            ),
            Number(
                "What is the loss after two steps?",
                name="loss",
                truth=lambda timeline: timeline.state.loss,
                steps=2,
                mistakes={186: "That is where it starts."},
            ),
            Explain("Why do the steps become shorter?", name="why", model="The slope does."),
            Goal(name="goal", loss=1e-3, within=3),
        ],
        salt="2026",
    )


_GIVEN: dict[str, list[list[float]]] = {
    "first": [[], [7.38], [7.4], [7.0], [6.9], [8.7], [7.99], [7.69], [-3.38], [-4.62]],
    "ten": [[4.0], [4.5], [1.8], [7.9], [9.0], [2.4], [6.0], [6.3]],
    "plane": [[0.0, 0.0], [10.0, 1.0], [5.9, 0.0], [12.0, 1.0], [5.0, 0.4]],
    "fate": [[0], [1], [2], [3], []],
    "steps": [[11], [12], [13], [16], [17], [10], [-1], [0], []],
    "never": [[-1], [50]],
    "way": [[0], [1], []],
    "loss": [[120.0], [118.0], [150.0], [186.0], [300.0]],
    "why": [[], [2]],
}


def fixture() -> dict[str, Any]:
    """Return what is written."""
    asked = quiz()
    told = asked.told()
    keys, verdicts = [], []
    for question in told["questions"]:
        for variant, each in enumerate(question["variants"]):
            key = unseal(each["sealed"], told["fingerprint"], question["name"], variant)
            keys.append({"name": question["name"], "variant": variant, "key": key})
            for numbers in _GIVEN.get(question["name"], []):
                verdict = judge(question["kind"], key, numbers)._asdict()
                given = {"kind": question["kind"], "key": key, "numbers": numbers}
                verdicts.append({**given, "verdict": verdict["name"], "tag": verdict["tag"]})
    variants = [
        {"student": student, "variants": [asked.variant(n, student) for n in range(len(asked))]}
        for student in STUDENTS
    ]
    return {
        "about": "Written by `python -m tests.make_teaching_fixtures`; do not edit.",
        "questions": told,
        "keys": keys,
        "variants": variants,
        "verdicts": verdicts,
        "receipts": [_receipt(asked, student) for student in STUDENTS],
    }


def _receipt(asked: Quiz, student: str) -> dict[str, Any]:
    answers = (
        Answer(0, asked.variant(0, student), (7.38,), 3, 0, 12),
        Answer(2, 0, (1.5, -0.25), 1, 2, 65_535),
        Answer(3, asked.variant(3, student), ()),
        Answer(8, 0, (2.0,), 0, 0, 90, "Weil die Steigung kleiner wird, 斜率 🦊"),
        Answer(9, 0, (0.2, 0.05, 0.1), 2, 1, 200),
    )
    receipt = Receipt(asked.fingerprint, checksum(asked.salt, student), student, answers)
    entries = [{**each._asdict(), "numbers": list(each.numbers)} for each in answers]
    return {"student": student, "answers": entries, "receipt": write_receipt(receipt)}


if __name__ == "__main__":
    text = json.dumps(fixture(), indent=1, ensure_ascii=False, allow_nan=False)
    FILE.write_text(text + "\n", encoding="utf-8")
