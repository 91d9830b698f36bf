"""The networks of a run: each is recorded when it is first called, and with its graph when it is trained or the run ends."""

from __future__ import annotations

import contextlib
import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Final

import torch
from torch import nn

from autograder.worker.tracing.exporting import Graph, exported
from autograder.worker.tracing.functions import Functional
from autograder.worker.tracing.loose import Loose
from autograder.worker.tracing.material import MAX_WEIGHTS, Material
from autograder.worker.tracing.modules import Convolution, convolution_of, inner, is_keras, unregistered_weights
from autograder.worker.tracing.places import Places
from autograder.worker.tracing.pretrained import Pretrained
from autograder.worker.tracing.seen import Asked, Emit, Network, Record

MAX_ASKED: Final = 48
MAX_ASKED_AT_A_LINE: Final = 6  # per line of a cell, as in a loop over pictures
MAX_SHAPES: Final = 400
MAX_FROZEN: Final = 400
DRAWING: Final = frozenset("rand rand_like uniform_ bernoulli bernoulli_ randint randint_like".split())


class Networks:
    """All networks that were called, by their modules."""

    def __init__(self, emit: Emit, places: Places, material: Material, pretrained: Pretrained) -> None:
        self._emit, self._places, self._material, self._pretrained = emit, places, material, pretrained
        self._networks: dict[int, Network] = {}
        self._numbers = itertools.count()
        self._asked = 0
        self._asked_at: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Network]:
        return iter(tuple(self._networks.values()))

    def of(self, module: nn.Module, inputs: torch.Tensor) -> Network:
        """The network of a module; recorded at its first call."""
        found = self._networks.get(id(module))
        if found is None:
            found = self._networks[id(module)] = self._new(module, self._described(module, inputs))
            self._emit(found.record)
        return found

    def known(self, module: nn.Module) -> Network | None:
        """The network of a module; None if it has not been called."""
        return self._networks.get(id(module))

    def _new(self, module: nn.Module, record: Record) -> Network:
        number = next(self._numbers)
        return Network(number, module, record | {"id": number})

    def _described(self, module: nn.Module, inputs: torch.Tensor) -> Record:
        shapes = {name: list(value.shape) for name, value in module.state_dict().items()}
        unregistered = {name: list(value.shape) for name, value in unregistered_weights(module).items()}
        shapes |= unregistered
        weights = [each for each in module.parameters() if each.is_floating_point()]  # Keras keeps seeds among them
        return {
            "what": "network",
            "name": (module.name if isinstance(module, Functional) else "") or type(module).__name__,
            "made": self._places.here(),
            "parameters": sum(each.numel() for each in weights),
            **_trainable(module),
            "buffers": [name for name, _ in module.named_buffers()][:MAX_SHAPES],
            "shapes": dict(list(shapes.items())[:MAX_SHAPES]),
            "unregistered": list(unregistered)[:MAX_SHAPES],
            "input": list(inputs.shape),
            **self._given(module),
            "part_of": next((each.id for each in self if _contains(each.module, module)), None),
            "graph": None,
            "any_batch": False,
            "why_no_graph": "",
        }

    def _given(self, module: nn.Module) -> Record:
        given = self._pretrained.given_to(module)
        return {"pretrained": given.name, "given": list(given.weights)[:MAX_SHAPES], "published": given.of}

    def export(self, network: Network, inputs: torch.Tensor, training: bool) -> Network:
        """The network as it computes now, recorded with its graph; a new one if its code has changed since it was recorded.
        `training` is the mode for Keras, whose modules have no mode of their own."""
        if network.exported:
            self._look_at_what_is_frozen(network)
            return self._as_it_is(network, inputs, training)
        network.exported = True
        module = network.module
        network.record |= self._given(module)
        if isinstance(module, Loose):
            network.record |= {"graph": module.graph, "any_batch": True, "graph_mode": True}
        else:
            network.record |= _graph(module, inputs, training)
            network.record |= _trainable(module)
            if _draws(network.record["graph"]) and not isinstance(module, Functional) and not is_keras(module):
                with evaluating(module):
                    network.record["evaluated"] = _graph(module, inputs, False)["graph"]
        self._emit(network.record)
        return network

    def _look_at_what_is_frozen(self, network: Network) -> None:
        """Record which weights are frozen now: a second training may thaw some."""
        now = _trainable(network.module)
        if now["frozen"] != network.record["frozen"]:
            network.record |= now
            self._emit(network.record)

    def _as_it_is(self, network: Network, inputs: torch.Tensor, training: bool) -> Network:
        """A recorded network, or a new one with its weights if its graph has changed, as after `net.activation = torch.tanh`."""
        module, record = network.module, network.record
        if isinstance(module, Loose | Functional) or not record["any_batch"]:
            return network
        now = _graph(module, inputs, training)
        if now["graph"] is None or not now["any_batch"] or now["graph_mode"] != record["graph_mode"]:
            return network
        if now["graph"] == record["graph"]:
            return network
        other = self._networks[id(module)] = self._new(module, record | now | {"evaluated": None})
        other.exported, other.run, other.steps = True, network.run, network.steps
        other.left, other.beginnings = network.left, network.beginnings
        self._emit(other.record)
        return other

    def export_the_rest(self) -> None:
        """Record the networks that were never trained with their graphs, except parts of others."""
        for network in self:
            if not network.exported and network.record["part_of"] is None:
                self.export(network, torch.zeros(network.record["input"]), network.module.training)

    def asked(self, network: Network, inputs: torch.Tensor) -> Asked | None:
        """The inputs of a network or one of its layers, if they are pictures for a convolution. They are copied, as they may be
        changed before it is known what the output is used for."""
        if self._asked >= MAX_ASKED:
            return None
        if isinstance(network.module, Functional):
            first = network.module.convolution(network.record["graph"] or [])
        else:
            first = next(filter(None, map(convolution_of, inner(network.module))), None)
        if first is None:
            return None
        pictures = inputs.permute(0, 3, 1, 2) if first.channels_last and inputs.dim() == 4 else inputs
        return Asked(network, self._places.here(), first, pictures.detach().clone())

    def emit_convolved(self, convolution: Convolution, pictures: torch.Tensor) -> None:
        """Record pictures that code has convolved itself, for the network with these weights or for none."""
        place = self._places.here()
        if not self._is_enough(place):
            weight = convolution.weight
            own = (each for each in self if any(_equal(one, weight) for one in each.module.parameters()))
            self.emit_asked(Asked(next(own, None), place, convolution, pictures.detach().clone()))

    def emit_asked(self, asked: Asked) -> None:
        """Record the pictures that a network is applied to, with the current weights of its first convolution; a few times per
        line."""
        if self._is_enough(asked.place):
            return
        self._asked_at[_line(asked.place)] += 1
        name = f"asked{self._asked}"
        self._asked += 1
        self._emit(
            {
                "what": "asked",
                "network": asked.network.id if asked.network is not None else None,
                "place": asked.place,
                "padding": asked.first.padding,
                "stride": asked.first.stride,
                "inputs": self._material.keep(f"{name}/inputs", asked.pictures),
                "weight": self._material.keep(f"{name}/weight", asked.first.weight, MAX_WEIGHTS),
                "bias": self._material.keep(f"{name}/bias", asked.first.bias, MAX_WEIGHTS),
            }
        )

    def _is_enough(self, place: Record) -> bool:
        """Whether no more are recorded, at all or for this line."""
        return self._asked >= MAX_ASKED or self._asked_at[_line(place)] >= MAX_ASKED_AT_A_LINE


