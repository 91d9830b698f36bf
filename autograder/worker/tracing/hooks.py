"""Hooks a recorder into PyTorch, for this process and for its whole life."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final

import torch
from torch import _jit_internal, nn
from torch.nn import functional
from torch.nn.modules import module as modules
from torch.nn.utils import clip_grad
from torch.optim import optimizer as optimizers

from autograder.worker.tracing import convolving, looks_at_gradients, timelapse
from autograder.worker.tracing.functions import Functions, Seen
from autograder.worker.tracing.modules import is_keras, main_input
from autograder.worker.tracing.recorder import Recorder
from autograder.worker.tracing.runs import setting

LIBRARIES: Final = frozenset({"torch", "torchvision", "keras"})
LOSSES: Final = (
    "cross_entropy nll_loss binary_cross_entropy binary_cross_entropy_with_logits mse_loss l1_loss smooth_l1_loss "
    "huber_loss kl_div multi_margin_loss"
).split()
CLIPPING: Final = {  # function -> the recorder's name for it, and the parameter with the bound
    "clip_grad_norm_": ("clip_grad_norm_", "max_norm"),
    "clip_grads_with_norm_": ("clip_grad_norm_", "max_norm"),  # the second half of the first
    "clip_grad_value_": ("clip_grad_value_", "clip_value"),
}


def watch(recorder: Recorder) -> None:
    """Report every forward pass, loss, backward pass, step and batch to the recorder from now on."""
    at_work = _watch_forward(recorder)
    for name in LOSSES:
        setattr(functional, name, _watched_loss(name, getattr(functional, name), recorder))
    _watch_backward(recorder)
    looks_at_gradients.watch(recorder.readings)
    _watch_comparisons(recorder)
    _watch_clipping(recorder)
    for owner in (torch.optim.Optimizer, nn.Module):
        _watch_clearing(owner, owner.zero_grad, recorder)
    _watch_making(recorder)
    _let_scripts_be_compiled()
    optimizers.register_optimizer_step_pre_hook(
        lambda optimizer, arguments, keywords: _before_step(recorder, optimizer, arguments, keywords)
    )
    optimizers.register_optimizer_step_post_hook(
        lambda optimizer, *_: _unless_paused(recorder, recorder.after_step, optimizer)
    )
    passes = recorder.passes
    functions = _watch_functions(recorder)
    convolving.watch(recorder.convolved, lambda: recorder.paused or bool(at_work) or functions.is_at_work)
    timelapse.follow_iterations(passes.iteration_begins, passes.batch_is_given, passes.iteration_ends)


def _unless_paused(recorder: Recorder, function: Callable[..., None], *arguments: Any) -> None:
    if not recorder.paused:
        function(*arguments)


def _before_step(
    recorder: Recorder, optimizer: torch.optim.Optimizer, arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
    """Report a step before it is taken; with a closure, as for LBFGS, once that has computed the first gradients, as no optimizer
    changes its weights before. `arguments` start with the optimizer; returns replacements for the arguments."""
    given = inspect.signature(type(optimizer).step).bind(*arguments, **keywords).arguments
    closure = given.get("closure")
    if recorder.paused or not callable(closure):
        _unless_paused(recorder, recorder.before_step, optimizer)
        return None
    reported = False

    def evaluated() -> Any:
        nonlocal reported
        value = closure()
        if not reported:
            reported = True
            recorder.before_step(optimizer)
        return value

    others = {name: value for name, value in given.items() if name not in ("self", "closure")}
    return (optimizer,), {**others, "closure": evaluated}


def _watch_forward(recorder: Recorder) -> list[nn.Module]:
    """Watch calls of modules; returns the list of those under way at any time, outermost first."""
    # Keras makes weights during a call: a module without any before its call is ignored after it too.
    at_work: list[nn.Module] = []
    state: torch.Tensor | None = None

    def before(module: nn.Module, arguments: Any) -> None:
        nonlocal state
        if recorder.paused or _only_shapes(arguments) or next(module.parameters(), None) is None:
            return
        if not at_work:
            state = torch.get_rng_state()
        at_work.append(module)

    def after(module: nn.Module, arguments: Any, *rest: Any) -> None:
        """`rest` is the keywords and the output; or only the output, None, if the module has raised an error."""
        if recorder.paused or not any(each is module for each in at_work):
            return
        while at_work.pop() is not module:
            pass
        if not at_work and rest[-1] is not None:
            keywords = rest[0] if len(rest) > 1 else {}
            training = bool(keywords.get("training")) if len(rest) > 1 and is_keras(module) else None
            random = not is_keras(module) and not module.training and _has_drawn(state)
            recorder.forward(module, main_input(arguments, keywords), rest[-1], state, training, random)

    modules.register_module_forward_pre_hook(before)
    modules.register_module_forward_hook(after, with_kwargs=True, always_call=True)
    _watch_direct_calls(recorder, at_work)
    return at_work


def _has_drawn(state: torch.Tensor | None) -> bool:
    """Whether random numbers have been drawn since the generator was in this state."""
    return state is not None and not torch.equal(state, torch.get_rng_state())


def _watch_functions(recorder: Recorder) -> Functions:
    def emit(seen: Seen) -> None:
        recorder.forward(seen.network, seen.inputs, seen.output, seen.state, seen.random)

    functions = Functions(emit, lambda: recorder.paused)
    functions.make_known()
    return functions


def _watch_direct_calls(recorder: Recorder, at_work: list[nn.Module]) -> None:
    """Make `model.forward(x)`, which calls no hooks, equal to `model(x)` for the classes that are defined from now on."""
    called: set[int] = set()

    def made(kind: type[nn.Module], **keywords: Any) -> None:
        super(nn.Module, kind).__init_subclass__(**keywords)
        original = vars(kind).get("forward")
        if not callable(original) or kind.__module__.partition(".")[0] in LIBRARIES:
            return

        @functools.wraps(original)
        def forward(self: nn.Module, *arguments: Any, **given: Any) -> Any:
            own = (at_work and at_work[-1] is self) or id(self) in called or next(self.parameters(), None) is None
            if own or recorder.paused:
                return original(self, *arguments, **given)
            called.add(id(self))
            try:
                return self(*arguments, **given)
            finally:
                called.discard(id(self))

        kind.forward = forward

    nn.Module.__init_subclass__ = classmethod(made)  # type: ignore[assignment, arg-type]


def _only_shapes(arguments: Any) -> bool:
    """Whether Keras only asks a layer for shapes, to make weights. Accessing its weights then would make others. It may ask with
    a real tensor, as where code calls a new model on `keras.ops.zeros((1, 784))`."""
    if bool(arguments) and isinstance(arguments[0], torch.Tensor) and arguments[0].is_meta:
        return True
    scopes = sys.modules.get("keras.src.backend.common.stateless_scope")
    return scopes is not None and bool(scopes.in_stateless_scope())


def _watched_loss(name: str, original: Callable[..., Any], recorder: Recorder) -> Callable[..., Any]:
    @functools.wraps(original)
    def watched(*arguments: Any, **keywords: Any) -> Any:
        value = original(*arguments, **keywords)
        if not recorder.paused:
            inputs, labels, options = _options_of(original, arguments, keywords)
            recorder.loss(name, inputs, labels, options, value)
        return value

    return watched


def _options_of(
    function: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> tuple[Any, Any, dict[str, Any]]:
    """Inputs, labels and the other (plain) arguments of a call of a loss function."""
    given = inspect.signature(function).bind(*arguments, **keywords).arguments
    names = list(given)
    rest = {name: setting(given[name]) for name in names[2:] if given[name] is not None}
    return given[names[0]], given[names[1]] if len(names) > 1 else None, rest


def _watch_backward(recorder: Recorder) -> None:
    original = torch.Tensor.backward

    @functools.wraps(original)
    def backward(self: torch.Tensor, *arguments: Any, **keywords: Any) -> None:
        if not recorder.paused:
            recorder.before_backward(self)
        original(self, *arguments, **keywords)  # type: ignore[no-untyped-call]
        if not recorder.paused:
            recorder.backward(self)

    torch.Tensor.backward = backward  # type: ignore[method-assign]
    gradients_of = torch.autograd.grad

    @functools.wraps(gradients_of)
    def grad(outputs: Any, inputs: Any, *arguments: Any, **keywords: Any) -> Any:
        # An iterator, such as `model.parameters()`, can only be read once.
        inputs = tuple(inputs) if isinstance(inputs, Iterator) else inputs
        value = outputs[0] if isinstance(outputs, list | tuple) and len(outputs) == 1 else outputs
        is_loss = isinstance(value, torch.Tensor) and value.numel() == 1 and not recorder.paused
        is_looked_at = is_loss and recorder.is_without_modules  # gradients of a module's inputs aren't for a step
        if is_looked_at:
            recorder.before_backward(value)
        found = gradients_of(outputs, inputs, *arguments, **keywords)
        if is_loss:
            weights = [inputs] if isinstance(inputs, torch.Tensor) else inputs
            returned = {id(each): gradient for each, gradient in zip(weights, found, strict=False)}
            (recorder.backward if is_looked_at else recorder.read)(value, returned)
        return found

    torch.autograd.grad = grad


def _watch_clearing(owner: type[Any], original: Callable[..., None], recorder: Recorder) -> None:
    @functools.wraps(original)
    def zero_grad(self: Any, *arguments: Any, **keywords: Any) -> None:
        if not recorder.paused:
            recorder.cleared()
        original(self, *arguments, **keywords)

    owner.zero_grad = zero_grad


def _watch_making(recorder: Recorder) -> None:
    """Report each optimizer when it is made, or given more weights."""
    original = torch.optim.Optimizer.add_param_group

    @functools.wraps(original)
    def add_param_group(self: torch.optim.Optimizer, *arguments: Any, **keywords: Any) -> None:
        original(self, *arguments, **keywords)
        recorder.held.add(self)

    torch.optim.Optimizer.add_param_group = add_param_group  # type: ignore[method-assign]


def _watch_comparisons(recorder: Recorder) -> None:
    for owner, name in ((torch.Tensor, "eq"), (torch.Tensor, "__eq__"), (torch, "eq")):
        original = getattr(owner, name)

        def compare(*arguments: Any, original: Any = original, **keywords: Any) -> Any:
            result = original(*arguments, **keywords)
            compared = (*arguments, *(keywords[key] for key in ("input", "other") if key in keywords))
            if not recorder.paused and len(compared) >= 2:
                recorder.compared(compared[0], compared[1], result)
            return result

        setattr(owner, name, functools.wraps(original)(compare))


def _watch_clipping(recorder: Recorder) -> None:
    for name, (kind, limit) in CLIPPING.items():
        clip = _watched_clipping(getattr(nn.utils, name), kind, limit, recorder)
        for module in (nn.utils, clip_grad):  # it can be imported from both
            setattr(module, name, clip)


def _watched_clipping(original: Callable[..., Any], kind: str, limit: str, recorder: Recorder) -> Callable[..., Any]:
    @functools.wraps(original)
    def clip(*arguments: Any, **keywords: Any) -> Any:
        given = inspect.signature(original).bind(*arguments, **keywords).arguments
        recorder.clipped(kind, float(given[limit]), float(given.get("norm_type", 2)))
        return original(*arguments, **keywords)

    return clip


def _let_scripts_be_compiled() -> None:
    """Let `torch.jit.script` resolve the names in a student's `forward`, or in a loss, in their module and not in this one."""
    original = _jit_internal.createResolutionCallbackFromClosure
    vars(_jit_internal)[original.__name__] = lambda function: original(inspect.unwrap(function))
