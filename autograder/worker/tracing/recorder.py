"""Follows what a run does with PyTorch: which network is trained how, on what, and what it is measured at.

All of it is told as records: plain dictionaries with a `what` and, where a later one takes an earlier one's place, an `id`.
Arrays are told once, as `material` with a name. `docs/trace-format.md` is the specification.
"""

from __future__ import annotations

import hashlib
import inspect
import math
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import torch
from torch import nn

from autograder.worker.tracing.by_hand import HandIteration, HandIterations
from autograder.worker.tracing.exporting import exported
from autograder.worker.tracing.loose import Loose, Operators, is_loose, pass_of, weights_of
from autograder.worker.tracing.modules import convolution_of, inner, is_keras, named_weights
from autograder.worker.tracing.pictures import Pictures
from autograder.worker.tracing.places import Places
from autograder.worker.tracing.timelapse import batch_size_of, described, draws_at_random, length_of_iteration

KEPT_STEPS: Final = 3  # of each training run, with inputs, labels and the generator's state
MAX_LOSSES: Final = 20_000  # of each training run
MAX_PASSES: Final = 6_000
MAX_STEPS_TOLD: Final = 200  # of a network that is trained without any loader: forward passes that are told one by one
MAX_RUNS: Final = 200
MAX_READINGS: Final = 3_000
FIRST: Final = 8  # samples of data whose places are told
MAX_ASKED: Final = 48
MAX_ASKED_AT_A_LINE: Final = 6  # of one cell: a loop over pictures goes on, one over a loader's last batches ends
MAX_MATERIAL: Final = 640 * 2**20  # bytes in all
MAX_WEIGHTS: Final = 24 * 2**20  # bytes of one network that are kept
MAX_KEPT_INPUT: Final = 8 * 2**20  # bytes of one batch
DEEP: Final = 4  # weight matrices of a fully connected network: one more than the usual two hidden layers and an output
CLASSES: Final = 10
BY_HAND: Final = "by hand"  # the name of a loss that no function of a library computed
KERAS_ARRAYS: Final = "ArrayDataset"  # which says nothing

Record = dict[str, Any]
Tell = Callable[[Record], None]


@dataclass
class _Network:
    id: int
    module: nn.Module
    record: Record
    exported: bool = False
    run: int | None = None  # the last training run
    steps: int = 0  # of that run


@dataclass
class _Run:
    id: int
    optimizer: torch.optim.Optimizer
    network: _Network | None
    record: Record
    losses: list[float] = field(default_factory=list)
    steps: int = 0
    dirty: bool = True


@dataclass
class _Pass:
    record: Record
    started: float
    last: float  # when its last batch came
    labels: torch.Tensor | None = None  # of its last batch
    confusion: torch.Tensor | None = None


@dataclass
class _Iteration:
    """One run through a data loader, or through arrays by hand."""

    about: Record
    data: int | None = None  # known with the first batch
    labels: torch.Tensor | None = None
    passes: dict[int, _Pass] = field(default_factory=dict)


@dataclass
class _Part:
    """A forward pass with gradients, and the loss that was made of it."""

    network: _Network
    module: nn.Module
    inputs: torch.Tensor
    output: torch.Tensor
    state: torch.Tensor | None
    training: bool
    current: _Pass | None
    loss: Record | None = None
    labels: torch.Tensor | None = None


