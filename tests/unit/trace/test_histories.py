"""What a line shows is found by its values."""

from __future__ import annotations

from autograder.trace.histories import OF_BATCHES, History, held_by, histories, shown_by, totals_of
from autograder.trace.places import Place
from autograder.trace.records import Data, Pass, Run, SourceTrace

LOSS = History(0, "loss", "training", (0.9, 0.5, 0.3))
ACCURACY = History(1, "accuracy", "test", (0.5, 0.75, 0.875))


def test_a_line_with_a_runs_losses_is_that_history() -> None:
    assert shown_by((0.9, 0.5, 0.3), [LOSS, ACCURACY]) == [LOSS]


def test_an_accuracy_may_be_drawn_in_percent_and_a_loss_may_not() -> None:
    assert shown_by((50, 75, 87.5), [LOSS, ACCURACY]) == [ACCURACY]
    assert shown_by((90, 50, 30), [LOSS, ACCURACY]) == []


def test_other_values_other_lengths_and_nan_are_no_history() -> None:
    for line in ((0.9, 0.5, 0.31), (0.9, 0.5), (0.9, 0.5, float("nan")), ()):
        assert shown_by(line, [LOSS, ACCURACY]) == []


def test_a_line_of_a_training_that_diverged_is_its_history_up_to_the_nan() -> None:
    diverged = History(2, "loss", "training", (2.3, 8.0, float("nan")))
    assert shown_by((2.3, 8.0, float("nan")), [LOSS, diverged]) == [diverged]
    assert shown_by((2.3, 7.0, float("nan")), [LOSS, diverged]) == []


def test_with_one_batch_in_an_epoch_a_loss_may_be_a_mean_or_a_sum() -> None:
    mean, total = (History(0, "loss", "test", (0.9, 0.5, 0.3), 1, total=each) for each in ("", OF_BATCHES))
    assert totals_of((0.9, 0.5, 0.3), mean, [mean, total]) == {"", OF_BATCHES}


def test_with_several_a_sum_is_no_mean() -> None:
    mean = History(0, "loss", "test", (0.9, 0.5, 0.3), 1)
    total = History(0, "loss", "test", (1.8, 1.0, 0.6), 1, total=OF_BATCHES)
    assert totals_of((1.8, 1.0, 0.6), total, [mean, total]) == {OF_BATCHES}


def test_a_history_is_found_in_a_longer_line_wherever_it_begins() -> None:
    assert held_by((0.7, 0.9, 0.5, 0.3), [LOSS, ACCURACY]) == [LOSS]
    assert held_by((0.9, 0.9, 0.5, 0.3, 50, 75, 87.5), [LOSS, ACCURACY]) == [LOSS, ACCURACY]
    assert held_by((0.9, 0.4, 0.3, 0.9, 0.5), [LOSS, ACCURACY]) == []


def test_after_the_last_epoch_weights_may_be_put_back_and_measured_again() -> None:
    place = Place(source="hw1.py")

    def measured(number: int, after: int, loss: float) -> Pass:
        about = {"samples": 10, "batches": 1, "losses": 1, "loss_means": loss, "loss_weighted": 10 * loss}
        return Pass(id=number, network=0, run=0, after=after, data=1, last_loss=loss, place=place, **about)

    run = Run(id=0, network=0, optimizer="Adam", place=place, steps=12)
    passes = tuple(measured(*each) for each in ((0, 4, 0.9), (1, 8, 0.3), (2, 12, 0.5), (3, 12, 0.3)))
    source = SourceTrace(
        source="hw1.py",
        end="finished",
        seconds=1,
        runs=(run,),
        passes=passes,
        data=(Data(id=1, split="test", samples=10),),
    )
    for line in ((0.9, 0.3, 0.5), (0.9, 0.3, 0.3)):
        (found,) = shown_by(line, histories(source))
        assert (found.what, found.split) == ("loss", "test")
