"""Records what a run does with PyTorch: which network is trained how, on what, and how it is evaluated.

Records are plain dictionaries with a `what` and, if a later one can replace an earlier one, an `id`. Arrays are recorded once,
as `material` with a name. `docs/trace-format.md` is the specification.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import torch
from torch import nn

from autograder.worker.tracing.functions import Functional
from autograder.worker.tracing.guarding import guard
from autograder.worker.tracing.loose import Loose, Operators, pass_of, weights_of
from autograder.worker.tracing.material import Material
from autograder.worker.tracing.modules import Convolution, main_output, named_weights
from autograder.worker.tracing.networks import Networks
from autograder.worker.tracing.passes import Passes
from autograder.worker.tracing.pictures import Pictures
from autograder.worker.tracing.places import Places
from autograder.worker.tracing.pretrained import Pretrained
from autograder.worker.tracing.printing import Moment
from autograder.worker.tracing.readings import Readings
from autograder.worker.tracing.recent import RecentForwards
from autograder.worker.tracing.seen import FEW_PICTURES, Emit, Forward, Network, Record
from autograder.worker.tracing.self_stepped import (
    MOST_IN_VAIN,
    SEEN_BEFORE,
    TRIES,
    Held,
    SelfSteppedLoops,
    without_steps,
)
from autograder.worker.tracing.training import Training

MAX_FORWARDS: Final = 64  # without a step after them
NONE: Final[Mapping[int, torch.Tensor]] = MappingProxyType({})
BY_HAND: Final = "by hand"  # the name of a loss that no library function computed
GUARDED: Final = (
    "forward kept_in_vain convolved compared counted loss before_backward backward read clipped cleared before_step after_step "
    "cell_ends emit_progress stop finish"
)


class Recorder:
    """Has what was seen so far. Its methods are called by the hooks (`hooks.py`) and by the program around the run."""

    def __init__(self, emit: Emit, places: Places, pictures: Pictures | None, pretrained: Pretrained) -> None:
        self._emit, self._places = emit, places
        self._material = Material(emit)
        self._networks = Networks(emit, places, self._material, pretrained)
        self.passes = Passes(emit, places, pictures)
        self.readings = Readings(emit, places, self._material)
        self._training = Training(emit, places, self._material, self._export)
        self._forwards: list[Forward] = []  # with gradients, since the last step
        self._last: Forward | None = None  # the last one, with or without gradients
        self._recent = RecentForwards()
        self._operators = Operators()
        self._at_loose: Loose | None = None  # the network whose operators are being recorded
        self.held = Held()
        self._own_steps = SelfSteppedLoops(self.held, self._training.has_an_optimizer)
        self._last_loss: tuple[Any, ...] | None = None  # the arguments of `loss` for the last loss function
        self._stepped_on: float | None = None  # the value from which gradients were last computed
        self.paused = False  # true while the recorder itself computes
        guard(self, GUARDED, emit)
        guard(self.passes, "iteration_begins batch_is_given iteration_ends", emit)
        guard(self.readings, "is_new layer new_value value read", emit)

    @property
    def module(self) -> nn.Module | None:
        """The network that was called last."""
        return self._last.module if self._last is not None else None

    def moment(self) -> Moment:
        """The training of the network that was called last, and how many trainings have started."""
        return self._last.network.run if self._last is not None else None, self._training.begun

    @property
    def is_without_modules(self) -> bool:
        """Whether no module has been called since the last step."""
        return all(isinstance(each.module, Loose | Functional) for each in self._forwards)

    # --- forward passes and losses

    def forward(
        self,
        module: nn.Module,
        inputs: Any,
        output: Any,
        state: torch.Tensor | None,
        training: bool | None = None,
        random: bool = False,
    ) -> None:
        """A module with weights was called, and not by another one. `state` is the generator's before the call.

        `training` is the mode of the call if it isn't the module's own; `random`: it drew random numbers in evaluation mode.
        """
        if not isinstance(inputs, torch.Tensor) or inputs.dim() == 0:
            return
        output = main_output(output, len(inputs))
        if not isinstance(output, torch.Tensor) or output.dim() == 0:
            return
        if inputs.is_meta or output.is_meta or is_wrapped(output):  # Keras computes shapes so before it makes weights
            return
        self._end_own_step()
        network = self._networks.of(module, inputs)
        self._training.look_at_weights(network)
        mode = module.training if training is None else training
        gradients = torch.is_grad_enabled() and output.requires_grad
        forward = Forward(network, module, inputs.detach(), output, state, mode, gradients, random=random)
        self.passes.count(forward)
        self._last = forward
        self._recent.add(forward)
        if inputs.dim() >= 3 and (len(inputs) <= FEW_PICTURES or not self.passes.is_iterating):
            forward.asked = self._networks.asked(network, inputs[:FEW_PICTURES])
        if gradients:  # what follows shows whether this is a training step or a look at a few pictures
            self._drop_what_was_cleared()
            self._forwards.append(forward)
            self._emit_asked(self._forwards[:-MAX_FORWARDS])
            del self._forwards[:-MAX_FORWARDS]
        else:
            self._emit_asked([forward])

    def _emit_asked(self, forwards: Sequence[Forward]) -> None:
        """Record the pictures of those of these passes from which no gradients were computed."""
        for each in forwards:
            if each.asked is not None and "backward" not in (each.loss or {}):
                self._networks.emit_asked(each.asked)
            each.asked = None

    def kept_in_vain(self, module: nn.Module) -> None:
        """Code has given a module back weights that it had kept, which are the module's own and have been trained since."""
        network = self._networks.known(module)
        if network is not None and network.run is not None:
            self._emit({"what": "kept in vain", "run": network.run, "place": self._places.here()})

    def convolved(self, convolution: Convolution, pictures: torch.Tensor) -> None:
        """Code computed a convolution of a few pictures itself."""
        self._networks.emit_convolved(convolution, pictures)

    def compared(self, one: Any, other: Any, result: Any) -> None:
        """Two tensors were compared, which may be predictions and labels."""
        if self._last is not None:
            self.passes.compared(self._last, one, other, result)

    def counted(self, correct: int) -> None:
        """This many of the last forward pass's answers are right, if labels alone don't show that."""
        if self._last is not None and self._last.current is not None:
            record = self._last.current.record
            record["correct"] = (record["correct"] or 0) + correct

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
        """A loss was computed. `penalties` are factors of penalties on weights, included in `value` or, if it is `bare`, added
        later."""
        if not isinstance(value, torch.Tensor) or value.numel() != 1 or not isinstance(inputs, torch.Tensor):
            return
        if is_wrapped(value):
            return
        last = self._recent.that_gave(inputs) or self._last
        if not value.is_meta:
            self._last_loss = (name, inputs, labels, options, value)
        if last is None or last.output.shape[:1] != inputs.shape[:1] or value.is_meta or inputs.is_meta:
            return
        number = float(value.detach())
        last.loss = {"name": name, "options": options, "value": number, "tensor": id(value)}
        last.loss |= {"penalties": penalties, "bare": bare} if penalties else {}
        last.labels = labels.detach() if isinstance(labels, torch.Tensor) else None
        self.passes.count_loss(last, number, options.get("reduction") == "sum")

    def before_backward(self, value: torch.Tensor) -> None:
        """Gradients are about to be computed from `value`: a network without a module is now known by its operators."""
        self._operators.end()
        called, loose = self._operators.called, self._at_loose
        self._end_own_step()
        self._stepped_on = float(value.detach()) if value.numel() == 1 and not value.is_meta else None
        self._own_steps.follow(value, self._forwards)
        own = self._own_steps.current if called and loose is None else None
        if own is not None:
            loose, called = Loose(weights_of(own.optimizer)), without_steps(called, own.weights)
        if not called or loose is None:
            return
        found = pass_of(called, loose.weights, value)
        self._operators.forget()
        if found is None:
            return
        self._at_loose = None
        if own is not None:
            self._training.loose[id(own.optimizer)] = loose
        loose.graph = found.graph
        network = self._networks.of(loose, found.inputs)
        forward = Forward(network, loose, found.inputs.detach(), found.output, None, True, True)
        self.passes.count(forward)
        self._last, self._forwards = forward, [forward]
        self._recent.keep([])  # drops its layers, which may have been called as modules
        if self._last_loss is not None and self._last_loss[4] is value:
            self.loss(*self._last_loss)
        self._last_loss = None

    def _begin_own_step(self) -> None:
        """After gradients were computed: the code that follows may or may not step, which the next gradients will show."""
        own = self._own_steps.current
        if own is None or self._at_loose is not None:
            return
        if own.is_known or id(own.optimizer) in self._training.loose:
            if own.in_vain < MOST_IN_VAIN:
                own.begins()
                self._emit_asked(self._forwards)
                self._training.before_step(own.optimizer, self._forwards, self._stepped_on)
        elif SEEN_BEFORE <= own.losses < SEEN_BEFORE + TRIES:
            self._operators.begin()

    def _end_own_step(self) -> None:
        own = self._own_steps.current
        if own is None or not own.is_stepping:
            return
        own.is_stepping = False
        if own.has_moved:
            for each in self._forwards[-1:]:
                self.passes.stepped_on(each)
            self.after_step(own.optimizer)
        else:
            own.in_vain += 1
            self._training.take_back(own.optimizer, self._forwards)

    def backward(self, value: torch.Tensor, returned: Mapping[int, torch.Tensor] = NONE) -> None:
        """Gradients were computed from `value`, and stored in the weights or `returned`, by the weight's id."""
        self._training.evaluated(value)
        self._look_at_the_loss(value, returned)
        self._begin_own_step()

    def read(self, value: torch.Tensor, returned: Mapping[int, torch.Tensor]) -> None:
        """Gradients of a called network's weights were computed from `value` and `returned`; those of its inputs don't count."""
        module = self.module
        if module is not None and any(id(each) in returned for _, each in named_weights(module)):
            self._look_at_the_loss(value, returned)

    def _look_at_the_loss(self, value: torch.Tensor, returned: Mapping[int, torch.Tensor]) -> None:
        last = self._recent.that_gave(value) or self._last
        if last is None:
            return
        if last.loss is None and value.numel() == 1 and last.output.requires_grad and not value.is_meta:
            labels = last.current.labels if last.current is not None else None
            self.loss(BY_HAND, last.output, labels, {}, value)
        if last.loss is not None and "backward" not in last.loss:
            last.loss["backward"] = float(value.detach()) if value.numel() == 1 else None
            is_changed = last.loss["backward"] != last.loss["value"]  # in place, by `loss += penalty`
            last.loss["itself"] = last.loss["tensor"] == id(value) and not is_changed
            if last.loss.pop("bare", False) and last.loss["itself"]:
                del last.loss["penalties"]  # the student's own loop leaves them out
        self.readings.read(last, returned)

    def clipped(self, kind: str, bound: float, norm: float) -> None:
        """Gradients were clipped before the next step: each value to a bound, or their total norm of this order."""
        self._training.clipped(kind, bound, norm)

    # --- steps

    def cleared(self) -> None:
        """Gradients are being cleared, maybe before a step has used them. Clearing inside a step, which may evaluate the loss
        several times, doesn't count."""
        if not self._training.is_stepping:
            for each in self._forwards:
                each.cleared |= "backward" in (each.loss or {})

    def _drop_what_was_cleared(self) -> None:
        """Drop the passes whose gradients were cleared, as another pass has come before a step."""
        for each in self._forwards:
            each.network.thrown += each.cleared
        if any(each.cleared for each in self._forwards):
            self._training.thrown()
            self._forwards = [each for each in self._forwards if not each.cleared]

    def before_step(self, optimizer: torch.optim.Optimizer) -> None:
        """A library's optimizer is about to change its weights."""
        self._end_own_step()
        self._own_steps.an_optimizer_steps()
        self._emit_asked(self._forwards)
        last = self._training.before_step(optimizer, self._forwards, self._stepped_on)
        if last is not None:
            self.passes.stepped_on(last)

    def after_step(self, optimizer: torch.optim.Optimizer) -> None:
        """An optimizer has changed its weights."""
        if not self._training.after_step(optimizer):
            return
        loose = self._training.to_be_read(optimizer)
        if loose is not None:
            self._at_loose, self._last = loose, None
            self._operators.begin()
        self._forwards = self._training.of_others(optimizer, self._forwards)
        self._recent.keep(self._forwards)

    def _export(self, forward: Forward) -> Network:
        """Record the network of a pass with its graph; as a new one if it now computes something else."""
        before = forward.network
        self.paused = True
        try:
            network = self._networks.export(before, forward.inputs, forward.training)
        finally:
            self.paused = False
        if network is not before:
            self.passes.renamed(before, network)
            for each in self._forwards:
                each.network = network if each.network is before else each.network
        return network

    # --- reporting

    def cell_ends(self) -> None:
        """End what was under way: nothing that follows belongs to it, and no gradients will be computed from its passes."""
        self._emit_asked(self._forwards)
        self._operators.end()
        self._end_own_step()

    def emit_progress(self) -> None:
        """Record the current state of the training runs."""
        self._training.emit_progress()

    def finish(self) -> None:
        """Record what only the end shows: each network's last weights, and the networks that were never trained."""
        self.stop()
        self.paused = True
        try:
            self._networks.export_the_rest()
        finally:
            self.paused = False

    def stop(self) -> None:
        """Record what is known in the middle of a run: passes under way, each network's current weights."""
        self._end_own_step()
        self.passes.emit_all()
        self._emit_asked(self._forwards)
        self._training.stop()


def is_wrapped(value: torch.Tensor) -> bool:
    """Whether this is a functorch wrapper, as inside `torch.func.vmap`: its module computes with weights that aren't its own."""
    return bool(torch._C._functorch.is_functorch_wrapped_tensor(value))
