"""Published weights: how many of them a network makes its answers with."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Final

from autograder.trace.observed import Experiment
from autograder.trace.records import Network
from traced.parameters import weights_in_use

ARCHITECTURES: Final = re.compile(
    r"(alexnet|convnext|densenet|efficientnet|googlenet|inception|mnasnet|mobilenet|nasnet|regnet|resnet|resnext|shufflenet|"
    r"squeezenet|swin|vgg|vit_|wide_resnet|xception)",
    re.IGNORECASE,
)
LIBRARIES: Final = re.compile(r"\b(?:torchvision|models|applications|tv|timm)\b")
FAR: Final = 10.0  # from 0: right inputs of a network are centred there, or are pixels
HARDLY: Final = 0.15  # of the mean: the pixels of CIFAR-10 have half of theirs
ENLARGING: Final = re.compile(r"upsample|interpolate|resize|grid_sample|conv_transpose")  # an operator
SMALL: Final = 40  # pixels across; five halvings leave one
MISSPELT: Final = re.compile(
    r"\.(require_grads?|requires_grads|requires_gradients?|required_grad|requires_gard)\s*=(?!=)"
)
READS_A_FILE: Final = re.compile(r"\bload_state_dict_from_url\(|\bload_url\(")
LOADS_WHAT_FITS: Final = re.compile(r"\.load_state_dict\([^\n]*strict\s*=\s*False")
LEAST: Final = 0.2  # of the published network's layers: who takes its first stages alone takes as many


def has_published_weights(network: Network | None) -> bool:
    """Whether a network is one with published weights: a layer of another one, or a network that it never asks, makes it none."""
    return network is not None and bool(network.pretrained) and given_in_use(network) >= LEAST * network.published


def given_in_use(network: Network) -> int:
    """How many of its layers' weights are published ones, and go into its output; all of them, where its graph is not known."""
    used = weights_in_use(network)
    return len(network.given) if used is None else len(used & {*network.given})


def nearly_constant(experiment: Experiment) -> str:
    """A sentence where the pictures of a training hardly differ from a constant that is far from 0; '' where they do. Means of
    pixels of 0 to 255 that are taken from those of 0 to 1 leave so much, about 8 of -115."""
    mean, deviation = next((each.scale for each in experiment.training if each.scale), (0.0, 1.0))
    if abs(mean) < FAR or deviation > HARDLY * abs(mean):
        return ""
    return (
        f"The pictures that the network is given are nearly constant, {mean:.0f} with a deviation of {deviation:.0f}: they are "
        "scaled twice. What takes off means of pixels of 0 to 255, as `preprocess_input` may, must be given such pixels."
    )


def far_too_small(experiment: Experiment) -> str:
    """A sentence where a network whose published layers halve its pictures again and again is given the small ones of CIFAR-10 as
    they are; '' where it is not, or its first convolution is the student's own."""
    first = next((layer for layer in experiment.layers if layer.kind == "conv"), None)
    network = experiment.network
    if network is None or first is None or first.weight not in network.given or first.stride < 2:
        return ""
    side = max(network.input[-2:], default=0)
    if len(network.input) != 4 or not 0 < side <= SMALL or ENLARGING.search(repr(network.graph)):
        return ""
    return (
        f"The network is given pictures of {side} by {side} pixels, and its published weights are those for 224 by 224: its last "
        "layers see hardly more than one pixel. Enlarge the pictures, as `transforms.Resize(224)` does, and scale them as "
        "`weights.transforms()` says."
    )


def made_without(code: Sequence[str]) -> str:
    """The name of a library's architecture that code makes without its published weights, as `resnet18(weights=None)` does; ''
    where there is none, or weights are loaded into it from a file."""
    for text in () if any("load_state_dict" in text for text in code) else code:
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (name := _architecture(node.func)) and _asks_for_none(node):
                return name
    return ""


def freezes_the_wrong_end(experiment: Experiment) -> str:
    """A sentence where the published layers near the output are frozen, and those before them are trained; '' elsewhere. Where
    the network's graph is not known, they are in the order in which the published network lists them."""
    network = experiment.network
    if network is None:
        return ""
    given, frozen = {*network.given}, {*network.frozen}
    order = [layer.weight for layer in experiment.layers if layer.kind in ("conv", "linear") and layer.weight in given]
    order = order or [name for name in network.given if len(network.shapes.get(name, ())) > 1]
    held = [place for place, name in enumerate(order) if name in frozen]
    trained = [place for place, name in enumerate(order) if name not in frozen]
    if not held or not trained or held[0] < trained[-1]:
        return ""
    return (
        f"The last {len(held)} of the {len(order)} layers with published weights are frozen, and the first {len(trained)} are "
        "trained. The first ones see edges and colours, which suit any pictures: freeze these, and train the last ones."
    )


def freezes_in_vain(code: Sequence[str], network: Network) -> str:
    """A sentence where code sets an attribute whose name is nearly `requires_grad`, and no weight of the network is frozen; ''
    where it does not."""
    misspelt = next((found[1] for text in code if (found := MISSPELT.search(text))), "")
    if not misspelt or network.frozen:
        return ""
    return f"`{misspelt}` is no attribute of weights, so setting it freezes none, and all are trained: it is `requires_grad`."


def loads_in_vain(code: Sequence[str]) -> bool:
    """Whether code reads a published file and loads what fits, whatever that is. To be asked where no network has its weights."""
    return any(READS_A_FILE.search(text) for text in code) and any(LOADS_WHAT_FITS.search(text) for text in code)


def _architecture(function: ast.expr) -> str:
    """The last part of a name such as `torchvision.models.resnet18`; '' for other names."""
    whole = ast.unparse(function)
    name = whole.rpartition(".")[2]
    return name if ARCHITECTURES.match(name) and LIBRARIES.search(whole.rpartition(".")[0]) else ""


def _asks_for_none(call: ast.Call) -> bool:
    """Whether a call asks for no weights: it says so, or says nothing where that means none, as it does in torchvision."""
    given = {each.arg: each.value for each in call.keywords}
    for name in ("weights", "pretrained"):
        if name in given:
            value = given[name]
            return isinstance(value, ast.Constant) and value.value in (None, False)
    return not call.args and None not in given and "applications" not in ast.unparse(call.func)
