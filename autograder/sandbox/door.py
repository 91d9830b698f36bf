"""How a worker in a container gets its end of the grader's connection, which neither podman nor docker would let it inherit.

The grader listens on a socket in a folder that is mounted. Who comes first is the container's first process, before there is
any student code; it is handed the connection and what it is to run, and the door is gone. `worker/doorway.py` comes through.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

NAME: Final = "socket"
LOOK_SECONDS: Final = 0.2  # between looks whether anybody may still come


@dataclass(frozen=True)
class Errand:
    """What the first process of a container is told to do."""

    words: Sequence[str]  # a module and its arguments; the connection's descriptor comes between them
    variables: Mapping[str, str]  # its whole environment
    links: Mapping[str, str]  # to be made before: where, and to what

    def to_json(self) -> bytes:
        return json.dumps(asdict(self)).encode()


def listening(folder: Path) -> socket.socket:
    """A socket in `folder` at which any user may knock who can see it; the folders above are the grader's own."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        path = folder / NAME
        folder.chmod(0o755)
        listener.bind(str(path))
        path.chmod(0o666)
        listener.listen(1)
    except OSError:
        listener.close()
        raise
    return listener


def hand_over(
    listener: socket.socket, errand: Errand, connection: socket.socket, calls: int, is_awaited: Callable[[], bool]
) -> None:
    """Wait, in a thread, for the one who comes, and hand over the connection and the filter of calls, a descriptor.

    Takes over all three, and closes them, also when nobody `is_awaited` any more: the grader's end then finds the other closed.
    """

    def wait() -> None:
        with contextlib.ExitStack() as closing:
            closing.callback(os.close, calls)
            closing.enter_context(connection)
            closing.enter_context(listener)
            closing.callback(_unlink, Path(listener.getsockname()))
            while not select.select([listener], [], [], LOOK_SECONDS)[0]:
                if not is_awaited():
                    return
            with contextlib.suppress(OSError):  # who came may be gone, which the end of the connection tells
                guest, _ = listener.accept()
                with guest:
                    socket.send_fds(guest, [errand.to_json()], [connection.fileno(), calls])

    threading.Thread(target=wait, daemon=True).start()


def _unlink(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
