"""What a module is asked and what it answers, where that is more than one tensor."""

from __future__ import annotations

import numpy as np
import torch

from autograder.worker.tracing.modules import main_input, main_output

ROWS, PICTURES = torch.zeros(4, 10), torch.zeros(4, 3, 8, 8)


def test_the_answer_is_the_tensor_with_a_row_for_each_sample():
    assert main_output(ROWS, 4) is ROWS
    assert main_output((PICTURES, ROWS), 4) is ROWS
    assert main_output({"maps": PICTURES, "logits": ROWS}, 4) is ROWS
    assert main_output((torch.zeros(5, 10), torch.zeros(4, 2, dtype=torch.int64), ROWS), 4) is ROWS


def test_of_several_such_tensors_it_is_the_narrowest_and_of_equal_ones_the_first():
    features, probabilities = torch.zeros(4, 64), torch.zeros(4, 10)
    assert main_output((features, ROWS), 4) is ROWS
    assert main_output({"logits": ROWS, "features": features}, 4) is ROWS
    assert main_output((ROWS, probabilities), 4) is ROWS


def test_without_such_rows_it_is_the_first_tensor():
    assert main_output({"maps": PICTURES}, 4) is PICTURES
    assert main_output([None, PICTURES, PICTURES + 1], 4) is PICTURES
    assert main_output([], 4) is None


def test_the_input_is_the_first_argument_or_the_first_tensor_by_name():
    assert main_input((PICTURES, ROWS), {}) is PICTURES
    assert main_input((), {"scale": 2.0, "x": PICTURES}) is PICTURES
    assert main_input((), {}) is None


def test_an_array_of_numpys_is_an_input_too():
    given = main_input((np.full((4, 2), 3, dtype=np.uint8),), {})
    assert given.dtype == torch.float32 and given.tolist() == [[3.0, 3.0]] * 4
    assert main_input((), {"inputs": np.zeros((4, 2))}).shape == (4, 2)
    assert isinstance(main_input((np.array(["a"]),), {}), np.ndarray)
