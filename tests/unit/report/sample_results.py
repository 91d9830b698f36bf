"""Results to render: small ones built field by field, and one that looks like a real graded homework."""

from __future__ import annotations

import base64
import io
import math
from typing import Any

import numpy as np
from PIL import Image

from autograder.results import (
    Answer,
    AssignmentInfo,
    Binding,
    CheckResult,
    Curves,
    Diagnosis,
    Document,
    Environment,
    Fact,
    HandedIn,
    HeatMap,
    ItemResult,
    Met,
    PartResult,
    Picture,
    Question,
    RequirementResult,
    Result,
    Status,
    SubmissionInfo,
    Table,
)


def a_check(**fields: Any) -> CheckResult:
    """A passed check, changed by `fields`."""
    passed = {
        "name": "test_it",
        "sentence": "It works.",
        "visibility": "public",
        "status": Status.PASSED,
        "credit": 1.0,
    }
    return CheckResult(**(passed | fields))


def an_item(**fields: Any) -> ItemResult:
    """A passed item of part 1A worth one point, changed by `fields`."""
    passed = {
        "id": "1A.item",
        "part": "1A",
        "title": "An item",
        "kind": "automatic",
        "status": Status.PASSED,
        "points": 1.0,
        "max_points": 1.0,
    }
    return ItemResult(**(passed | fields))


REQUIREMENTS = (
    RequirementResult(
        kind="requirements-file",
        asked="A requirements.txt file with all dependencies",
        status=Met.UNMET,
        found="requirements.txt does not cover 1 of the 4 libraries that the code imports.",
        details=("`sklearn` (imported in homework1.ipynb cell 1 line 3) is not covered: add the line `scikit-learn`",),
        advice="Add the lines, then try `pip install -r requirements.txt` in a new environment.",
    ),
    RequirementResult(
        kind="seeds",
        asked="Reproducible code",
        status=Met.MET,
        found="Seeds are set for `torch`.",
        details=("homework1.ipynb cell 1 line 9: `torch.manual_seed(0)`",),
    ),
    RequirementResult(
        kind="fresh-run",
        asked="Code that runs from start to end",
        status=Met.UNMET,
        found="homework1.ipynb stopped at code cell 3 of 9, line 2: NameError: name 'x' is not defined.",
        traceback="File \"homework1.ipynb[cell 3]\", line 2\n    x + 1\nNameError: name 'x' is not defined",
        advice="Run it from a fresh start yourself.",
    ),
    RequirementResult(
        kind="report", asked="A PDF report", status=Met.UNSEEN, found="Nobody asked.", details=("but one is there",)
    ),
)


def a_result(*items: ItemResult, **fields: Any) -> Result:
    """A result with these items, all in part 1A, changed by `fields`."""
    points, most = sum(item.points for item in items), sum(item.max_points for item in items)
    plain: dict[str, Any] = {
        "assignment": AssignmentInfo(id="hw1", title="Deep Learning, Homework 1"),
        "submission": SubmissionInfo(name="ada", sha256="0" * 64, files=("homework.py",)),
        "profile": "standard",
        "seed": 1,
        "score": points,
        "max_score": most,
        "bonus": 0.0,
        "max_bonus": 0.0,
        "awaiting_review": sum(item.max_points for item in items if item.status is Status.REVIEW),
        "unchecked": sum(item.max_points for item in items if item.status is Status.UNCHECKED),
        "parts": (PartResult(id="1A", title="1A: MLP implementation", points=points, max_points=most),),
        "items": items,
        "bindings": (),
        "environment": Environment(
            python="3.11.7", platform="Linux", packages={}, device="cpu", threads=1, sandbox="bubblewrap"
        ),
        "seconds": 1.0,
    }
    return Result(**(plain | fields))


def a_failed_item(**fields: Any) -> ItemResult:
    """An item that lost its point, changed by `fields`."""
    return an_item(**({"status": Status.FAILED, "points": 0.0} | fields))


ZERO_GRAD = Diagnosis(
    bug="train_epoch.zero-grad-missing",
    function="train_epoch",
    cause="Gradients accumulate: `optimizer.zero_grad()` is missing.",
    mend="Call `optimizer.zero_grad()` before `loss.backward()` in every step.",
    where="homework1.ipynb, cell 4, line 7",
)

TRACEBACK = """Traceback (most recent call last):
  File "homework1.ipynb, cell 21", line 9, in confusion_matrix
    matrix[y, predictions] += 1
    ~~~~~~^^^^^^^^^^^^^^^^
IndexError: index 10 is out of bounds for axis 1 with size 10
"""


