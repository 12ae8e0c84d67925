"""What the kernel sends and saves: dicts, made by `packing`.

A text beside a type says in the page what the field is.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias, TypedDict

from numpy.typing import NDArray

from gdwidget._sync.messages.requests import Part, Slice  # noqa: TC001 - the page's types need them

VERSION = 1
"""Version of the saved state; a page that meets a newer one says so."""

QuestionKind: TypeAlias = Literal[
    "next_step", "after", "end", "fate", "steps", "choice", "number", "explain", "goal"
]
Status: TypeAlias = Literal["ready", "converged", "diverged", "ended"]
LookFigure: TypeAlias = Literal["curve", "boundary", "scatter"]

Floats: TypeAlias = NDArray[Any]
"""An array that travels in a buffer of its own; where it does not apply, it is left out."""

Base64: TypeAlias = str


class Batches(TypedDict):
    """The batches of a run."""

    size: Annotated[int, "Samples in a full batch."]
    count: Annotated[
        int,
        "Batches an epoch; 0 for a stream that ends, and for one that is read again as long as "
        "nobody knows how many it has, or where they are not always as many.",
    ]


class NextUpdate(TypedDict):
    """Where the coming update leads, as the kernel knows it."""

    values: Annotated[dict[str, float], "The next value of each recorded scalar."]
    terms: Annotated[dict[str, float], "The optimizer's own numbers for the first of them."]


class NextStep(TypedDict):
    """What is told of the step after the cursor."""

    cursor: int
    rate: Annotated[float | None, "Its learning rate; null where the schedule has none."]
    recompiled: Annotated[bool, "Whether it begins a new run at whatever rate."]
    coming: Annotated[NextUpdate | None, "Null where value - rate * gradient says where it leads."]


class RunSettings(TypedDict):
    """What takes the steps of a run, and at which rates; how it was stepped last."""

    optimizer: str
    takes_rate: Annotated[bool, "Whether the learning rate makes any difference."]
    batch_size: Annotated[int, "0 for all samples."]
    decay: str
    peak: Annotated[float, "The learning rate; where it decays, at its highest."]
    run_steps: Annotated[int, "How many steps a decay is made for."]


class Given(TypedDict):
    """Which of a run's first rows were recorded elsewhere, as of a training loop."""

    last: Annotated[int, "The last of them; the rows after it were computed."]
    every: Annotated[int, "How many steps of the loop one is; of the last fewer. 0: of each other."]
    end: Annotated[int, "Which step of the loop the last of them is."]


class RunFields(TypedDict):
    """What a page knows of a run beside its rows and its number."""

    parent: int | None
    fork: int
    params: dict[str, float]
    extras: Annotated[list[str], "Names of the columns after the first four."]
    status: Annotated[Status, "What follows the last row; every earlier row is ready."]
    batches: Batches | None
    settings: RunSettings
    given: Given | None
    last: int


class Delta(RunFields, NextStep):
    """New rows of a run; the buffer holds ``n`` of them in 4 + len(extras) columns."""

    kind: Literal["delta"]
    run: int
    runs: list[int]
    start: int
    n: int
    request: str
    seconds: Annotated[float, "How long the steps that were asked for took."]


class Ahead(NextStep):
    """A step taken ahead, recorded only if it is asked for; the buffer holds its row."""

    kind: Literal["ahead"]
    run: int
    status: Annotated[Status, "What follows it."]
    request: str


class Landscape(TypedDict):
    """Header of the loss along a number; its buffer holds values, then losses."""

    kind: Literal["landscape"]
    n: int
    more: Annotated[bool, "Whether the kernel has yet to evaluate points between these."]
    request: str


class Plane(TypedDict):
    """The loss on a plane through the parameters."""

    slice: Slice
    x: Annotated[str, "The axis labels."]
    y: str
    low_x: float
    high_x: float
    low_y: float
    high_y: float
    n: Annotated[int, "Grid points a side."]
    explained: Annotated[float | None, "Share of the path's variance that it holds, 0 to 1."]
    least: Annotated[float | None, "The least loss on it."]
    recorded: Annotated[bool, "Whether the path is the columns x and y of the record."]
    more: Annotated[bool, "Whether the kernel has yet to evaluate points between these."]


