"""Makes a run short if there is no loader to cut: data sets that are read as arrays have only every hundredth picture.

Code that slices its own batches, and Keras's `fit`, `evaluate` and `predict`, take whole arrays. So the sets themselves are small
in such a run, train and test by the same factor, and literal sizes in the code, as in `x[:50000]`, `reshape(60000, 784)` or
`correct / 10000`, are divided by it too. If code raises an error that this may have caused, it is run once more on all of the
data (`__main__.py`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any, Final

from autograder.worker.binding.sources import parsed
from autograder.worker.library_data import TRAINING

EVERY: Final = 100
LARGEST: Final = max(TRAINING.values()) // EVERY  # pictures in a set that is cut
FEWEST: Final = 1000  # a smaller number is not the size of a part of a data set
WHOLE: Final = frozenset({60_000, 50_000, 10_000})  # sizes of the sets and of their usual parts
NAMED: Final = 5000  # the least size that is assigned to a name
SPLITTING: Final = frozenset(
    "random_split Subset randperm permutation choice randint train_test_split take skip".split()
)
SHAPING: Final = frozenset("reshape view resize".split())
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
    names = {_name(node) for node in nodes}
    gathered = any(_slices(node) or _gathers_labels(node) for node in nodes)
    return bool(names & {"MNIST", "CIFAR10"}) and ("DataLoader" not in names or gathered)


def _loads_arrays(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr="load_data", value=owner):
            return _name(owner) in ("mnist", "cifar10")
        case ast.Call(
            func=ast.Attribute(attr="load", value=ast.Name(id="tfds" | "tensorflow_datasets")), keywords=given
        ):
            return any(each.arg == "batch_size" for each in given)  # -1: all of it at once
        case ast.Call(func=function):
            return _name(function) == "fetch_openml"
        case ast.ImportFrom(module=str(module), names=names):
            return module.endswith(("datasets.mnist", "datasets.cifar10")) and any(
                _name(n) == "load_data" for n in names
            )
    return False


def _reads_labels(node: ast.AST) -> bool:
    """Whether this reads a data set's labels: `test_set.targets`, and not a class's own `self.targets`."""
    match node:
        case ast.Attribute(attr="targets", value=owner, ctx=ast.Load()):
            return _name(owner) not in ("", "self")
    return False


def _gathers_labels(node: ast.AST) -> bool:
    """Whether this collects the labels of a data set: `[y for _, y in test_set]`, `[test_set[i][1] for i in range(n)]`."""
    if not isinstance(node, ast.ListComp | ast.GeneratorExp) or len(node.generators) != 1:
        return False
    loop = node.generators[0]
    match loop.target, loop.iter, node.elt:
        case ast.Tuple(elts=[_, ast.Name(id=label)]), (ast.Name() | ast.Attribute()) as owner, taken:
            is_label = LABEL.match(label) is not None and LOADER.search(_name(owner)) is None
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


class Shrinking(ast.NodeTransformer):
    """Divides literal sizes of data sets, and of parts of them, in code. `named` are the names of such sizes."""

    def __init__(self, named: frozenset[str] = frozenset()) -> None:
        self._named = named

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        if any(name in self._named for target in node.targets for name in _targets(target)):
            node.value = _divided(node.value, NAMED)
        self.generic_visit(node)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        if node.value is not None and _name(node.target) in self._named:
            node.value = _divided(node.value, NAMED)
        self.generic_visit(node)
        return node

    def visit_keyword(self, node: ast.keyword) -> ast.keyword:
        if node.arg in self._named:
            node.value = _divided(node.value, NAMED)
        self.generic_visit(node)
        return node

    def visit_arguments(self, node: ast.arguments) -> ast.arguments:
        for owner, place, name in _defaults(node):
            if name in self._named:
                owner[place] = _divided(owner[place], NAMED)
        self.generic_visit(node)
        return node

    def visit_Dict(self, node: ast.Dict) -> ast.Dict:
        for place, key in enumerate(node.keys):
            if isinstance(key, ast.Constant) and key.value in self._named:
                node.values[place] = _divided(node.values[place], NAMED)
        self.generic_visit(node)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.Subscript:
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        for part in parts:
            if isinstance(part, ast.Slice):
                part.lower, part.upper = (each and _divided(each, FEWEST) for each in (part.lower, part.upper))
        self.generic_visit(node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        name = _name(node.func)
        if name in SPLITTING:
            node.args = [_divided(each, FEWEST) for each in node.args]
            for keyword in node.keywords:
                keyword.value = _divided(keyword.value, FEWEST) if keyword.arg in SIZES else keyword.value
        elif name in SHAPING:
            node.args = [_divided(each, FEWEST, WHOLE) for each in node.args]
        elif name == "range" and len(node.args) == 3:
            node.args[1] = _divided(node.args[1], FEWEST)
        self.generic_visit(node)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.BinOp:
        if isinstance(node.op, ast.Div | ast.FloorDiv):
            node.right = _divided(node.right, FEWEST, WHOLE)
            if isinstance(node.op, ast.FloorDiv):
                node.left = _divided(node.left, FEWEST, WHOLE)
        self.generic_visit(node)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.Compare:
        if _is_a_length(node.left):
            node.comparators = [_divided(each, FEWEST, WHOLE) for each in node.comparators]
        self.generic_visit(node)
        return node


SIZES: Final = ("train_size", "test_size", "size", "lengths", "indices")


def named_sizes(trees: Sequence[ast.AST]) -> frozenset[str]:
    """Names that are used as a size, as in `n = 50000` and `x[:n]`, and for nothing else: of variables, attributes, arguments and
    keys, as in `Config(held_out=5000)` and `x[config.held_out:]`."""
    given: dict[str, list[ast.expr]] = {}
    used: set[str] = set()
    counted: set[str] = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        for name, value in _given_in(node):
            given.setdefault(name, []).append(value)
        if isinstance(node, ast.Slice):
            used |= {name for each in (node.lower, node.upper) if each is not None for name in _sizes_in(each)}
        elif isinstance(node, ast.Call) and _name(node.func) in SPLITTING:
            parts = [each for part in node.args for each in (part.elts if isinstance(part, ast.List) else [part])]
            used |= {name for each in parts for name in _sizes_in(each)}
        elif isinstance(node, ast.Call) and _name(node.func) == "range":
            (used if len(node.args) == 3 else counted).update(name for each in node.args if (name := _bare(each)))
    return frozenset(
        name
        for name, values in given.items()
        if name in used - counted and all(_size(value) >= NAMED for value in values)
    )


def _given_in(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The names that a node gives values to. What is only passed on, as in `f(size=size)`, is no value of its own."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _pairs(target, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield _name(target), value
        case ast.keyword(arg=str(name), value=ast.Constant() as value):
            yield name, value
        case ast.arguments():
            yield from ((name, owner[place]) for owner, place, name in _defaults(node))
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str) and isinstance(value, ast.Constant):
                    yield key.value, value


def _defaults(node: ast.arguments) -> Iterator[tuple[list[Any], int, str]]:
    """The defaults of a function's arguments: the list that has it, its place in there, and the argument's name."""
    positional = [*node.posonlyargs, *node.args]
    for place, argument in enumerate(positional[len(positional) - len(node.defaults) :]):
        yield node.defaults, place, argument.arg
    for place, argument in enumerate(node.kwonlyargs):
        if node.kw_defaults[place] is not None:
            yield node.kw_defaults, place, argument.arg


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name | ast.Attribute):
        yield _name(target), value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for one, other in zip(target.elts, value.elts, strict=True):
            yield from _pairs(one, other)


def _targets(target: ast.expr) -> list[str]:
    return [name for node in ast.walk(target) if (name := _name(node))]


def _name(node: ast.AST | None) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
            return str(name)
    return ""


def _bare(node: ast.expr) -> str:
    """The name of a variable, an attribute, or a key, with or without a sign; '' for anything else."""
    match node.operand if isinstance(node, ast.UnaryOp) else node:
        case ast.Subscript(slice=ast.Constant(value=str(key))):
            return key
        case bare:
            return _name(bare)


def _sizes_in(node: ast.expr) -> Iterator[str]:
    """The names of an expression that may be sizes: `n`, and of `len(x) - n` what is taken off."""
    match node:
        case ast.BinOp(op=ast.Sub(), right=part):
            yield from filter(None, [_bare(part)])
        case _:
            yield from filter(None, [_bare(node)])


def _size(node: ast.expr) -> int:
    """A number in the code that may be a size; 0 for anything else."""
    value = node.value if isinstance(node, ast.Constant) else 0
    return value if isinstance(value, int) and not isinstance(value, bool) and value % EVERY == 0 else 0


def _divided(node: ast.expr, fewest: int, only: frozenset[int] | None = None) -> ast.expr:
    """The expression with its sizes divided: a number, a signed number, or a list or range of them."""
    match node:
        case ast.Constant() if (size := _size(node)) >= fewest and (only is None or size in only):
            return ast.copy_location(ast.Constant(size // EVERY), node)
        case ast.UnaryOp(operand=operand):
            node.operand = _divided(operand, fewest, only)
        case ast.BinOp(left=whole, op=ast.Sub(), right=part) if _is_a_length(whole):
            node.right = _divided(part, fewest, only)
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            node.elts = [_divided(part, fewest, only) for part in parts]
        case ast.Call(func=ast.Name(id="range" | "list"), args=parts):
            node.args = [_divided(part, fewest, only) for part in parts]
    return node


def _is_a_length(node: ast.expr) -> bool:
    """`len(x)`, `x.shape[0]`."""
    return any(_name(each) in ("len", "shape") for each in ast.walk(node))


def sources_of(folder: Path, source: str) -> list[ast.AST]:
    """The code of a notebook or script and of the modules in `folder` that it imports, as far as it can be read."""
    trees: list[ast.AST] = []
    left, done = [folder / source], set()
    while left:
        path = left.pop()
        if path in done or (tree := _read(path)) is None:
            continue
        done.add(path)
        trees.append(tree)
        asked = {part for node in ast.walk(tree) for part in _imported(node)}
        left += [file for file in folder.rglob("*.py") if file.stem in asked]
    return trees


def imported_by(trees: Sequence[ast.AST]) -> frozenset[str]:
    """The names of all modules that code imports, and of what it imports from them."""
    return frozenset(name for tree in trees for node in ast.walk(tree) for name in _imported(node))


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [name for each in node.names for name in each.name.split(".")]
    if isinstance(node, ast.ImportFrom):
        return [*(node.module or "").split("."), *(each.name for each in node.names)]
    return []


def _read(path: Path) -> ast.AST | None:
    try:
        if path.suffix.casefold() != ".ipynb":
            return parsed(path.read_text(encoding="utf-8-sig"))
        import nbformat

        notebook: Any = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        body: list[ast.stmt] = []
        for cell in notebook.cells:
            if cell.cell_type == "code":
                body += _cell(cell.source)
        return ast.Module(body, [])
    except (OSError, SyntaxError, ValueError):
        return None


def _cell(text: str) -> list[ast.stmt]:
    from IPython.core.inputtransformer2 import TransformerManager

    cells: Any = TransformerManager
    try:
        code = text.partition("\n")[2] if text.startswith("%%writefile") else cells().transform_cell(text)
        return ast.parse(code).body
    except SyntaxError:
        return []


def change_modules(folder: Path, changes: Sequence[ast.NodeTransformer]) -> None:
    """From now on, make these changes in the code of modules that are imported from `folder`."""
    original = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, name: str) -> CodeType | None:
        path = Path(self.get_filename(name))
        return compiled(path, changes) if path.is_relative_to(folder) else original(self, name)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]


def compiled(path: Path, changes: Sequence[ast.NodeTransformer]) -> CodeType:
    """The code of a file with these changes. Raises the errors of reading and compiling it."""
    tree = parsed(path.read_text(encoding="utf-8-sig"), str(path))
    for change in changes:
        tree = change.visit(tree)
    code: CodeType = compile(ast.fix_missing_locations(tree), str(path), "exec", dont_inherit=True)
    return code


def may_be_due_to_it(error: str) -> bool:
    """Whether the cut can have caused an error such as 'IndexError: ...'. Too little memory is none the better for all data."""
    return BY_CUT.match(error) is not None and OF_MEMORY.search(error) is None