def partly_failing_homework() -> Result:
    """A homework with a missing `zero_grad`, a timeout, a missing function, an error and prose to read."""
    items = (*_problem_1(), *_problem_2(), *_problem_3())
    titles = {
        "1A": "1A: MLP implementation",
        "1B": "1B: Activation function comparison",
        "1C": "1C: Solving XOR",
        "2A": "2A: Optimizer comparison",
        "2B": "2B: Gradient flow",
        "3A": "3A: Basic CNN implementation",
        "bonus": "Bonus: Transfer learning",
    }
    parts = tuple(
        PartResult(
            id=part,
            title=title,
            points=sum(item.points for item in items if item.part == part),
            max_points=sum(item.max_points for item in items if item.part == part),
        )
        for part, title in titles.items()
    )
    required = [item for item in items if not item.bonus]
    return Result(
        assignment=AssignmentInfo(id="hw1", title="Deep Learning, Homework 1"),
        submission=SubmissionInfo(
            name="grace-hopper",
            sha256="9f2b4c7e1d5a8036b3c9e4f7a1d2085c6e7f90b1a2c3d4e5f60718293a4b5c6d",
            files=("homework1.ipynb", "report.pdf", "requirements.txt"),
            notes=("`data/MNIST` was left out: data sets are supplied by the grader.",),
        ),
        profile="standard",
        seed=20260105,
        score=sum(item.points for item in required),
        max_score=sum(item.max_points for item in required),
        bonus=0.0,
        max_bonus=2.0,
        awaiting_review=sum(item.max_points for item in required if item.status is Status.REVIEW),
        unchecked=sum(item.max_points for item in required if item.status is Status.UNCHECKED),
        parts=parts,
        items=items,
        requirements=REQUIREMENTS,
        bindings=(
            Binding(
                function="build_mlp",
                bound_to="homework1.ipynb, cell 2, line 3 MLP",
                how="alias, by signature",
            ),
            Binding(
                function="train_epoch",
                bound_to="homework1.ipynb, cell 4, line 1 train_epoch",
                how="standard name",
            ),
            Binding(function="evaluate", bound_to="homework1.ipynb, cell 4, line 16 test", how="alias"),
            Binding(function="gradient_magnitudes", how="not found; nearest name: `get_gradients(model)`"),
        ),
        documents=(
            Document(file="homework1.ipynb", kind="notebook", found="12 paragraphs, 1 picture, 1 error"),
            Document(file="report.pdf", kind="PDF", problem="it could not be read: it is not a PDF file"),
        ),
        handed_in=(
            HandedIn(
                part="1A",
                figures=(Fact(label="test accuracy, epoch 10, homework1.ipynb cell 7", found="0.9777"),),
                questions=(
                    Question(said="Test accuracy 0.99 after epoch 3", found="The code reached 0.96 when graded."),
                ),
            ),
            HandedIn(
                part="1B",
                pictures=(
                    Picture(title="homework1.ipynb cell 8", alt="Picture stored in homework1.ipynb", png=a_png(90, 60)),
                ),
                tables=(
                    Table(title="report.pdf page 2", columns=("activation", "accuracy"), rows=(("relu", "0.9778"),)),
                ),
                figures=(Fact(label="test accuracy, homework1.ipynb cell 9", found="relu 0.9778, sigmoid 0.9719"),),
                left_out=("2 more pictures: shown are the first 8",),
            ),
            HandedIn(part="", errors=(Fact(label="homework1.ipynb cell 21", found="KeyError: 'x'"),)),
        ),
        environment=Environment(
            python="3.11.7",
            platform="Linux x86_64",
            packages={"torch": "2.13.0", "numpy": "2.4.6", "matplotlib": "3.11.2"},
            device="cpu",
            threads=2,
            sandbox="bubblewrap",
        ),
        seconds=71.4,
    )