class PlaneArrays(TypedDict):
    """The arrays of a plane."""

    losses: Annotated[Floats, "Row after row of n losses; a row has one y."]
    contour_x: Annotated[Floats, "Lines of equal loss, with NaN between each two."]
    contour_y: Floats
    contour_levels: Annotated[Floats, "The loss on each of these lines."]
    steps: Annotated[Floats, "The path of the current run; empty where it is recorded."]
    path_x: Floats
    path_y: Floats


class Look(TypedDict):
    """Data, model and batch at a step."""

    step: int
    figure: LookFigure | None
    x: Annotated[str, "The axis labels."]
    y: str


class LookArrays(TypedDict, total=False):
    """The arrays of a look; those that do not apply are empty."""

    inputs: Floats
    targets: Floats
    predictions: Floats
    curve_x: Annotated[Floats, "The model between the samples."]
    curve_y: Floats
    inputs_x: Annotated[Floats, "The two features of a classifier."]
    inputs_y: Floats
    boundary_x: Annotated[Floats, "The lines between its classes, with NaN between each two."]
    boundary_y: Floats
    samples: Annotated[Floats, "Which samples of the data these are, ascending."]
    batch: Annotated[Floats, "Positions among these of the samples in the batch."]
    batch_values: Annotated[Floats, "The batch's own loss along the first parameter."]
    batch_losses: Floats


class OfArrays(TypedDict):
    """What a plane or look has beside its fields where it is sent: a buffer for each name."""

    kind: Literal["plane", "look"]
    request: str
    arrays: list[str]


class ErrorAnswer(TypedDict):
    """What was wrong; ``field`` may be empty."""

    kind: Literal["error"]
    field: str
    message: str
    request: str


class SharedParts(TypedDict):
    """What shows a widget, for a page without a manager."""

    kind: Literal["shared"]
    script: str
    style: str


class PartAnswer(TypedDict):
    """A module that not every widget needs: what teaches, what presents, or what is in Chinese."""

    kind: Literal["part"]
    part: Part
    script: str


class FiguresAnswer(TypedDict):
    """The models of the figures, as a page saves them."""

    kind: Literal["figures"]
    states: Annotated[str, "JSON of a widget state, by the models' ids."]
    script: Annotated[str, "Which script shows them: a page may have kernels of several versions."]


class QuestionSettings(TypedDict):
    """What is set while a question is asked."""

    problem_name: Annotated[str, "Empty where there is one problem only."]
    optimizer: str
    learning_rate: float
    decay: str
    batch_size: Annotated[int, "0 stands for all samples."]
    run_steps: int


class Variant(TypedDict):
    """One of the settings that a question may be asked in."""

    settings: QuestionSettings
    start: Annotated[dict[str, float], "The starting values of the scalar parameters."]
    sealed: Annotated[str, "What is not to be read before the answer; see Key."]


class Question(TypedDict):
    """A question as a page asks it."""

    name: str
    kind: Annotated[QuestionKind, "What it asks, and how it is judged."]
    text: Annotated[str, "The question, in words."]
    steps: Annotated[int, "How many steps the run takes that shows the answer; 0 for none."]
    parameters: Annotated[list[str], "The scalars whose value is asked for, one or two."]
    until: Annotated[float | None, "The loss that is to be reached."]
    options: Annotated[list[str], "What is to be chosen from."]
    hints: Annotated[list[str], "At most three, shown one by one when they are asked for."]
    variants: list[Variant]


class Questions(TypedDict):
    """The questions of a widget."""

    version: int
    fingerprint: Annotated[str, "Of all that decides what is right, in eight hexadecimal digits."]
    salt: Annotated[str, "Decides with a student's name which variants are asked."]
    questions: list[Question]


