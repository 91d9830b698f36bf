"""How a worker in a container gets its end of the grader's connection, which neither podman nor docker lets it inherit.

The grader listens on a socket in a mounted folder. The first to connect is the container's first process, before any student code
runs (`worker/doorway.py`); it is handed the connection and its instructions, and the socket is removed.
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
LOOK_SECONDS: Final = 0.2  # between checks whether anybody may still connect


@dataclass(frozen=True)
class Errand:
    """The instructions for the first process of a container."""

    words: Sequence[str]  # a module and its arguments; the connection's descriptor comes between them
    variables: Mapping[str, str]  # its whole environment
    links: Mapping[str, str]  # to be made first: link -> target

    def to_json(self) -> bytes:
        return json.dumps(asdict(self)).encode()


def listening(folder: Path) -> socket.socket:
    """A socket in `folder` that any user who can see it may connect to; the parent folders are the grader's own."""
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
    """Wait in a thread for a connection, then hand over `connection` and `calls`, the descriptor of the system call filter.

    Takes ownership of all three and closes them, also when `is_awaited` turns false: the grader then sees its connection end.
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
            with contextlib.suppress(OSError):  # the guest may be gone; the end of the connection will show it
                guest, _ = listener.accept()
                with guest:
                    socket.send_fds(guest, [errand.to_json()], [connection.fileno(), calls])

    threading.Thread(target=wait, daemon=True).start()


def _unlink(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
