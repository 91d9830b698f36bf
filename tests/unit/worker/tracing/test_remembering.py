from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from autograder.worker import torchvision_shim
from autograder.worker.tracing.remembering import _remember

torchvision_shim.make_importable()
transforms = pytest.importorskip("torchvision.transforms")


class Counted:
    """A transform of nobody's library that counts its calls."""

    calls = 0

    def __call__(self, image: Any) -> torch.Tensor:
        self.calls += 1
        return torch.from_numpy(image / 255).float()


@pytest.fixture
def pictures() -> type[Any]:
    """A class of data sets as torchvision's are, remembering; each picture that it makes counts."""

    class Pictures:
        made = 0

        def __init__(self, transform: Any, target_transform: Any = None) -> None:
            self.transform, self.target_transform = transform, target_transform
            self.data = np.random.default_rng(0).integers(0, 256, (4, 8, 8, 3), dtype=np.uint8)
            self.targets = [0, 1, 2, 3]

        def __getitem__(self, index: int) -> tuple[Any, Any]:
            Pictures.made += 1
            label = self.targets[index]
            image = self.transform(self.data[index])
            return image, label if self.target_transform is None else self.target_transform(label)

    _remember(Pictures)
    return Pictures


def _tensors(*more: Any) -> Any:
    return transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,) * 3, (0.5,) * 3), *more])


def test_a_picture_is_made_once(pictures):
    own = pictures(_tensors())
    first, again = own[1], own[1]
    assert torch.equal(first[0], again[0]) and first[1] == again[1] == 1
    assert pictures.made == 1


def test_writing_into_a_picture_changes_no_later_one(pictures):
    own = pictures(_tensors())
    for _ in range(2):
        image = own[0][0]
        expected = image.clone()
        image.zero_()
    assert torch.equal(own[0][0], expected)


def test_random_transforms_are_drawn_each_time(pictures):
    torch.manual_seed(0)
    own = pictures(_tensors(transforms.RandomCrop(8, padding=4)))
    assert len({own[0][0].numpy().tobytes() for _ in range(8)}) > 1
    assert pictures.made == 8


def test_random_numbers_go_on_as_they_would(pictures):
    own = pictures(_tensors(transforms.RandomHorizontalFlip()))
    torch.manual_seed(0)
    torch.rand(1)
    torch.rand(1)
    expected = torch.rand(1)
    torch.manual_seed(0)
    own[0], own[0]
    assert torch.equal(torch.rand(1), expected)


def test_a_student_s_own_transform_is_called_each_time(pictures):
    own = pictures(Counted())
    own[0], own[0]
    assert own.transform.calls == 2


def test_labels_and_pictures_that_are_changed_are_given_as_they_are(pictures):
    own = pictures(_tensors(), target_transform=lambda label: label * 10)
    before = own[2][0]
    own.targets[2] = 7
    own.data[2] = 0
    image, label = own[2]
    assert label == 70 and not torch.equal(image, before)


def test_a_changed_list_of_transforms_makes_pictures_anew(pictures):
    own = pictures(_tensors())
    before = own[0][0]
    own.transform.transforms.append(transforms.Lambda(lambda image: image * 2))
    assert torch.equal(own[0][0], before * 2)
