"""Checks that torch's operators do not make themselves, and without which the grader could crash or write out of bounds.

Networks of a trace are computed in the grader, on arguments that a stranger has chosen. Most operators refuse arguments that do
not match; some that only torch's own functions call leave that to their callers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import torch

# Types of numbers that networks are made of. Others, such as quantized ones, have kernels that are hardly ever used.
DTYPES: Final = frozenset(
    {
        *(torch.float16, torch.bfloat16, torch.float32, torch.float64),
        *(torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64),
    }
)
NORMALISING: Final = ("native_batch_norm", "_native_batch_norm_legit")
OF_EACH_CHANNEL: Final = ("weight", "bias", "running_mean", "running_var")
DIVIDING: Final = ("div", "div_")
KINDS: Final = (
    "ScalarType",
    "Layout",
    "MemoryFormat",
)  # which also count as numbers, and are not checked against the value
NAMES_OF_KINDS: Final = ("dtype", "layout", "memory_format")  # some operators call them whole numbers in their schema
WRITES_ELSEWHERE: Final = "it would write into another value"


def by_name(found: torch._ops.OpOverload, given: Sequence[Any], named: Mapping[str, Any]) -> dict[str, Any]:
    """An operator's arguments by the names of its schema, from positional and named ones."""
    return {each.name: value for each, value in zip(found._schema.arguments, given, strict=False)} | dict(named)


def refuse_unsafe(found: torch._ops.OpOverload, given: Sequence[Any], named: Mapping[str, Any]) -> None:
    """Raise ValueError, with what is wrong, if calling the operator with these arguments is not safe."""
    schema = found._schema
    name = schema.name.partition("::")[2]
    if any(argument.is_out for argument in schema.arguments):
        raise ValueError(WRITES_ELSEWHERE)
    if name == "view" and schema.overload_name == "dtype":
        raise ValueError("it would take numbers for others of another kind")
    if schema.overload_name.startswith("prim"):
        raise ValueError("it is one that only compiled scripts call")
    arguments = by_name(found, given, named)
    for each in schema.arguments:
        kind = str(each.real_type).removeprefix("Optional[").rstrip("]")
        if (kind in KINDS or each.name in NAMES_OF_KINDS) and isinstance(arguments.get(each.name), int):
            raise ValueError(f"its {each.name} is a number")
    if name in NORMALISING:
        _expect_a_number_for_each_channel(arguments)
    if name in DIVIDING and arguments.get("rounding_mode") is not None:
        _expect_no_overflow(arguments.get("self"), arguments.get("other"))


def refuse_to_change(
    learned: frozenset[int], found: torch._ops.OpOverload, given: Sequence[Any], named: Mapping[str, Any]
) -> None:
    """Raise ValueError if an operator would write into memory at one of these addresses, also through an alias: only steps may
    change weights that are learned."""
    if not learned or not found._schema.is_mutable:
        return
    arguments = by_name(found, given, named)
    for each in found._schema.arguments:
        value = arguments.get(each.name)
        written = each.alias_info is not None and each.alias_info.is_write
        if written and isinstance(value, torch.Tensor) and value.untyped_storage().data_ptr() in learned:
            raise ValueError("it would change a weight that is learned")


def _expect_a_number_for_each_channel(arguments: Mapping[str, Any]) -> None:
    """These two read, and in training write, one number per channel, however few they were given."""
    inputs = arguments.get("input")
    if not isinstance(inputs, torch.Tensor) or inputs.dim() < 2:
        raise ValueError("its input has no channels")
    for name in OF_EACH_CHANNEL:
        value = arguments.get(name)
        if value is None:
            continue
        if not isinstance(value, torch.Tensor) or value.shape != inputs.shape[1:2] or not value.is_floating_point():
            raise ValueError(f"its {name} has not one number for each channel")
    statistics = [arguments.get(name) is not None for name in OF_EACH_CHANNEL[2:]]
    if any(statistics) != all(statistics) or not (all(statistics) or arguments.get("training")):
        raise ValueError("it lacks statistics")


def _expect_no_overflow(one: Any, other: Any) -> None:
    """The smallest integer divided by -1 does not fit into its type: the processor traps and the process ends."""
    whole = isinstance(one, torch.Tensor) and not (one.is_floating_point() or one.is_complex())
    if not whole:
        return
    divisor = other if isinstance(other, torch.Tensor) else torch.tensor(other)
    if not divisor.is_floating_point() and bool((divisor == -1).any()):
        raise ValueError("whole numbers are not divided by -1")


def normed_weight(direction: torch.Tensor, size: torch.Tensor, dim: int = 0) -> torch.Tensor:
    """A weight of `direction` whose norms over all axes but `dim` are `size`, as in `weight_norm`. Raises ValueError if a size is
    missing: torch's own operator would read out of bounds."""
    if torch.broadcast_shapes(direction.shape, size.shape) != direction.shape:
        raise ValueError("its sizes do not fit its direction")
    return direction * (size / torch.norm_except_dim(direction, 2, dim))
