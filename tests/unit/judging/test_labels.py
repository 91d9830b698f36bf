"""Labels in the form in which a student's loss took them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from autograder.judging.training import are_numbers_of_classes, like

LABELS = torch.tensor([2, 0, 1])
ONE_HOT = np.eye(3, dtype=np.float32)[[2, 0, 1]]
NUMBERS = np.repeat(np.array([[2.0], [0.0], [1.0]], dtype=np.float32), 3, axis=1)


@pytest.mark.parametrize(
    "told", [np.array([2, 0, 1]), np.array([[2.0], [0.0], [1.0]], dtype=np.float32), ONE_HOT, NUMBERS]
)
def test_classes_take_the_form_that_was_told(told):
    found = like(told, LABELS)
    assert found.shape == told.shape
    assert (found.numpy() == told).all()


def test_one_hot_labels_and_columns_are_no_numbers_of_classes():
    assert are_numbers_of_classes(NUMBERS)
    assert not are_numbers_of_classes(ONE_HOT)
    assert not are_numbers_of_classes(NUMBERS[:, :1])
    assert not are_numbers_of_classes(np.zeros((4, 1)))