class Compared(TypedDict):
    """Runs that are looked at side by side."""

    setting: Annotated[str, "The one that differs."]
    runs: Annotated[list[int], "Their ids, in the order in which they are told of."]
    values: Annotated[list[str], "What the setting is in each, in words."]
    until: Annotated[float | None, "A loss of which is told when each run reached it."]
    reached: Annotated[list[int], "After how many steps; −1 of one that never did."]
    verdicts: Annotated[list[str], "What became of each."]


class Mistake(TypedDict):
    """A wrong answer that tells a misconception."""

    numbers: list[float]
    tag: Annotated[str, "The misconception's short name."]
    text: Annotated[str, "What to say then."]


class Key(TypedDict):
    """What a variant's seal holds: JSON, each byte by exclusive or with the keystream.

    That only keeps it from being read by chance: grades are computed from the answers alone.
    """

    numbers: Annotated[list[float], "The right answer; empty where none is."]
    start: Annotated[list[float], "Where the asked scalars start."]
    tolerance: Annotated[float, "How far from it is right in any case."]
    mistakes: list[Mistake]
    feedback: Annotated[dict[str, str], "What to say by verdict, and of `wrong_way`."]
    model: Annotated[str, "A model answer, of a question that is to be explained."]


class Curvature(TypedDict):
    """How sharply the loss on all data curves at a step, and how large that lets the rate be."""

    optimizer: str
    known: Annotated[bool, "Whether a limit is known for the optimizer; else nothing is measured."]
    own_units: Annotated[bool, "Whether it is in the units that the optimizer divides by."]
    sharpness: Annotated[float | None, "The Hessian's largest eigenvalue; null: not to be had."]
    limit: Annotated[float | None, "The rate above which steps grow; null where there is none."]
    along: Annotated[dict[str, float], "What its direction has along the recorded numbers."]


class RulerAnswer(Curvature):
    """The curvature at a step."""

    kind: Literal["ruler"]
    run: int
    step: int
    request: str


class FanAnswer(TypedDict):
    """All steps that could be next, each with the loss on all data after it."""

    kind: Literal["fan"]
    run: int
    step: int
    request: str
    size: Annotated[int, "How many samples each of them reads."]
    whole: Annotated[bool, "Whether these are all that there are; else the seed chose them."]
    loss: Annotated[float, "The loss on all data before the step."]
    losses: list[float]
    values: Annotated[dict[str, list[float]], "Where they lead; empty of many numbers."]


class SavedRun(RunFields):
    """One run in the saved state."""

    id: int
    steps: Annotated[Base64, "Which steps, ascending, as int32."]
    columns: Annotated[Base64, "Their rows, column after column."]


class Keyframe(NextStep):
    """The saved timeline; the cursor is looked at in the last run."""

    version: int
    runs: list[SavedRun]


class SavedArrays(TypedDict):
    """What a plane or look has beside its fields where it is saved."""

    arrays: dict[str, Base64]


class SavedCurve(TypedDict):
    """The red curve with the ends of the first view; its points may reach further."""

    low: float
    high: float
    points: Annotated[Base64, "Values, then losses."]
    more: Annotated[bool, "Whether the kernel has yet to evaluate points between these."]


class Names(TypedDict):
    """What the widget says of its problem."""

    params: Annotated[list[str], "The scalar parameters, which have a field for their start."]
    learning: Annotated[str, "The first of the recorded scalars."]
    recorded: Annotated[list[str], "The scalars that learn and have a column of values."]
    count: Annotated[int, "How many scalars learn."]
    stream: Annotated[bool, "Whether the data come as a stream."]
    samples: Annotated[int, "How many samples there are; 0 without data and for a stream."]
    predicts: Annotated[bool, "Whether there is a model to compare with the data."]
    classes: Annotated[bool, "Whether the targets are classes."]


class Choices(TypedDict):
    """What the page offers to choose from; fewer than two entries offer nothing."""

    optimizers: list[str]
    decays: list[str]
    batch_sizes: Annotated[list[int], "0 stands for all samples."]
    problems: list[str]
