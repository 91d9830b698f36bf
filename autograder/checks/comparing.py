"""Comparisons that explain themselves. Each raises Failed with a sentence for the student."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from autograder.checks.evidence import in_words
from autograder.checks.outcomes import Failed
from autograder.worker.probing.errors import describe
from autograder.worker.protocol import Opaque

TOLERANCE: Final = 1e-4  # for float32 sums in another order; the bugs of the library differ by more than 1e-3


def expect(condition: Any, message: str, sign: str | None = None) -> None:
    """Fail with `message` unless the condition holds. `sign`: see `Failed`."""
    if not condition:
        raise Failed(message, sign)


def expect_close(found: Any, expected: Any, what: str, *, tolerance: float = TOLERANCE) -> None:
    """Fail unless two arrays (or numbers) are equal up to rounding, relative to the largest expected value."""
    one, other = expect_array(found, what), np.asarray(expected, dtype=float)
    if one.shape != other.shape:
        raise Failed(f"{what} has the shape {one.shape}; {other.shape} was expected.")
    if not np.isfinite(one).all():
        raise Failed(f"{what} holds NaN or infinite values.")
    difference = float(np.max(np.abs(one - other), initial=0.0))
    scale = float(np.max(np.abs(other), initial=0.0))
    if difference > tolerance * max(scale, 1.0):
        if one.size == 1:
            raise Failed(
                f"{what} is {in_words(float(one.ravel()[0]))}; {in_words(float(other.ravel()[0]))} was expected.",
                sign="",
            )
        raise Failed(f"{what} differs from the expected values by up to {difference:.2g}.", sign="")


def expect_array(found: Any, what: str) -> np.ndarray:
    """The value as an array of numbers. Fails if it is not one."""
    try:
        if isinstance(found, Opaque | str | dict) or found is None:
            raise TypeError
        return np.asarray(found, dtype=float)
    except (TypeError, ValueError):
        raise Failed(f"{what} is {shown(found)}; numbers were expected.") from None


def expect_number(found: Any, what: str, *, low: float = -np.inf, high: float = np.inf) -> float:
    """The value as a finite float in [low, high]. Fails if it is not one."""
    if isinstance(found, np.ndarray) and found.size == 1:
        found = found.item()
    if isinstance(found, bool) or not isinstance(found, int | float | np.number):
        raise Failed(f"{what} is {shown(found)}; a number was expected.")
    number = float(found)
    if not np.isfinite(number):
        raise Failed(f"{what} is {number}; a finite number was expected.")
    if not low <= number <= high:
        sign = f"{what} is a percentage" if high == 1 < number <= 100 else ""
        raise Failed(f"{what} is {number:.4g}; it must lie between {low:g} and {high:g}.", sign)
    return number


def expect_keys(found: Any, keys: Sequence[str], what: str) -> dict[str, Any]:
    """The value as a dictionary with at least these keys. Fails if it is not one, naming the keys that are missing."""
    if not isinstance(found, dict):
        raise Failed(f"{what} is {shown(found)}; a dictionary with the keys {_list(keys)} was expected.")
    missing = [key for key in keys if key not in found]
    if missing:
        raise Failed(f"{what} lacks {_list(missing)}; it has {_list([str(key) for key in found]) or 'no keys'}.")
    return found


def expect_series(found: Any, length: int, what: str) -> np.ndarray:
    """The value as `length` finite numbers. Fails if it is something else."""
    values = expect_array(found, what)
    if values.ndim != 1 or len(values) != length:
        count = len(values) if values.ndim == 1 else f"an array of shape {values.shape}"
        raise Failed(f"{what} holds {count} values; {length} were expected, one an epoch.")
    if not np.isfinite(values).all():
        raise Failed(f"{what} holds NaN or infinite values.")
    return values


def shown(value: Any) -> str:
    """A received value in a few words."""
    return str(value) if isinstance(value, Opaque) else describe(value)


def _list(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
