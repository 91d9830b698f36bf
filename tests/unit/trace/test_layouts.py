"""How arrays lie in memory is told with them: the sums of a convolution depend on it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from autograder.sandbox.tracing import RawSource, RawTrace
from autograder.trace.reading import read_trace
from autograder.trace.records import SourceTrace
from autograder.worker.tracing.material import Material

PICTURES = torch.randn(4, 3, 8, 8)


def read(value: torch.Tensor, **more: object) -> SourceTrace:
    """What is read of a tensor that was told as 'x'; arrays come through the socket in the order of their axes."""
    records: list[dict] = []
    Material(records.append).keep("x", value)
    records = [{**each, **more, "array": np.ascontiguousarray(each["array"].numpy())} for each in records]
    return read_trace(RawTrace((RawSource("hw1.py", "finished", 1.0, records),), 1.0), 60).sources[0]


@pytest.mark.parametrize(
    "value",
    [
        PICTURES,
        PICTURES.to(memory_format=torch.channels_last),
        torch.randn(4, 8, 8, 3).permute(0, 3, 1, 2),
        torch.randn(5, 7).T,
    ],
    ids=["in order", "channels last", "permuted", "turned"],
)
def test_an_array_lies_as_the_tensor_did(value: torch.Tensor) -> None:
    found = read(value).laid_out("x")
    assert found is not None
    assert torch.from_numpy(np.array(found)).stride() == value.stride()
    assert np.array_equal(found, value.numpy())


def test_what_is_not_dense_is_told_in_order() -> None:
    found = read(torch.randn(4, 9)[:, ::2]).laid_out("x")
    assert found is not None and found.flags["C_CONTIGUOUS"]


@pytest.mark.parametrize("order", [[0, 1], [0, 1, 2, 2], [0, 1, 2, 7], "0123", [0, 1, 2, 3.0], None])
def test_an_order_that_is_none_changes_nothing(order: object) -> None:
    found = read(PICTURES, order=order).laid_out("x")
    assert found is not None and np.array_equal(found, PICTURES.numpy()) and found.flags["C_CONTIGUOUS"]