def _line(place: Record) -> str:
    return "{run_in}:{source}:{cell}:{line}".format(**place)


def _equal(one: torch.Tensor, other: torch.Tensor) -> bool:
    return one.shape == other.shape and torch.equal(one.detach(), other.detach())


def _contains(module: nn.Module, inner: nn.Module) -> bool:
    return module is not inner and any(each is inner for each in module.modules())


def _draws(graph: Graph | None) -> bool:
    """Whether operators of a graph draw random numbers, other than the library's dropout."""
    return any(node[0] == "op" and node[2].split(".")[1] in DRAWING for node in graph or ())


@contextlib.contextmanager
def evaluating(module: nn.Module) -> Iterator[None]:
    """Put a module into evaluation mode inside the block; its own `eval()` is not called."""
    modes = {each: each.training for each in module.modules()}
    for each in modes:
        each.training = False
    try:
        yield
    finally:
        for each, mode in modes.items():
            each.training = mode


def _graph(module: nn.Module, inputs: torch.Tensor, training: bool) -> Record:
    """The fields of a network's record about its graph; that of evaluation mode if there is none of training mode, as for a
    layer that moves pictures by random amounts."""
    mode = training if is_keras(module) else module.training
    try:
        graph, any_batch, why = exported(module, inputs, mode)
    except Exception as error:  # a student's forward pass may raise anything
        without = {"graph": None, "any_batch": False, "why_no_graph": str(error)[:300]}
        return without | _graph_of_evaluation(module, inputs) if mode else without
    return {"graph": graph, "any_batch": any_batch, "graph_mode": mode, "why_no_graph": "" if any_batch else why}


def _graph_of_evaluation(module: nn.Module, inputs: torch.Tensor) -> Record:
    with evaluating(module):
        try:
            graph, any_batch, _ = exported(module, inputs, False)
        except Exception:
            return {}
    return {"graph": graph, "any_batch": any_batch, "graph_mode": False, "only_evaluated": True}


def _trainable(module: nn.Module) -> Record:
    """How many numbers are trained, and the names of the weights that are not."""
    learned = [each for each in module.parameters() if each.is_floating_point() and each.requires_grad]
    frozen = [name for name, each in module.named_parameters() if not each.requires_grad]
    return {"trainable": sum(each.numel() for each in learned), "frozen": frozen[:MAX_FROZEN]}
