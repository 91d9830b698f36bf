"""Records training runs: which network's weights an optimizer changes, and what went into each of its first steps."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from typing import Final

import torch

from autograder.worker.tracing.loose import Loose, is_loose, weights_of
from autograder.worker.tracing.material import MAX_WEIGHTS, Material, digest
from autograder.worker.tracing.places import Places
from autograder.worker.tracing.renewal import heads, is_renewed
from autograder.worker.tracing.runs import numbers_in, owned_by, rate_of, record_of, step_of
from autograder.worker.tracing.seen import Emit, Forward, Network, Record, Run
from autograder.worker.tracing.self_stepped import ByHand, kept_steps

MAX_LOSSES: Final = 20_000  # of each training run
MAX_RUNS: Final = 200
SIDE_BY_SIDE: Final = 8  # networks that are trained on the same batches
MAX_RATES: Final = 500
MAX_EVALUATIONS: Final = 40  # of the loss in a step that evaluates it repeatedly

Export = Callable[[Forward], Network]  # records the network of a pass with its graph, and returns it


class Training:
    """All training runs, by their optimizers. `forwards` are always the passes with gradients since the last step."""

    def __init__(self, emit: Emit, places: Places, material: Material, export: Export) -> None:
        self._emit, self._places, self._material, self._export = emit, places, material, export
        self._runs: dict[int, Run] = {}
        self._numbers = itertools.count()  # never used twice: material has a run's number in its name
        self.loose: dict[int, Loose] = {}  # by optimizer: networks without a module
        self.is_stepping = False
        self.begun = 0  # how many runs have started: one more than the highest run number
        self._evaluations: list[float] = []  # of the loss in the current step
        self._clip: Record | None = None
        self._since = 0.0  # when the forward pass of the current step had ended

    def clipped(self, kind: str, bound: float, norm: float) -> None:
        """Gradients were clipped before the next step: each value to a bound, or their total norm of this order."""
        self._clip = {"kind": kind, "bound": bound, "norm": norm}

    def evaluated(self, value: torch.Tensor) -> None:
        """Gradients were computed from `value`, maybe in the middle of a step."""
        if self.is_stepping and value.numel() == 1 and len(self._evaluations) < MAX_EVALUATIONS:
            self._evaluations.append(float(value.detach()))

    def look_at_weights(self, network: Network) -> None:
        """A network is called: if its weights were reset, what follows doesn't belong to its last training."""
        if is_renewed(network):
            network.run, network.steps, network.left = None, 0, []

    def before_step(
        self, optimizer: torch.optim.Optimizer, forwards: Sequence[Forward], stepped_on: float | None
    ) -> Forward | None:
        """An optimizer is about to change its weights by gradients of the value `stepped_on`. Returns its network's last pass."""
        self.is_stepping = True
        run = self._run_of(optimizer, forwards)
        if run is None:
            return None
        own = [each for each in forwards if each.network is run.network]
        last = own[-1] if own else None
        self._since = own[0].ended if own else time.monotonic()
        if run.steps < kept_steps(optimizer) and run.network is not None:
            self._evaluations = []
            run.record["kept"].append(
                step_of(run, own, self._clip, self._material) | {"evaluations": self._evaluations}
            )
        value = last.loss.get("backward", last.loss["value"]) if last is not None and last.loss is not None else None
        if last is None and id(optimizer) in self.loose:
            value = stepped_on
        if len(run.losses) < MAX_LOSSES:
            run.losses.append(value)  # None: no loss was seen; NaN: the loss was NaN
        rates = run.record["rates"]
        if rates[-1][1] != optimizer.param_groups[0].get("lr") and len(rates) < MAX_RATES:
            rates.append([run.steps, rate_of(optimizer)])
        for each in own:
            if each.current is not None and each.current.record["run"] != run.id:
                each.current.record["run"], each.current.record["after"] = run.id, run.steps
        if last is None or last.current is None:
            return None
        last.current.record["steps"] += 1
        run.record["steps_in_training_mode"] += last.training
        return last

    def after_step(self, optimizer: torch.optim.Optimizer) -> bool:
        """An optimizer has changed its weights. Returns whether it is being recorded."""
        self.is_stepping = False
        run = self._runs.get(id(optimizer))
        if run is None:
            return False
        run.steps += 1
        run.dirty = True
        run.record["ended"] = time.monotonic()
        run.record["busy"] += run.record["ended"] - self._since
        if run.network is not None:
            run.network.run, run.network.steps = run.id, run.steps
            run.network.left = heads(run.network.module)
            if run.steps == kept_steps(optimizer):
                run.record["weights_after"] = self._material.keep_weights(f"run{run.id}/after", run.network.module)
        self._clip = None
        return True

    def of_others(self, optimizer: torch.optim.Optimizer, forwards: Sequence[Forward]) -> list[Forward]:
        """The passes of networks other than the one that was stepped: networks trained side by side wait for their own steps. A
        pass that waits too long is dropped."""
        run = self._runs.get(id(optimizer))
        if run is None or run.network is None:
            return []
        waiting = [each for each in forwards if each.network is not run.network and each.waited < SIDE_BY_SIDE]
        for each in waiting:
            each.waited += 1
        return waiting

    def to_be_read(self, optimizer: torch.optim.Optimizer) -> Loose | None:
        """The network without a module that an optimizer trains, if the operators of its next pass should be recorded."""
        run = self._runs.get(id(optimizer))
        return self.loose.get(id(optimizer)) if run is not None and run.steps < kept_steps(optimizer) else None

    def has_an_optimizer(self, network: Network) -> bool:
        """Whether a library's optimizer has taken a network's last steps."""
        run = next((each for each in self._runs.values() if each.id == network.run), None)
        return run is not None and not isinstance(run.optimizer, ByHand)

    def take_back(self, optimizer: torch.optim.Optimizer, forwards: Sequence[Forward]) -> None:
        """Undo `before_step`, as there was no step after the last gradients: they were only looked at, or accumulated."""
        self.is_stepping = False
        run = self._runs.get(id(optimizer))
        own = [each for each in forwards if run is not None and each.network is run.network]
        if run is None or not own:
            return
        run.losses.pop()
        del run.record["kept"][run.steps :]
        if (current := own[-1].current) is not None:
            current.record["steps"] -= 1
            run.record["steps_in_training_mode"] -= own[-1].training
        if not run.steps:
            del self._runs[id(optimizer)]

    def thrown(self) -> None:
        """Gradients of a network were cleared without a step."""
        for run in self._runs.values():
            run.dirty |= run.network is not None and run.network.thrown > 0

    def emit_progress(self) -> None:
        """Record the current state of the training runs."""
        for run in self._runs.values():
            if run.dirty:
                run.dirty = False
                thrown = run.network.thrown if run.network is not None and run.network.run == run.id else 0
                self._emit({**run.record, "steps": run.steps, "thrown": thrown, "losses": run.losses})

    def stop(self) -> None:
        """Record what is known in the middle of a run: each network's current weights."""
        for run in self._runs.values():
            if run.network is not None and run.network.run == run.id:
                run.record["last"] = digest(run.network.module)
                run.record["weights_last"] = self._material.keep_weights(f"run{run.id}/last", run.network.module)
                run.dirty = True
        self.emit_progress()

    # --- how a run starts

    def _run_of(self, optimizer: torch.optim.Optimizer, forwards: Sequence[Forward]) -> Run | None:
        run = self._runs.get(id(optimizer))
        if run is None:
            if len(self._runs) >= MAX_RUNS:
                return None
            run = self._runs[id(optimizer)] = self._begun(optimizer, forwards)
            self.begun = max(self.begun, run.id + 1)
        elif run.steps == 1 and run.network is None and id(optimizer) in self.loose:
            run = self._runs[id(optimizer)] = self._with_its_network(run, forwards)
        return run

    def _begun(self, optimizer: torch.optim.Optimizer, forwards: Sequence[Forward]) -> Run:
        of_torch = isinstance(optimizer, torch.optim.Optimizer)  # not the stand-in for one of Keras's
        if of_torch and is_loose(optimizer, [each.module for each in forwards]):
            return self._loose_run(optimizer, Loose(weights_of(optimizer)))
        return self._run_of_a_module(optimizer, next(self._numbers), forwards)

    def _loose_run(self, optimizer: torch.optim.Optimizer, loose: Loose) -> Run:
        """A run whose network is not known yet: only the weights and gradients of its first step are."""
        self.loose[id(optimizer)] = loose
        number = next(self._numbers)
        record = record_of(optimizer, number, None, self._places)
        gradients = {
            name: self._material.keep(f"run{number}/gradients/{name}", each.grad, MAX_WEIGHTS)
            for name, each in loose.named_parameters()
        }
        record["kept"] = [{"parts": [], "gradients": gradients, "rate": rate_of(optimizer), "clip": None}]
        record["weights_before"] = self._material.keep_weights(f"run{number}/before", loose)
        return Run(number, optimizer, None, record)

    def _with_its_network(self, run: Run, forwards: Sequence[Forward]) -> Run:
        """The run with the network that its second step revealed; if none, with one of the modules that were called."""
        loose = next((each for each in forwards if isinstance(each.module, Loose)), None)
        if loose is None:
            del self.loose[id(run.optimizer)]
            known = self._run_of_a_module(run.optimizer, run.id, forwards)
            known.losses, known.steps = run.losses, run.steps
            return known
        run.network = loose.network
        run.record["network"] = loose.network.id
        self._export(loose)
        loose.network.steps = run.steps
        return run

    def _run_of_a_module(self, optimizer: torch.optim.Optimizer, number: int, forwards: Sequence[Forward]) -> Run:
        """A run of the called module that has most of the optimizer's weights."""
        owned = owned_by(optimizer)
        leading = [each for each in forwards if each.loss is not None] or forwards  # others had no effect
        candidates = {each.network.id: each for each in leading if numbers_in(each.module, owned)}
        forward = max(candidates.values(), key=lambda each: numbers_in(each.module, owned), default=None)
        stray = forward is None and bool(leading)  # the optimizer has other weights than those that are used
        forward = forward or (leading[-1] if leading else None)
        network = self._export(forward) if forward is not None else None
        record = record_of(optimizer, number, forward, self._places) | {"holds_other_weights": stray}
        if network is not None:
            record["continues"] = network.run
            record["first"] = digest(network.module)
            network.beginnings.add(record["first"])
            record["weights_before"] = self._material.keep_weights(f"run{number}/before", network.module)
            network.steps = network.thrown = 0
        return Run(number, optimizer, network, record)
