"""Pictures of the data sets are known however they are prepared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from autograder.worker.tracing.by_hand import HandIterations
from autograder.worker.tracing.passes import Passes
from autograder.worker.tracing.pictures import Pictures
from autograder.worker.tracing.places import Places
from autograder.worker.tracing.seen import Forward, Network

NUMBERS = np.random.default_rng(1)
SETS = {
    ("mnist", True): (NUMBERS.integers(0, 256, (60, 28, 28), dtype=np.uint8), np.arange(60) % 10),
    ("mnist", False): (NUMBERS.integers(0, 256, (20, 28, 28), dtype=np.uint8), np.arange(20) % 10),
    ("cifar10", True): (NUMBERS.integers(0, 256, (50, 3, 32, 32), dtype=np.uint8), np.arange(50) % 10),
    ("cifar10", False): (NUMBERS.integers(0, 256, (10, 3, 32, 32), dtype=np.uint8), np.arange(10) % 10),
}


@pytest.fixture
def pictures() -> Pictures:
    return Pictures(lambda name, train: SETS[name, train])


def floats(name: str, train: bool) -> torch.Tensor:
    return torch.from_numpy(SETS[name, train][0].astype(np.float32)) / 255


def test_normalised_flat_pictures_are_known_with_their_labels(pictures: Pictures) -> None:
    known = pictures.known((floats("mnist", False)[[3, 17, 5]].reshape(3, 784) - 0.13) / 0.31)
    assert known is not None
    assert (known.set, known.split, known.places.tolist(), known.labels.tolist()) == (
        "MNIST",
        "test",
        [3, 17, 5],
        [3, 7, 5],
    )
    assert not known.in_order


def test_pictures_that_are_enlarged_for_a_published_network_are_known(pictures: Pictures) -> None:
    enlarged = torch.nn.functional.interpolate((floats("cifar10", False)[2:6] - 0.5) / 0.25, size=64, mode="bilinear")
    known = pictures.known(enlarged)
    assert known is not None
    assert (known.split, known.places.tolist(), known.labels.tolist()) == ("test", [2, 3, 4, 5], [2, 3, 4, 5])
    assert pictures.known(torch.rand(4, 3, 64, 64)) is None


def test_pictures_of_a_set_in_one_piece_have_places_in_all_of_it() -> None:
    pictures = Pictures(lambda name, train: SETS[name, train], joint={"mnist"})
    both = torch.cat([floats("mnist", True)[[59]], floats("mnist", False)[[0, 7]]])
    known = pictures.known(both)
    assert known is not None
    assert (known.split, known.places.tolist(), known.labels.tolist(), known.size) == (
        "joint",
        [59, 60, 67],
        [9, 0, 7],
        80,
    )
    scaled = torch.rand(3, 784)  # each pixel by itself: nothing is known but how many there are
    assert pictures.known(scaled) is None and pictures.are_of_a_joint_set(scaled)
    assert not pictures.are_of_a_joint_set(torch.rand(3, 3072))


@pytest.mark.parametrize("channels_last", [False, True])
def test_colours_are_known_wherever_their_channels_are_and_however_they_are_scaled(
    pictures: Pictures, channels_last: bool
) -> None:
    batch = (floats("cifar10", True)[10:14] - torch.tensor([0.5, 0.4, 0.3]).reshape(3, 1, 1)) / 0.2
    known = pictures.known(batch.permute(0, 2, 3, 1) if channels_last else batch)
    assert known is not None
    assert (known.split, known.places.tolist(), known.in_order) == ("train", [10, 11, 12, 13], True)


def test_colours_that_reshape_has_scrambled_are_known_for_what_they_are(pictures: Pictures) -> None:
    stored = floats("cifar10", False)[2:6].permute(0, 2, 3, 1)
    known = pictures.known(stored.reshape(4, 3, 32, 32))
    assert known is not None
    assert (known.split, known.places.tolist()) == ("test", [2, 3, 4, 5])


@pytest.mark.parametrize(
    "form",
    [
        lambda x: x.permute(0, 2, 3, 1).reshape(x.shape),
        lambda x: x.transpose(2, 3),
        lambda x: x.flip(1),
    ],
    ids=["scrambled", "rows and columns exchanged", "blue first"],
)
def test_colours_are_known_in_other_forms_though_each_channel_is_scaled_then(
    pictures: Pictures, form: Callable[[torch.Tensor], torch.Tensor]
) -> None:
    batch = form(floats("cifar10", True)[[4, 9, 30]])
    scaled = (batch - torch.tensor([0.5, 0.4, 0.3]).reshape(3, 1, 1)) / torch.tensor([0.2, 0.3, 0.25]).reshape(3, 1, 1)
    known = pictures.known(scaled)
    assert known is not None
    assert (known.split, known.places.tolist()) == ("train", [4, 9, 30])


def test_a_channel_of_one_colour_is_no_hindrance() -> None:
    images, labels = SETS["cifar10", True]
    images = images.copy()
    images[:, 1] = 255
    known = Pictures(lambda name, train: (images, labels) if train else SETS[name, train])
    scaled = (torch.from_numpy(images[:8].astype(np.float32)) / 255 - 0.4731) / 0.2513
    scaled[:, 1] += 1e-6 * torch.randn(8, 32, 32)  # as rounding leaves it
    found = known.known(scaled)
    assert found is not None
    assert found.places.tolist() == [*range(8)]


def test_turned_digits_are_known(pictures: Pictures) -> None:
    known = pictures.known(floats("mnist", False)[2:5].transpose(1, 2))
    assert known is not None
    assert (known.split, known.places.tolist()) == ("test", [2, 3, 4])


def test_other_pictures_are_not_known(pictures: Pictures) -> None:
    for batch in (torch.rand(4, 784), torch.rand(4, 2), torch.zeros(4, 28, 28)):
        assert pictures.known(batch) is None


def test_training_pictures_with_test_pictures_among_them_are_of_both(pictures: Pictures) -> None:
    known = pictures.known(torch.cat([floats("mnist", True)[:2], floats("mnist", False)[:2]]))
    assert known is not None
    assert known.split == "both"


@pytest.fixture
def shared() -> Pictures:
    """Where test labels are not shown, the test set is the end of the training set."""
    images, labels = SETS["mnist", True]
    return Pictures(lambda name, train: (images, labels) if train else (images[-10:], labels[-10:]), are_few=False)


@pytest.mark.parametrize(
    ("places", "split", "found"),
    [
        (range(60), "train", [*range(60)]),
        (range(50, 60), "test", [*range(10)]),
        ([3, *range(50, 58)], "train", [3, *range(50, 58)]),
        (range(40, 50), "train", [*range(40, 50)]),
    ],
)
def test_pictures_from_the_end_of_the_training_set_alone_are_those_of_the_test_set(
    shared: Pictures, places: Sequence[int], split: str, found: list[int]
) -> None:
    known = shared.known(floats("mnist", True)[list(places)])
    assert known is not None
    assert (known.split, known.places.tolist()) == (split, found)


def test_of_whole_sets_a_few_pictures_tell_nothing(shared: Pictures) -> None:
    assert shared.known(floats("mnist", True)[50:53]) is None


def test_of_whole_sets_one_batch_of_a_data_set_is_looked_at(shared: Pictures, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    known = shared.known
    monkeypatch.setattr(shared, "known", lambda inputs: looked.append(len(inputs)) or known(inputs))
    told: list[dict[str, object]] = []
    passes = Passes(told.append, Places(Path(), "hw1.py"), shared)
    arrays = TensorDataset(floats("mnist", True)[50:], torch.arange(10))
    for _ in range(2):
        iteration = passes.iteration_begins(DataLoader(arrays, batch_size=10))
        passes.batch_is_given(iteration, [arrays.tensors[0], arrays.tensors[1]])
        passes.iteration_ends(iteration)
    assert looked == [10]
    assert [(each["set"], each["split"]) for each in told] == [("TensorDataset", "test")]


def test_an_iteration_by_hand_begins_again_with_a_picture_that_has_been_there(pictures: Pictures) -> None:
    hands, x = HandIterations(pictures), floats("mnist", True)
    order = torch.randperm(60, generator=torch.Generator().manual_seed(0))
    first = [hands.of(0, True, step, x[part]) for step, part in enumerate(order.split(20))]
    again = hands.of(0, True, 3, x[order[:20]])
    assert first[0] is not None
    assert first[0] is first[1] is first[2] is not again
    assert (first[0].about["split"], first[0].about["shuffled"], len(first[0].seen)) == ("train", True, 60)


def test_an_evaluation_is_over_with_the_next_step_and_another_part_is_another_one(pictures: Pictures) -> None:
    hands, x, test = HandIterations(pictures), floats("mnist", True), floats("mnist", False)
    one = hands.of(0, False, 5, x[:30])
    assert one is hands.of(0, False, 5, x[30:])
    assert one is not hands.of(0, False, 5, test)
    assert hands.of(0, False, 5, x[:30]) is not hands.of(0, False, 6, x[30:])


def test_two_calls_of_what_evaluates_are_two_evaluations_also_of_parts_of_one_set(pictures: Pictures) -> None:
    hands, x = HandIterations(pictures), floats("mnist", True)
    trained, validation = (("hw1.py", 20),), (("hw1.py", 21),)
    one = hands.of(0, False, 5, x[:40], trained)
    assert one is hands.of(0, False, 5, x[40:50], trained)
    assert one is not hands.of(0, False, 5, x[50:], validation)


def test_steps_of_one_training_are_one_iteration_wherever_they_are_called_from(pictures: Pictures) -> None:
    hands, x = HandIterations(pictures), floats("mnist", True)
    one = hands.of(0, True, 0, x[:20], (("hw1.py", 20),))
    assert one is hands.of(0, True, 1, x[20:], (("hw1.py", 21),))


def test_pictures_that_a_network_was_trained_on_are_counted_when_they_come_again(pictures: Pictures) -> None:
    told: list[dict[str, object]] = []
    passes = Passes(told.append, Places(Path(), "hw1.py"), pictures)
    network = Network(0, torch.nn.Linear(1, 10), {})

    def forward(first: int, last: int, gradients: bool) -> Forward:
        inputs = floats("cifar10", True)[first:last]
        made = Forward(network, network.module, inputs, torch.zeros(len(inputs), 10), None, gradients, gradients)
        passes.count(made)
        return made

    passes.stepped_on(forward(0, 30, gradients=True))
    network.steps = 1
    again = forward(20, 40, gradients=False)
    assert again.current is not None
    assert again.current.record["met"] == 10


def test_pictures_that_are_bytes_yet_are_known(pictures: Pictures) -> None:
    known = pictures.known(torch.from_numpy(SETS["cifar10", True][0][3:6]))
    assert known is not None and known.places.tolist() == [3, 4, 5]


@pytest.fixture
def whole() -> Pictures:
    return Pictures(lambda name, train: SETS[name, train], are_few=False)


def test_of_whole_sets_an_evaluation_without_labels_is_followed_from_batch_to_batch(
    whole: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[int] = []
    known = whole.known
    monkeypatch.setattr(whole, "known", lambda inputs: searched.append(len(inputs)) or known(inputs))
    iterations = HandIterations(whole)
    test = floats("cifar10", False).permute(0, 2, 3, 1)
    found = [iterations.of(1, False, 80, batch) for batch in test.split(4)]
    assert found[0] is found[2]
    assert found[2] is not None
    assert (found[2].known.split, found[2].known.places.tolist()) == ("test", [8, 9])
    assert searched == [4]


def test_of_whole_sets_pictures_in_another_order_are_searched_for(whole: Pictures) -> None:
    order = [7, 2, 5, 1]
    known = whole.known_in_parts(floats("mnist", False)[order], whole.known(floats("mnist", False)[:3]))
    assert known is not None
    assert known.labels.tolist() == order


def test_of_whole_sets_trainings_are_not_looked_at(whole: Pictures) -> None:
    assert HandIterations(whole).of(1, True, 0, floats("mnist", True)[:8]) is None


def test_pictures_that_change_within_a_batch_are_not_known(whole: Pictures) -> None:
    first = whole.known(floats("mnist", False)[:3])
    assert whole.known_in_parts(torch.rand(4, 784), first) is None
    assert whole.known_in_parts(floats("mnist", False)[:0], first) is None