class Recorder:
    """Holds what was seen so far. Its methods are called by the hooks (`hooks.py`) and by the program around the run."""

    def __init__(self, tell: Tell, places: Places, pictures: Pictures | None = None) -> None:
        self._tell, self._places, self._pictures = tell, places, pictures
        self._by_hand = HandIterations(pictures) if pictures is not None else None
        self._hand: dict[
            tuple[int, bool], tuple[HandIteration, _Iteration]
        ] = {}  # by network, with gradients or without
        self._networks: dict[int, _Network] = {}
        self._runs: dict[int, _Run] = {}
        self._data: dict[str, int] = {}
        self._iterations: list[_Iteration] = []
        self._parts: list[_Part] = []  # since the last step
        self._last: _Part | None = None  # the last forward pass of all, with gradients or without
        self._alone: Counter[int] = Counter()  # forward passes of each network that are in no iteration
        self._counted = {"pass": 0, "step": 0, "reading": 0, "maps": 0}
        self._asked_at: Counter[str] = Counter()
        self._bytes = 0
        self._clip: Record | None = None
        self._operators = Operators()
        self._loose: dict[int, Loose] = {}  # by optimizer: networks without a module
        self._at_loose: Loose | None = None  # that whose operators are recorded
        self._told_loss: tuple[Any, ...] | None = None  # of the last loss function: what `loss` was told
        self._stepped_on: float | None = None  # the value from which gradients were computed last
        self.paused = False  # while the recorder itself computes

    # --- data

    def iteration_begins(self, loader: Any) -> _Iteration:
        about = described(loader.dataset, loader.sampler)
        about |= {"batch": batch_size_of(loader), "batches": _length(loader), "shuffled": draws_at_random(loader)}
        about["samples"] = length_of_iteration(loader, about["samples"])
        iteration = _Iteration(about)
        self._iterations.append(iteration)
        return iteration

    def batch_is_given(self, iteration: _Iteration, batch: Any) -> None:
        labels = batch[1] if isinstance(batch, list | tuple) and len(batch) > 1 else None
        iteration.labels = labels if isinstance(labels, torch.Tensor) else None
        if iteration.data is None:
            self._tell_data(iteration, batch[0] if isinstance(batch, list | tuple) and batch else batch)
        if iteration in self._iterations:  # the one that gave the last batch is the one at work
            self._iterations.remove(iteration)
            self._iterations.append(iteration)

    def _tell_data(self, iteration: _Iteration, inputs: Any = None) -> None:
        """Tell where an iteration's samples come from, once for all of the same. Arrays are known by their pictures."""
        about = iteration.about
        if not about["split"] and self._pictures is not None and isinstance(inputs, torch.Tensor):
            known = self._pictures.known(inputs[:FIRST])
            if known is not None:  # a part of a set, as a slice of an array is
                first = [] if about["shuffled"] else known.places.tolist()
                about |= {"split": known.split, "base": known.size, "first": first}
                about["set"] = known.set if about["set"] == KERAS_ARRAYS else about["set"]
        key = repr(about)
        if key not in self._data:
            self._data[key] = len(self._data)
            self._tell({"what": "data", "id": self._data[key], **about})
        iteration.data = self._data[key]

    def iteration_ends(self, iteration: _Iteration) -> None:
        if iteration in self._iterations:
            self._iterations.remove(iteration)
        self._tell_passes(iteration)

    def _tell_passes(self, iteration: _Iteration) -> None:
        for each in iteration.passes.values():
            self._tell_pass(each)

    # --- forward passes

    @property
    def module(self) -> nn.Module | None:
        """The network that was called last."""
        return self._last.module if self._last is not None else None

    def forward(
        self, module: nn.Module, inputs: Any, output: Any, state: torch.Tensor | None, training: bool | None = None
    ) -> None:
        """A module with weights was called, and not by another one. `state` is the generator's before the call.

        `training` is the mode of the call, where it isn't the module's own.
        """
        if not isinstance(inputs, torch.Tensor) or not isinstance(output, torch.Tensor) or output.dim() == 0:
            return
        if inputs.is_meta or output.is_meta:  # Keras asks for shapes so, before it makes weights
            return
        network = self._network(module, inputs)
        gradients = torch.is_grad_enabled() and output.requires_grad
        part = _Part(
            network, module, inputs.detach(), output, state, module.training if training is None else training, None
        )
        part.current = self._count_pass(part, gradients)
        self._last = part
        if gradients:
            self._parts.append(part)
            del self._parts[:-64]  # forward passes that no step follows
        elif inputs.dim() >= 3 and (len(inputs) <= 16 or not self._iterations):
            self._keep_maps_input(network, inputs[:16])

    def _network(self, module: nn.Module, inputs: torch.Tensor) -> _Network:
        found = self._networks.get(id(module))
        if found is None:
            shapes = {name: list(value.shape) for name, value in module.state_dict().items()}
            weights = [each for each in module.parameters() if each.is_floating_point()]  # Keras keeps seeds among them
            trainable = sum(each.numel() for each in weights if each.requires_grad)
            record: Record = {
                "what": "network",
                "id": len(self._networks),
                "name": type(module).__name__,
                "made": self._places.here(),
                "parameters": sum(each.numel() for each in weights),
                "trainable": trainable,
                "frozen": [name for name, each in module.named_parameters() if not each.requires_grad][:50],
                "shapes": dict(list(shapes.items())[:400]),
                "input": list(inputs.shape),
                "part_of": next((n.id for n in self._networks.values() if _contains(n.module, module)), None),
                "graph": None,
                "any_batch": False,
                "why_no_graph": "",
            }
            found = self._networks[id(module)] = _Network(record["id"], module, record)
            self._tell(record)
        return found

    def _count_pass(self, part: _Part, gradients: bool) -> _Pass | None:
        """Count the samples of this forward pass, and how many of them it gets right."""
        network, now = part.network, time.monotonic()
        iteration = self._iteration(part, gradients)
        current = iteration.passes.get(network.id) if iteration is not None else None
        if current is None:
            alone = gradients and iteration is None
            self._counted["step" if alone else "pass"] += 1
            if self._counted["pass"] > MAX_PASSES:
                return None
            self._alone[network.id] += alone
            record = {
                "what": "pass",
                "id": self._counted["pass"] + self._counted["step"],
                "network": network.id,
                "run": network.run,
                "after": network.steps,
                "steps": 0,
                "data": iteration.data if iteration is not None else None,
                "gradients": gradients,
                "training_mode": part.training,
                "samples": 0,
                "batches": 0,
                "correct": None,
                "loss_means": 0.0,
                "loss_weighted": 0.0,
                "losses": 0,
                "last_loss": None,
                "cross_entropy": 0.0,
                "output": list(part.output.shape[1:]),
                "place": self._places.here(),
            }
            current = _Pass(record, now, now)
            if iteration is not None:
                iteration.passes[network.id] = current
        current.last = now
        current.record["samples"] += len(part.output)
        current.record["batches"] += 1
        current.labels = iteration.labels if iteration is not None else None
        if iteration is not None and iteration.labels is not None:
            self._count_correct(current, part.output, iteration.labels)
        return current

    def _iteration(self, part: _Part, gradients: bool) -> _Iteration | None:
        """The iteration that a forward pass is of: a loader's, whose batch has as many samples, or one by hand."""
        iteration = self._iterations[-1] if self._iterations else None
        if iteration is not None and iteration.labels is not None and len(iteration.labels) == len(part.output):
            return iteration
        if self._by_hand is None:
            return None
        after = part.network.steps
        hand = self._by_hand.of(part.network.id, gradients, after, part.inputs)
        return self._followed(hand, part.network.id, gradients) if hand is not None else None

    def _followed(self, hand: HandIteration, network: int, gradients: bool) -> _Iteration:
        known, iteration = self._hand.get((network, gradients), (None, _Iteration(hand.about)))
        if known is not hand:
            self._tell_passes(iteration)
            iteration = _Iteration(hand.about)
            self._tell_data(iteration)
            self._hand[network, gradients] = (hand, iteration)
        iteration.labels = hand.known.labels
        return iteration

    def _count_correct(self, current: _Pass, output: torch.Tensor, labels: torch.Tensor) -> None:
        with torch.no_grad():
            truth = (
                labels.detach().argmax(1) if labels.dim() == 2 and labels.shape[1] > 1 else labels.detach().reshape(-1)
            )
            if output.dim() != 2 or output.shape[1] < 2 or len(truth) != len(output) or truth.is_floating_point():
                return
            guess = output.detach().argmax(1)
            current.record["correct"] = (current.record["correct"] or 0) + int((guess == truth).sum())
            if not current.record["gradients"] and output.shape[1] == CLASSES and int(truth.max()) < CLASSES:
                current.record["cross_entropy"] += _cross_entropy(output.detach(), truth)
                if current.confusion is None:
                    current.confusion = torch.zeros(CLASSES * CLASSES, dtype=torch.int64)
                current.confusion += torch.bincount(truth.long() * CLASSES + guess, minlength=CLASSES * CLASSES)

    def compared(self, one: Any, other: Any, result: Any) -> None:
        """Two tensors were compared: where no loader gave labels, predictions with labels."""
        last = self._last
        if last is None or last.current is None or last.current.record["data"] is not None:
            return
        if not (isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor) and isinstance(result, torch.Tensor)):
            return
        if one.is_meta or other.is_meta:
            return
        if one.shape == other.shape and one.numel() == len(last.output) and one.numel() > 1:
            last.current.record["correct"] = int(result.sum())
            self._tell_pass(last.current)

    def cell_ends(self) -> None:
        """What comes next is not part of a pass that was begun."""
        self._operators.end()

    # --- losses and steps

    def loss(
        self,
        name: str,
        inputs: Any,
        labels: Any,
        options: Record,
        value: Any,
        penalties: Record | None = None,
        bare: bool = False,
    ) -> None:
        """A loss was computed. `penalties` are factors on weights that are in `value`, or are added later where it is `bare`."""
        if not isinstance(value, torch.Tensor) or value.numel() != 1 or not isinstance(inputs, torch.Tensor):
            return
        part = self._last
        if not value.is_meta:
            self._told_loss = (name, inputs, labels, options, value)
        if part is None or len(part.output) != len(inputs) or value.is_meta or inputs.is_meta:
            return
        number = float(value.detach())
        part.loss = {"name": name, "options": options, "value": number, "tensor": id(value)}
        part.loss |= {"penalties": penalties, "bare": bare} if penalties else {}
        part.labels = labels.detach() if isinstance(labels, torch.Tensor) else None
        if part.current is not None and math.isfinite(number):
            record = part.current.record
            mean = number / len(part.output) if options.get("reduction") == "sum" else number
            record["loss_means"] += mean
            record["loss_weighted"] += mean * len(part.output)
            record["losses"] += 1
            record["last_loss"] = number
            if record["data"] is None and (not record["gradients"] or self._alone[part.network.id] <= MAX_STEPS_TOLD):
                self._tell_pass(part.current)

    def counted(self, correct: int) -> None:
        """So many of the last forward pass's answers are right, where labels alone don't tell."""
        if self._last is not None and self._last.current is not None:
            record = self._last.current.record
            record["correct"] = (record["correct"] or 0) + correct

    def before_backward(self, value: torch.Tensor) -> None:
        """Gradients are going to be computed from `value`: a network without a module is now known by its operators."""
        self._stepped_on = float(value.detach()) if value.numel() == 1 and not value.is_meta else None
        self._operators.end()
        called, loose = self._operators.called, self._at_loose
        if not called or loose is None:
            return
        found = pass_of(called, loose.weights, value)
        self._operators.forget()
        if found is None:
            return
        self._at_loose = None
        loose.graph = found.graph
        network = self._network(loose, found.inputs)
        part = _Part(network, loose, found.inputs.detach(), found.output, None, True, None)
        part.current = self._count_pass(part, True)
        self._last, self._parts = part, [part]
        if self._told_loss is not None and self._told_loss[4] is value:
            self.loss(*self._told_loss)
        self._told_loss = None

    def backward(self, value: torch.Tensor) -> None:
        """Gradients were computed from `value`; called after it."""
        part = self._last
        if part is None:
            return
        if part.loss is None and value.numel() == 1 and part.output.requires_grad and not value.is_meta:
            labels = part.current.labels if part.current is not None else None
            self.loss(BY_HAND, part.output, labels, {}, value)
        if part.loss is not None and "backward" not in part.loss:
            part.loss["backward"] = float(value.detach()) if value.numel() == 1 else None
            part.loss["itself"] = part.loss["tensor"] == id(value)
            if part.loss.pop("bare", False) and part.loss["itself"]:
                del part.loss["penalties"]  # the student's own loop leaves them out
        matrices = [(name, each) for name, each in part.module.named_parameters() if each.dim() > 1]
        if (
            len(matrices) >= DEEP
            and all(each.dim() == 2 for _, each in matrices)
            and self._counted["reading"] < MAX_READINGS
        ):
            self._counted["reading"] += 1
            self._tell_reading(part)

    def _tell_reading(self, part: _Part) -> None:
        rows = []
        for name, each in named_weights(part.module):
            gradient = each.grad
            if gradient is not None and gradient.numel():
                norm, mean, largest = float(gradient.norm()), float(gradient.abs().mean()), float(gradient.abs().max())
                rows.append([name, each.dim(), mean, norm, largest, norm / math.sqrt(gradient.numel())])
        self._tell(
            {
                "what": "gradients",
                "network": part.network.id,
                "steps": part.network.steps,
                "run": part.network.run,
                "training_mode": part.training,
                "place": self._places.here(),
                "rows": rows[:100],
            }
        )

    def clipped(self, kind: str, bound: float) -> None:
        self._clip = {"kind": kind, "bound": float(bound)}

    def before_step(self, optimizer: torch.optim.Optimizer) -> None:
        run = self._runs.get(id(optimizer))
        if run is None:
            if len(self._runs) >= MAX_RUNS:
                return
            loose = self._begins_a_loose_one(optimizer)
            run = self._loose_run(optimizer, loose) if loose is not None else self._new_run(optimizer, len(self._runs))
            self._runs[id(optimizer)] = run
        elif run.steps == 1 and run.network is None and id(optimizer) in self._loose:
            run = self._runs[id(optimizer)] = self._with_its_network(run)
        parts = [part for part in self._parts if part.network is run.network]
        if run.steps < KEPT_STEPS and run.network is not None:
            run.record["kept"].append(self._kept_step(run, parts))
        last = parts[-1] if parts else None
        value = last.loss.get("backward", last.loss["value"]) if last is not None and last.loss is not None else None
        if last is None and id(optimizer) in self._loose:
            value = self._stepped_on
        if len(run.losses) < MAX_LOSSES:
            run.losses.append(value if value is not None else math.nan)
        group = optimizer.param_groups[0]
        if run.record["rates"][-1][1] != group.get("lr") and len(run.record["rates"]) < 500:
            run.record["rates"].append([run.steps, _number(group.get("lr"))])
        for part in parts:
            if part.current is not None and part.current.record["run"] != run.id:
                part.current.record["run"], part.current.record["after"] = run.id, run.steps
        if last is not None and last.current is not None:
            last.current.record["steps"] += 1
            if last.training:
                run.record["steps_in_training_mode"] += 1

    def after_step(self, optimizer: torch.optim.Optimizer) -> None:
        run = self._runs.get(id(optimizer))
        loose = self._loose.get(id(optimizer))
        if run is None:
            return
        if loose is not None and run.steps + 1 < KEPT_STEPS:
            self._at_loose, self._last = loose, None
            self._operators.begin()
        run.steps += 1
        run.dirty = True
        run.record["ended"] = time.monotonic()
        if run.network is not None:
            run.network.run, run.network.steps = run.id, run.steps
            if run.steps == KEPT_STEPS:
                run.record["weights_after"] = self._keep_weights(f"run{run.id}/after", run.network.module)
        self._parts.clear()
        self._clip = None

    def _begins_a_loose_one(self, optimizer: torch.optim.Optimizer) -> Loose | None:
        """The network without a module that this step is the first of; None where a module is trained."""
        if not isinstance(optimizer, torch.optim.Optimizer):  # Keras's
            return None
        return Loose(weights_of(optimizer)) if is_loose(optimizer, [part.module for part in self._parts]) else None

    def _loose_run(self, optimizer: torch.optim.Optimizer, loose: Loose) -> _Run:
        """A run whose network is not known yet: of the first step, its weights and gradients are."""
        self._loose[id(optimizer)] = loose
        run = _Run(len(self._runs), optimizer, None, self._record_of_run(optimizer, len(self._runs), None))
        gradients = {
            name: self._keep(f"run{run.id}/gradients/{name}", each.grad, MAX_WEIGHTS)
            for name, each in loose.named_parameters()
        }
        rate = _number(optimizer.param_groups[0].get("lr"))
        run.record["kept"] = [{"parts": [], "gradients": gradients, "rate": rate, "clip": None}]
        run.record["weights_before"] = self._keep_weights(f"run{run.id}/before", loose)
        return run

    def _with_its_network(self, run: _Run) -> _Run:
        """The run with the network that its second step has shown; with one of the modules that were called where none has."""
        loose = next((part for part in self._parts if isinstance(part.module, Loose)), None)
        if loose is None:
            del self._loose[id(run.optimizer)]
            known = self._new_run(run.optimizer, run.id)
            known.losses, known.steps = run.losses, run.steps
            return known
        run.network = loose.network
        run.record["network"] = loose.network.id
        self._export(loose.network, loose.inputs, True)
        loose.network.steps = run.steps
        return run

    def _new_run(self, optimizer: torch.optim.Optimizer, number: int) -> _Run:
        owned = {id(each) for group in optimizer.param_groups for each in group["params"]}
        candidates = {part.network.id: part for part in self._parts if _owned(part.module, owned)}
        part = max(candidates.values(), key=lambda each: _owned(each.module, owned), default=None)
        stray = part is None and bool(self._parts)  # the optimizer holds other weights than those that are used
        part = part or (self._parts[-1] if self._parts else None)
        record = self._record_of_run(optimizer, number, part) | {"holds_other_weights": stray}
        if part is not None:
            network = part.network
            record["continues"] = network.run
            record["first"] = _digest(network.module)
            record["weights_before"] = self._keep_weights(f"run{record['id']}/before", network.module)
            self._export(network, part.inputs, part.training)
            network.steps = 0
        return _Run(record["id"], optimizer, part.network if part is not None else None, record)

    def _record_of_run(self, optimizer: torch.optim.Optimizer, number: int, part: _Part | None) -> Record:
        group = optimizer.param_groups[0]
        owned = {id(each) for group in optimizer.param_groups for each in group["params"]}
        settings = {key: _setting(value) for key, value in group.items() if key != "params"}
        return {
            "what": "run",
            "id": number,
            "network": part.network.id if part is not None else None,
            "optimizer": type(optimizer).__name__,
            "settings": settings,
            "groups": len(optimizer.param_groups),
            "holds_other_weights": False,
            "left_out": [name for name, each in part.module.named_parameters() if id(each) not in owned][:20]
            if part
            else [],
            "place": self._places.here(),
            "rates": [[0, _number(group.get("lr"))]],
            "kept": [],
            "steps": 0,
            "steps_in_training_mode": 0,
            "began": time.monotonic(),
            "ended": time.monotonic(),
            "weights_before": None,
            "weights_after": None,
            "first": "",
            "last": "",
            "continues": None,
        }

    def _export(self, network: _Network, inputs: torch.Tensor, training: bool) -> None:
        if network.exported:
            return
        network.exported = True
        if isinstance(network.module, Loose):
            network.record |= {"graph": network.module.graph, "any_batch": True, "graph_mode": True}
            self._tell(network.record)
            return
        self.paused = True
        mode = training if is_keras(network.module) else network.module.training
        try:
            graph, any_batch, why = exported(network.module, inputs, mode)
            network.record |= {
                "graph": graph,
                "any_batch": any_batch,
                "graph_mode": mode,
                "why_no_graph": "" if any_batch else why,
            }
        except Exception as error:  # whatever a student's forward pass raises
            network.record["why_no_graph"] = str(error)[:300]
        finally:
            self.paused = False
        learned = [each for each in network.module.parameters() if each.is_floating_point() and each.requires_grad]
        network.record["trainable"] = sum(each.numel() for each in learned)
        self._tell(network.record)

    def _kept_step(self, run: _Run, parts: list[_Part]) -> Record:
        kept = []
        parts = [part for part in parts if part.loss is not None] or parts  # others led nowhere
        for number, part in enumerate(parts[-8:]):
            name = f"run{run.id}/step{run.steps}/{number}"
            loss = {key: value for key, value in (part.loss or {}).items() if key != "tensor"}
            kept.append(
                {
                    "inputs": self._keep(f"{name}/inputs", part.inputs, MAX_KEPT_INPUT),
                    "labels": self._keep(f"{name}/labels", part.labels, MAX_KEPT_INPUT),
                    "state": self._keep(f"{name}/state", part.state, MAX_KEPT_INPUT),
                    "training_mode": part.training,
                    "loss": loss or None,
                }
            )
        return {"parts": kept, "rate": _number(run.optimizer.param_groups[0].get("lr")), "clip": self._clip}

    # --- material

    def _keep(self, name: str, value: torch.Tensor | None, bound: int) -> str | None:
        if value is None or value.numel() * value.element_size() > bound or self._bytes > MAX_MATERIAL:
            return None
        self._bytes += value.numel() * value.element_size()
        self._tell({"what": "material", "name": name, "array": value.detach().clone()})
        return name

    def _keep_weights(self, name: str, module: nn.Module) -> list[str] | None:
        """Tell a network's parameters and buffers as they are. None where they are too large."""
        state = {**dict(module.named_parameters()), **dict(module.named_buffers())}
        if sum(each.numel() * each.element_size() for each in state.values()) > MAX_WEIGHTS:
            return None
        kept = [self._keep(f"{name}/{key}", value, MAX_WEIGHTS) for key, value in state.items()]
        return None if None in kept else list(state)

    def _keep_maps_input(self, network: _Network, inputs: torch.Tensor) -> None:
        """Keep the few pictures that a network or a layer of it is asked about, with the weights of the first convolution."""
        first = next(filter(None, map(convolution_of, inner(network.module))), None)
        line = "{run_in}:{source}:{cell}:{line}".format(**self._places.here())
        if first is None or self._counted["maps"] >= MAX_ASKED or self._asked_at[line] >= MAX_ASKED_AT_A_LINE:
            return
        self._asked_at[line] += 1
        number = self._counted["maps"]
        self._counted["maps"] += 1
        record: Record = {"what": "asked", "network": network.id, "place": self._places.here()}
        record |= {"padding": first.padding, "stride": first.stride}
        pictures = inputs.permute(0, 3, 1, 2) if first.channels_last and inputs.dim() == 4 else inputs
        record["inputs"] = self._keep(f"asked{number}/inputs", pictures, MAX_KEPT_INPUT)
        record["weight"] = self._keep(f"asked{number}/weight", first.weight, MAX_WEIGHTS)
        record["bias"] = self._keep(f"asked{number}/bias", first.bias, MAX_WEIGHTS)
        self._tell(record)

    # --- telling

    def _tell_pass(self, each: _Pass) -> None:
        confusion = None if each.confusion is None else each.confusion.reshape(CLASSES, CLASSES).tolist()
        # From one batch to another: nothing says when the last one was done with.
        between = (each.last - each.started) / max(each.record["batches"] - 1, 1)
        self._tell({**each.record, "seconds": between * each.record["batches"], "confusion": confusion})

    def tell_progress(self) -> None:
        """Tell the training runs as they are now."""
        for run in self._runs.values():
            if run.dirty:
                run.dirty = False
                self._tell({**run.record, "steps": run.steps, "losses": run.losses})

    def finish(self) -> None:
        """Tell what only the end shows: each network's last weights, and those that were never trained."""
        self.stop()
        for network in self._networks.values():
            if not network.exported and network.record["part_of"] is None:
                self._export(network, torch.zeros(network.record["input"]), network.module.training)

    def stop(self) -> None:
        """Tell what is known, in the middle of a run: passes that are under way, each network's weights as they are."""
        for iteration in (*self._iterations, *(each for _, each in self._hand.values())):
            self._tell_passes(iteration)
        for run in self._runs.values():
            if run.network is not None and run.network.run == run.id:
                run.record["last"] = _digest(run.network.module)
                run.record["weights_last"] = self._keep_weights(f"run{run.id}/last", run.network.module)
                run.dirty = True
        self.tell_progress()


