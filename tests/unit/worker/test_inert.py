"""What stands in for a logger, a progress bar or a summary changes nothing of what is done with it."""

from __future__ import annotations

import copy

from autograder.worker.inert import Inert, is_hosted, only_shows


def test_it_takes_everything():
    shell = Inert()
    assert shell.run_line_magic("matplotlib", "inline").anything() is shell
    shell.config["lr"] = 0.1
    with shell.init(project="hw1") as run:
        assert f"{run.id:.3f}" == ""
    assert isinstance(copy.copy(shell), Inert)


def test_a_progress_bar_goes_through_what_it_was_given():
    assert list(Inert().progress_bar(range(3), total=3)) == [0, 1, 2]
    assert list(Inert().scalars) == []


def test_a_decorator_and_a_base_class_leave_what_they_are_given():
    logged = Inert()

    @logged.timed
    def double(x: int) -> int:
        return 2 * x

    class Callback(logged.Callback):
        pass

    assert double(2) == 4
    assert Callback.__mro__ == (Callback, object)


def test_colours_in_a_text_leave_the_text():
    assert f"{Inert().GREEN}test accuracy{Inert().RESET} 0.98" == "test accuracy 0.98"


def test_packages_are_known_by_their_top_name():
    assert only_shows("wandb.keras") and not only_shows("torchmetrics")
    assert is_hosted("google.colab.drive") and not is_hosted("google.protobuf")
