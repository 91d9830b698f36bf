"""Makes a run short if there is no loader to cut: data sets that are read as arrays have only every hundredth picture.

Code that slices its own batches, and Keras's `fit`, `evaluate` and `predict`, take whole arrays. So the sets themselves are small
in such a run, train and test by the same factor, and literal sizes in the code are divided by it too (`shrinking.py`). If code
raises an error that this may have caused, it is run once more on all of the data (`__main__.py`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Final

from autograder.worker.library_data import TRAINING
from autograder.worker.tracing.shrinking import EVERY, name_of

LARGEST: Final = max(TRAINING.values()) // EVERY  # pictures in a set that is cut
LABEL: Final = re.compile(r"_?(y|lab|lbl|tgt|target|true|cls|t$|l$|c$)", re.IGNORECASE)
LOADER: Final = re.compile(r"load|batch|dl\b|dl_|_dl", re.IGNORECASE)
# Errors that a cut may cause: of some kinds all, of others those whose message is about sizes.
BY_CUT: Final = re.compile(
    r"(IndexError|AssertionError|ZeroDivisionError)\b|(ValueError|RuntimeError|InvalidArgumentError)\b.*?"
    r"(size|shape|sample|length|number|empty|index|indices|dimension|population|broadcast|cardinality|split|zero|least|most\b|"
    r"than\b|positive|negative|range|\d{3}|[<>])",
    re.IGNORECASE | re.DOTALL,
)
OF_MEMORY: Final = re.compile(r"allocate memory|out of memory", re.IGNORECASE)


def is_needed(trees: Sequence[ast.AST]) -> bool:
    """Whether code uses data sets as arrays: from Keras, from OpenML, in a loop that slices them, without any loader; or uses all
    of their labels besides loaders."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    if any(map(_loads_arrays, nodes)) or any(map(_reads_labels, nodes)):
        return True
    names = {name_of(node) for node in nodes}
    gathered = any(_slices(node) or _gathers_labels(node) for node in nodes)
    return bool(names & {"MNIST", "CIFAR10"}) and ("DataLoader" not in names or gathered)


def _loads_arrays(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr="load_data", value=owner):
            return name_of(owner) in ("mnist", "cifar10")
        case ast.Call(
            func=ast.Attribute(attr="load", value=ast.Name(id="tfds" | "tensorflow_datasets")), keywords=given
        ):
            return any(each.arg == "batch_size" for each in given)  # -1: all of it at once
        case ast.Call(func=function):
            return name_of(function) == "fetch_openml"
        case ast.ImportFrom(module=str(module), names=names):
            return module.endswith(("datasets.mnist", "datasets.cifar10")) and any(
                name_of(n) == "load_data" for n in names
            )
    return False


def _reads_labels(node: ast.AST) -> bool:
    """Whether this reads a data set's labels: `test_set.targets`, and not a class's own `self.targets`."""
    match node:
        case ast.Attribute(attr="targets", value=owner, ctx=ast.Load()):
            return name_of(owner) not in ("", "self")
    return False


def _gathers_labels(node: ast.AST) -> bool:
    """Whether this collects the labels of a data set: `[y for _, y in test_set]`, `[test_set[i][1] for i in range(n)]`."""
    if not isinstance(node, ast.ListComp | ast.GeneratorExp) or len(node.generators) != 1:
        return False
    loop = node.generators[0]
    match loop.target, loop.iter, node.elt:
        case ast.Tuple(elts=[_, ast.Name(id=label)]), (ast.Name() | ast.Attribute()) as owner, taken:
            is_label = LABEL.match(label) is not None and LOADER.search(name_of(owner)) is None
            return is_label and {each.id for each in ast.walk(taken) if isinstance(each, ast.Name)} <= {label, "int"}
        case ast.Name(id=place), ast.Call(func=ast.Name(id="range")), taken:
            return any(_is_a_label(each, place) for each in ast.walk(taken))
    return False


def _is_a_label(node: ast.AST, place: str) -> bool:
    match node:
        case ast.Subscript(value=ast.Subscript(slice=ast.Name(id=index)), slice=ast.Constant(value=1)):
            return index == place
    return False


def _slices(loop: ast.AST) -> bool:
    """Whether a loop over a range slices batches: `x[i:i + 64]`, `x[i * 64:(i + 1) * 64]`, not `x[i:i + 1]`."""
    if not (isinstance(loop, ast.For) and isinstance(loop.iter, ast.Call)):
        return False
    own = {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
    pieces = [node for node in ast.walk(loop) if isinstance(node, ast.Slice) and node.lower and node.upper]
    return any(
        all(
            own & {name.id for name in ast.walk(end) if isinstance(name, ast.Name)}
            for end in (piece.lower, piece.upper)
        )
        and not _is_next(piece.upper)
        for piece in pieces
        if piece.lower and piece.upper
    )


def _is_next(end: ast.expr) -> bool:
    match end:
        case ast.BinOp(left=ast.Name(), op=ast.Add(), right=ast.Constant(value=1)):
            return True
    return False


def may_be_due_to_it(error: str) -> bool:
    """Whether the cut can have caused an error such as 'IndexError: ...'. Too little memory is none the better for all data."""
    return BY_CUT.match(error) is not None and OF_MEMORY.search(error) is None
