"""One lane of checks in a process of its own: `python -m autograder.lane_process SOCKET`. `lanes.py` starts it."""

from __future__ import annotations

import os
import signal
import sys
from multiprocessing.connection import Connection

from autograder.checking import GradingError, carry_out
from autograder.checks.lane import Lane, Lost, taken
from autograder.checks.setup import set_up
from autograder.processes import sendable
from autograder.results import CheckResult
from autograder.rubric import load_rubric


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends what it has started, like Ctrl-C
    connection = Connection(int(sys.argv[1]))
    path, submission, settings = connection.recv()

    def next_one() -> int:
        connection.send(("next", None))
        rank: int = connection.recv()
        return rank

    def share(lost: Lost) -> Lost:
        connection.send(("lost", lost))
        others: Lost = connection.recv()
        return others

    def tell(result: CheckResult) -> None:
        connection.send(("result", result))

    try:
        lane = Lane(lambda seconds: taken(seconds, next_one), share)
        checked = carry_out(set_up(load_rubric(path), submission, settings), tell, lane)
        connection.send(("checked", checked))
    except Exception as error:
        connection.send(("failed", sendable(error, GradingError)))


if __name__ == "__main__":
    main()
    os._exit(0)  # everything was sent: don't wait for PyTorch to shut down