def _problem_1() -> tuple[ItemResult, ...]:
    return (
        an_item(
            id="1A.mlp",
            title="Working MLP implementation",
            points=1.5,
            max_points=1.5,
            message="The network is as asked, for every activation.",
            checks=(
                a_check(
                    name="test_build_mlp_gives_the_references_logits",
                    sentence="With the reference's weights, `build_mlp` gives the reference's logits.",
                    facts=(Fact(label="largest difference of a logit", expected="at most 1e-5", found="2.4e-7"),),
                    seconds=0.12,
                ),
                a_check(
                    name="test_unknown_activation_is_refused",
                    sentence="An unknown activation is a `ValueError` that names the choices.",
                    visibility="hidden",
                    seconds=0.02,
                ),
            ),
        ),
        a_failed_item(
            id="1A.training-step",
            title="Training reaches the accuracy",
            status=Status.PARTIAL,
            points=0.5,
            max_points=1.5,
            message="One of two checks passed: an epoch changes the weights differently from what was asked.",
            hint="Compare your training loop with the five steps in the lecture notes, line by line.",
            checks=(
                a_check(
                    name="test_one_epoch_changes_the_weights_as_the_reference_does",
                    sentence="One call of `train_epoch` changes the weights as the reference does.",
                    status=Status.FAILED,
                    credit=0.0,
                    share=0.67,
                    message="After three batches the weights differ by up to 0.0832.",
                    diagnosis=(ZERO_GRAD,),
                    facts=(
                        Fact(label="weights after batch 1", expected="within 1e-5", found="equal"),
                        Fact(label="weights after batch 2", expected="within 1e-5", found="differ by 0.0291"),
                        Fact(label="mean loss of the epoch", expected="2.2714", found="2.2983"),
                    ),
                    output="batch 1: loss 2.3125\nbatch 2: loss 2.2990\nbatch 3: loss 2.2834\n",
                    seconds=0.31,
                ),
                a_check(
                    name="test_training_passes_the_threshold",
                    sentence="Within six epochs the test accuracy passes the threshold.",
                    share=0.33,
                    exhibits=(
                        Curves(
                            title="Test accuracy",
                            x_label="epoch",
                            y_label="accuracy",
                            lines={
                                "yours": (0.9312, 0.9498, 0.9587, 0.9655, 0.9689, 0.9722),
                                "reference": (0.9391, 0.9566, 0.9649, 0.9701, 0.9712, 0.9741),
                            },
                            threshold=0.97,
                        ),
                    ),
                    seconds=14.2,
                ),
            ),
        ),
        an_item(
            id="1B.curves",
            part="1B",
            title="Plot of the training loss for all three activations",
            points=1.0,
            message="One graph, three curves, labelled.",
            checks=(
                a_check(
                    name="test_loss_curves_are_in_one_graph",
                    sentence="The loss of ReLU, sigmoid and tanh is drawn in one graph.",
                    exhibits=(
                        Curves(
                            title="Training loss by activation",
                            x_label="epoch",
                            y_label="training loss",
                            lines={
                                "relu": tuple(2.1 * math.exp(-0.55 * epoch) + 0.03 for epoch in range(10)),
                                "sigmoid": tuple(2.4 * math.exp(-0.28 * epoch) + 0.08 for epoch in range(10)),
                                "tanh": tuple(2.2 * math.exp(-0.46 * epoch) + 0.04 for epoch in range(10)),
                            },
                        ),
                        Picture(title="Your figure", alt="Your plot of three loss curves", png=a_png(240, 120)),
                    ),
                ),
            ),
        ),
        an_item(
            id="1B.table",
            part="1B",
            title="Table of final test accuracies",
            checks=(
                a_check(
                    name="test_table_agrees_with_the_code",
                    sentence="The table's accuracies are those that the code reaches.",
                    exhibits=(
                        Table(
                            title="Final test accuracy",
                            columns=("activation", "in your table", "reached again"),
                            rows=(
                                ("relu", "0.9778", "0.9765"),
                                ("sigmoid", "0.9719", "0.9708"),
                                ("tanh", "0.9760", "0.9751"),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        an_item(
            id="1B.analysis",
            part="1B",
            title="Analysis: which activation performed best and why",
            kind="review",
            status=Status.REVIEW,
            points=0.0,
            message="3 sentences found in homework1.ipynb after cell 9; 3 to 4 are asked for.",
            answer=Answer(
                text="Sigmoid performed best in my runs. ReLU is cheap.\n\nTanh is zero-centred.",
                place="homework1.ipynb after cell 9",
                sentences=3,
                asked=(3, 4),
                also=("report.pdf page 2 (4 sentences)",),
                measured=(Fact(label="loss, last epoch", found="tanh 1.67, relu 2.01; tanh is ahead by 0.34"),),
                questions=(
                    Question(
                        said="Sigmoid performed best in my runs.",
                        found="The test accuracy in homework1.ipynb cell 9: relu 0.9778, sigmoid 0.9719. Which is meant?",
                    ),
                ),
            ),
        ),
        an_item(
            id="1C.xor",
            part="1C",
            title="XOR is solved, with its decision boundary",
            points=2.0,
            max_points=2.0,
            message="All 4 cases are right.",
            checks=(
                a_check(
                    name="test_all_four_cases_are_right",
                    sentence="The trained model answers all 4 XOR cases correctly.",
                    exhibits=(_xor_surface(),),
                    seconds=1.9,
                ),
            ),
        ),
    )


def _problem_2() -> tuple[ItemResult, ...]:
    return (
        a_failed_item(
            id="2A.comparison",
            part="2A",
            title="Four optimizers are trained and compared",
            max_points=3.0,
            message="With momentum, your weights leave the reference's after the second batch.",
            checks=(
                a_check(
                    name="test_each_optimizer_trains_as_the_reference_does",
                    sentence="Each of the four optimizers trains as the reference's does.",
                    visibility="hidden",
                    status=Status.FAILED,
                    credit=0.0,
                    diagnosis=(ZERO_GRAD,),
                    exhibits=(
                        Curves(
                            title="Training loss with SGD and momentum",
                            x_label="batch",
                            y_label="training loss",
                            lines={
                                "yours": (2.31, 2.29, 2.24, 2.35, 3.1, 4.9, math.nan, math.inf),
                                "reference": (2.31, 2.29, 2.25, 2.2, 2.14, 2.07, 2.0, 1.92),
                            },
                        ),
                    ),
                    seconds=2.2,
                ),
            ),
        ),
        a_failed_item(
            id="2A.convergence",
            part="2A",
            title="Convergence speed is measured",
            status=Status.TIMEOUT,
            message="`compare_optimizers` did not return within 30 s on 64 images and one epoch.",
            hint="Does your loop end? Train for `epochs` epochs, not until the loss stops falling.",
            checks=(
                a_check(
                    name="test_compare_optimizers_returns_seconds",
                    sentence="`compare_optimizers` returns each optimizer's losses, accuracies and seconds.",
                    status=Status.TIMEOUT,
                    credit=0.0,
                    message="Stopped after 30 s in `homework1.ipynb`, cell 12, line 8: `while loss > 0.01:`",
                    seconds=30.0,
                ),
            ),
        ),
        a_failed_item(
            id="2B.gradients",
            part="2B",
            title="Gradient magnitudes of each layer",
            status=Status.MISSING,
            points=0.0,
            max_points=2.0,
            message="No function `gradient_magnitudes(model, x, y, loss_fn)` was found.",
            hint="You have `get_gradients(model)`. Give it the standard name and arguments.",
        ),
    )


def _problem_3() -> tuple[ItemResult, ...]:
    confusion = np.full((10, 10), 2) + np.diag(np.arange(70, 90, 2))
    confusion[3, 5], confusion[5, 3] = 21, 18
    return (
        an_item(
            id="3A.cnn",
            part="3A",
            title="CNN implementation",
            points=2.0,
            max_points=2.0,
            checks=(
                a_check(
                    name="test_cnn_is_the_network_that_was_asked_for",
                    sentence="`build_cnn` has 545 098 parameters and gives the reference's logits.",
                    facts=(Fact(label="parameters", expected="545 098", found="545 098"),),
                    exhibits=(
                        HeatMap(
                            title="Confusion matrix on 1 000 test images",
                            x_label="predicted class",
                            y_label="true class",
                            values=tuple(tuple(map(float, row)) for row in confusion),
                            x_range=(-0.5, 9.5),
                            y_range=(-0.5, 9.5),
                        ),
                    ),
                    seconds=3.4,
                ),
            ),
        ),
        a_failed_item(
            id="3A.confusion-matrix",
            part="3A",
            title="Confusion matrix on the test set",
            status=Status.ERROR,
            message="`confusion_matrix` raised `IndexError: index 10 is out of bounds`.",
            hint="Are your class numbers 0 to 9, or 1 to 10?",
            checks=(
                a_check(
                    name="test_confusion_matrix_counts_each_image_once",
                    sentence="`confusion_matrix` counts each image once, true classes in rows.",
                    status=Status.ERROR,
                    credit=0.0,
                    traceback=TRACEBACK,
                    output="\r".join(f"{done}%|{'█' * (done // 10):10}|" for done in range(0, 101, 10)) + "\n",
                    seconds=0.2,
                ),
            ),
        ),
        an_item(
            id="3A.accuracy",
            part="3A",
            title="Final test accuracy after 20 epochs",
            status=Status.UNCHECKED,
            points=0.0,
            message="Only the profile `full` trains for 20 epochs.",
        ),
        an_item(
            id="bonus.fine-tuning",
            part="bonus",
            title="Fine-tuning of a pre-trained network",
            bonus=True,
            status=Status.MISSING,
            points=0.0,
            max_points=2.0,
            message="No function `build_transfer_model` was found.",
        ),
    )


def _xor_surface() -> HeatMap:
    side = np.linspace(-0.5, 1.5, 60)
    x, y = np.meshgrid(side, side)
    surface = 1 / (1 + np.exp(-9 * ((np.tanh(3 * (x + y - 0.5)) - np.tanh(3 * (x + y - 1.5))) - 1)))
    return HeatMap(
        title="Your model's decision boundary",
        x_label="first input",
        y_label="second input",
        values=tuple(tuple(map(float, row)) for row in surface),
        x_range=(-0.5, 1.5),
        y_range=(-0.5, 1.5),
        points=((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)),
    )


def a_png(width: int, height: int) -> str:
    """A picture with a diagonal, as a base64-encoded PNG file."""
    pixels = np.full((height, width), 255, dtype=np.uint8)
    steps = np.arange(width)
    pixels[steps * height // width, steps] = 0
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG")
    return base64.b64encode(file.getvalue()).decode("ascii")