def _contains(module: nn.Module, inner: nn.Module) -> bool:
    return module is not inner and any(each is inner for each in module.modules())


def _owned(module: nn.Module, owned: set[int]) -> int:
    """How many of a module's numbers are in an optimizer."""
    return sum(each.numel() for each in module.parameters() if id(each) in owned)


def _cross_entropy(output: torch.Tensor, classes: torch.Tensor) -> float:
    """The sum of -log p of the true classes (B,), for outputs (B, classes): logits, probabilities or logarithms of them."""
    probabilities = bool((output >= 0).all()) and bool(
        torch.allclose(output.sum(1), torch.ones(len(output)), atol=1e-3)
    )
    scores = output.clamp(min=1e-12).log() if probabilities else output
    return float(torch.log_softmax(scores, 1).gather(1, classes.long()[:, None]).sum().neg())


def _digest(module: nn.Module) -> str:
    found = hashlib.blake2b(digest_size=8)
    for each in module.parameters():
        found.update(each.detach().cpu().contiguous().view(torch.uint8).numpy().tobytes())
    return found.hexdigest()


def _length(loader: Any) -> int | None:
    try:
        return len(loader)
    except TypeError:
        return None


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _setting(value: Any) -> Any:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, list | tuple):
        return [_setting(each) for each in value]
    return _number(value)


def options_of(function: Callable[..., Any], arguments: tuple[Any, ...], keywords: Record) -> tuple[Any, Any, Record]:
    """Inputs, labels and the other arguments of a call of a loss function, plain ones only."""
    given = inspect.signature(function).bind(*arguments, **keywords).arguments
    names = list(given)
    rest = {name: _setting(given[name]) for name in names[2:] if given[name] is not None}
    return given[names[0]], given[names[1]] if len(names) > 1 else None, rest
