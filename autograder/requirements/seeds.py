"""Whether the random number generators that the code draws from are seeded, and where."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from autograder.requirements.entries import to_run
from autograder.requirements.finding import Finding, shortened
from autograder.requirements.imports import imported_modules
from autograder.results import Met
from autograder.submission import Submission
from autograder.worker.binding.importing import Resolver
from autograder.worker.binding.sources import Place, Source

FRAMEWORKS: Final = ("torch", "keras", "tensorflow")
# Calls that seed, by their full names: the generators that they seed.
SEEDING: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "torch.manual_seed": ("torch",),
        "torch.random.manual_seed": ("torch",),
        "torch.Generator().manual_seed": ("torch",),
        "numpy.random.seed": ("numpy",),
        "numpy.random.default_rng": ("numpy",),
        "numpy.random.RandomState": ("numpy",),
        "random.seed": ("random",),
        "random.Random": ("random",),
        "tensorflow.random.set_seed": ("tensorflow", "keras"),
        "tensorflow.keras.utils.set_random_seed": ("tensorflow", "keras", "torch", "numpy", "random"),
        "keras.utils.set_random_seed": ("keras", "tensorflow", "torch", "numpy", "random"),
        "lightning.seed_everything": ("torch", "numpy", "random"),
        "pytorch_lightning.seed_everything": ("torch", "numpy", "random"),
        "transformers.set_seed": ("torch", "numpy", "random"),
    }
)
DRAWING: Final = {"numpy.random.": "numpy", "random.": "random"}  # the prefix of a use of the generator
ADVICE: Final = {
    "torch": "torch.manual_seed(0)",
    "numpy": "np.random.seed(0)",
    "random": "random.seed(0)",
    "keras": "keras.utils.set_random_seed(0)",
    "tensorflow": "tf.keras.utils.set_random_seed(0)",
}


@dataclass(frozen=True)
class Seed:
    """A call that seeds generators. `function` is the function around it, empty at the top level."""

    generators: tuple[str, ...]
    text: str
    place: Place
    function: str = ""


@dataclass
class Uses:
    """What some sources draw from and seed. Each notebook runs by itself; scripts import each other."""

    name: str
    drawn: set[str] = field(default_factory=set)
    seeds: list[Seed] = field(default_factory=list)
    called: set[str] = field(default_factory=set)  # last parts of the names of all calls

    def add(self, other: Uses) -> None:
        self.drawn |= other.drawn
        self.seeds += other.seeds
        self.called |= other.called

    @property
    def seeded(self) -> set[str]:
        return {name for seed in self.seeds if self._happens(seed) for name in seed.generators}

    def idle(self) -> list[Seed]:
        """Seeds in functions that nobody calls."""
        return [seed for seed in self.seeds if not self._happens(seed)]

    def _happens(self, seed: Seed) -> bool:
        return not seed.function or seed.function in self.called


def look(submission: Submission, sources: Sequence[Source]) -> Finding:
    """Compare what is drawn from with what is seeded, for each notebook, and for the scripts together."""
    groups = [group for group in _groups(sources) if group.drawn]
    if not groups:
        return Finding(Met.UNSEEN, "The code draws no random numbers that are known here, so no seed was looked for.")
    details = []
    for group in groups:
        idle = group.idle()
        details += [f"{seed.place}: `{seed.text}`" for seed in group.seeds if seed not in idle]
        details += [f"{seed.place}: `{seed.text}` never runs, as nothing calls `{seed.function}`" for seed in idle]
    details = list(dict.fromkeys(details))
    lacking = [group for group in groups if group.drawn - group.seeded]
    if not lacking:
        drawn = sorted({name for group in groups for name in group.drawn})
        return Finding(Met.MET, f"Seeds are set for {_listed(drawn)}.", shortened(details))
    names = sorted({name for group in lacking for name in group.drawn - group.seeded})
    where = f" in {', '.join(group.name for group in lacking)}" if len(groups) > 1 else ""
    lines = " and ".join(f"`{ADVICE[name]}`" for name in names)
    advice = f"Put {lines} at the top, below the imports. Results that can be repeated can be checked."
    return Finding(Met.UNMET, f"No seed is set for {_listed(names)}{where}.", shortened(details), advice)


def _groups(sources: Sequence[Source]) -> Iterator[Uses]:
    """Each notebook, with the scripts if it imports any; and the scripts, if one is run by itself."""
    resolver = Resolver([source.path for source in sources])
    run = {*to_run(sources)}
    scripts = Uses("the scripts")
    for source in sources:
        if not source.cells:
            scripts.add(_uses(source))
    for source in sources:
        if source.cells:
            uses = _uses(source)
            if any(resolver.resolve(module, source.path) for module, _ in imported_modules(source, caught=True)):
                uses.add(scripts)
            yield uses
    if not run or any(source.path in run and not source.cells for source in sources):
        yield scripts


def _uses(source: Source) -> Uses:
    uses = Uses(source.path)
    names: dict[str, str] = {}  # full names by local name
    for statement in source.statements:
        for node in ast.walk(statement.node):
            names.update(_bound(node))
    modules = {module.partition(".")[0] for module, _ in imported_modules(source, caught=True)}
    uses.drawn |= {name for name in FRAMEWORKS if name in modules}
    if {"keras", "tensorflow"} <= uses.drawn:
        uses.drawn.discard("keras")  # they share a seed
    for statement in source.statements:
        for node, function in _nodes(statement.node):
            name = _full_name(node, names)
            if isinstance(node, ast.Call):
                called = _full_name(node.func, names)
                uses.called.add(called.rpartition(".")[2])
                if called in SEEDING and _is_fixed(node):
                    place = replace(statement.place, line=node.lineno)
                    uses.seeds.append(Seed(SEEDING[called], ast.unparse(node)[:80], place, function))
            elif name not in SEEDING:
                uses.drawn |= {generator for start, generator in DRAWING.items() if name.startswith(start)}
    return uses


def _bound(node: ast.AST) -> Iterator[tuple[str, str]]:
    match node:
        case ast.Import(names=aliases):
            for alias in aliases:
                yield (alias.asname, alias.name) if alias.asname else (alias.name.partition(".")[0],) * 2
        case ast.ImportFrom(module=str(module), names=aliases, level=0):
            for alias in aliases:
                yield alias.asname or alias.name, f"{module}.{alias.name}"


def _nodes(node: ast.AST, function: str = "") -> Iterator[tuple[ast.AST, str]]:
    """All nodes, each with the name of the function around it; a class's methods count as called."""
    yield node, function
    inside_class = isinstance(node, ast.ClassDef)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        function = function or node.name
    for child in ast.iter_child_nodes(node):
        if inside_class and isinstance(child, ast.FunctionDef):
            for statement in child.body:
                yield from _nodes(statement, function)
        else:
            yield from _nodes(child, function)


def _full_name(node: ast.AST, names: Mapping[str, str]) -> str:
    """`numpy.random.rand` for `np.random.rand`; empty for anything but a name."""
    match node:
        case ast.Name(id=name):
            return names.get(name, name if name not in DRAWING.values() else "")
        case ast.Attribute(value=value, attr=attribute):
            start = _full_name(value, names)
            return f"{start}.{attribute}" if start else ""
        case ast.Call(func=function):
            called = _full_name(function, names)
            return f"{called}()" if called else ""
    return ""


def _is_fixed(call: ast.Call) -> bool:
    """Whether the seed is given, and not from the clock or another generator."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return bool(given) and not any(
        isinstance(node, ast.Attribute) and node.attr in {"time", "time_ns", "now", "randint", "urandom", "getpid"}
        for value in given
        for node in ast.walk(value)
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
