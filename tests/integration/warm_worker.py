"""A tracing worker that has imported what it imports for each submission, and forks one like it for each small run: importing
takes most of the time of these. What a fork does is what the worker does that is started for a submission.

    python -P tests/integration/warm_worker.py SOCKET
"""

from __future__ import annotations

import array
import contextlib
import json
import os
import socket
import sys

from autograder.worker.settings import WorkerSettings
from autograder.worker.tracing.__main__ import serve, warm_up

LONGEST = 2**16  # bytes of a request


def main() -> None:
    asking = socket.socket(fileno=int(sys.argv[1]))
    warm_up()
    while True:
        words, received, _, _ = asking.recvmsg(LONGEST, socket.CMSG_SPACE(array.array("i").itemsize))
        if not words:
            return
        variables, settings = json.loads(words)
        (connection,) = array.array("i", received[0][2])
        pid = os.fork()
        if pid == 0:
            asking.close()
            os.setsid()
            os.environ.clear()
            os.environ |= variables
            serve(socket.socket(fileno=connection), WorkerSettings(**settings))
        os.close(connection)
        asking.sendall(str(pid).encode())
        with contextlib.suppress(ChildProcessError):  # those that have ended
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


if __name__ == "__main__":
    main()
