"""What is measured, in English phrases of the field, separated by '|'."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Final

from autograder.handed_in.numbers import Quantity

ACCURACY: Final = ("accuracy",)
TIME: Final = ("seconds",)
SPEED: Final = ("seconds", "epochs")
LOSS: Final = ("loss", "train loss")
GENERAL: Final = ("accuracy", "gap")
SHARES: Final = ("accuracy", "train accuracy", "gap")  # quantities in [0, 1]

QUANTITIES: Final[Mapping[tuple[Quantity, ...], str]] = {
    ACCURACY: "precision|quality|accuracy|accuracies|acc|performance|result|results|score|scores|test accuracy|test accuracies|"
    "testing accuracy|final accuracy|validation accuracy|classification accuracy|"
    "classifies|classify|classified|correct predictions|predictive performance|test performance|test score|"
    "test acc|held-out accuracy|"
    "accuracy on the test set|generalization accuracy|generalisation accuracy|accuracy score",
    (
        "train accuracy",
    ): "training accuracy|train accuracy|training accuracies|training performance|training-set accuracy|"
    "training set accuracy|train acc|train-set accuracy",
    TIME: "in training time|time|times|training time|training times|train time|runtime|run time|running time|"
    "wall-clock time|"
    "wall clock time|duration|seconds|minutes|wall-clock|computation time|compute time|computing time|"
    "computational cost|training duration|training cost|computational time|compute|training speed|speed",
    ("parameters",): "parameter|parameters|params|weights|parameter count|parameter counts|number of parameters|"
    "model size|network size|size of the network|size of the model|size of the networks|size of the models|"
    "number of trainable parameters|"
    "trainable parameters|trainable weights|learnable parameters|number of weights",
    LOSS: "loss|losses|final loss|cross-entropy|cross-entropy loss|cross entropy",
    ("train loss",): "training loss|train loss|training losses|final training loss",
    ("loss",): "test loss|validation loss|testing loss|final test loss",
    ("gap",): "overfitting|overfit|overfits|overfitted|generalization gap|generalisation gap|train-test gap|"
    "train/test gap|train-test accuracy gap|accuracy gap|train test gap|gap|gaps|"
    "generalization error|generalisation error|overfitting gap",
    ("epochs",): "convergence|converge|converges|converged|converging|convergence speed|convergence rate|"
    "convergence time|number of epochs|epochs to converge|epochs",
    ("gradient",): "gradient|gradients|gradient norm|gradient norms|gradient magnitude|gradient magnitudes|"
    "mean gradient|first-layer gradient|first-layer gradients|average gradient",
    GENERAL: "generalization|generalisation|generalize|generalizes|generalized|generalise|generalises|"
    "generalised|generalization performance",
}
ERRORS: Final = (
    "misclassifies|misclassified|misclassifications|mistakes|wrong predictions|"
    "error|errors|error rate|test error|error rates|misclassification rate|test error rate|classification error"
)
BETWEEN: Final = tuple(
    f"{distance} between {the}{one} and {the}{other}{what}"
    for distance in ("gap", "difference", "distance", "discrepancy")
    for the in ("", "the ")
    for one, other in itertools.permutations(("train", "test", "training", "testing"), 2)
    for what in ("", " accuracy", " performance", " set", " accuracies", " data", " results")
)
SPLITS: Final = (
    ("training", "test"),
    ("train", "test"),
    ("test", "train"),
    ("test", "training"),
    ("training", "testing"),
)
PAIRS: Final = (
    *(
        f"{one}{between}{other} {noun}"
        for one, other in SPLITS
        for noun in ("accuracy", "accuracies", "performance", "curves", "curve", "acc", "scores")
        for between in (" and ", " and the ", f" {noun} and ", f" {noun} and the ")
    ),
    *(
        f"on {both}{the}{one}{between}{other} {noun}"
        for one, other in SPLITS
        for noun in ("set", "sets", "data")
        for both in ("", "both ")
        for the in ("", "the ")
        for between in (
            " and ",
            " and the ",
            f" {noun} and the ",
            f" {noun} and ",
            " as well as on the ",
            " and on the ",
        )
    ),
)
