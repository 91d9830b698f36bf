"""Whether code can make an MLP of any number of layers."""

from __future__ import annotations

import ast
import re
from typing import Final

from autograder.quoting import quoted
from autograder.report.wording import counted
from autograder.trace.layers import layers
from autograder.trace.observed import Experiment, Observed

LINEAR: Final = re.compile(r"\b(Linear|LazyLinear|Dense)$")


def any_depth(observed: Observed) -> bool:
    """Whether networks of several depths were made from one class or function, trained or not, or code makes linear layers in a
    loop."""
    depths: dict[str, set[int]] = {}
    for network in (network for source in observed.sources for network in source.networks):
        linear = [layer for layer in layers(network.graph, network.shapes) if layer.kind == "linear"]
        if network.name != "Sequential" and linear and (linear[0].size_in, linear[-1].size_out) == (784, 10):
            depths.setdefault(network.name, set()).add(len(linear))
    return any(len(found) > 1 for found in depths.values()) or any(map(_layers_in_a_loop, observed.bare_code))


def fixed_depth(observed: Observed, experiment: Experiment) -> str:
    """A sentence where the class of the network names each of its layers, and was never made with other ones; '' where it may
    make any number of them, or its class is not in the code."""
    name = experiment.network.name if experiment.network is not None else ""
    code = next(filter(None, (_class_in(text, name) for text in observed.code)), None)
    made = {
        sum(layer.kind == "linear" for layer in layers(network.graph, network.shapes))
        for source in observed.sources
        for network in source.networks
        if network.name == name
    }
    if code is None or len(made) != 1:
        return ""
    named = sum(isinstance(node, ast.Call) and bool(LINEAR.search(ast.unparse(node.func))) for node in ast.walk(code))
    builds = any(isinstance(node, ast.For | ast.While | ast.comprehension | ast.Starred) for node in ast.walk(code))
    if builds or named != next(iter(made)):
        return ""
    hidden = counted(named - 1, "hidden layer")
    return f"The class {quoted(name)} makes {hidden}, and no other number; any number of them is asked for."


def _class_in(text: str, name: str) -> ast.ClassDef | None:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == name]
    return found[-1] if found else None


def _layers_in_a_loop(code: str) -> bool:
    lines = code.splitlines()
    for number, line in enumerate(lines):
        if re.search(r"(Linear|Dense|\blinear|\bdense)\w*\((?!\s*\d+\s*,\s*\d+\s*[,)])", line):
            around = "\n".join(lines[max(number - 6, 0) : number + 4])
            if re.search(r"\bfor\b.+\bin\b", around):
                return True
    return False
