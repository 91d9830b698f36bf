"""Runs one notebook or script of a submission whole, from a fresh process, and tells where it stops.

This program is the first process of a sandbox of its own. The notebook's kernel, or the script, is its child. It says
over its socket which cell is being run, and in the end how that went. The student's code runs as the same user and may
do to this process what it likes: the grader takes what is said here as text, keeps its own clock, and gives no points.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from autograder.worker import protocol
from autograder.worker.processes import adopt_orphans, kill_descendants
from autograder.worker.settings import WorkerSettings
from autograder.worker.workplace import copy_submission, limit

START_SECONDS: Final = 60.0
MAX_TOLD: Final = 64 * 2**10  # bytes of what a script's process says about its end
MAX_FRAMES: Final = 8
MAX_MESSAGE: Final = 2000
FRAME: Final = re.compile(r"\s+(?:Cell In\[(\d+)\], line (\d+)|File (.+?):(\d+))(?: in (.+))?$")

Ending = dict[str, Any]  # `end` and what belongs to it; see `autograder.sandbox.whole`


def main() -> None:
    """Run what the first message names; always leaves by `os._exit`, with all children killed."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    settings = WorkerSettings.from_json(sys.argv[2])
    request = protocol.receive(connection)
    adopt_orphans()
    limit(settings)
    folder = copy_submission(settings)
    # No look at a registry that can't be reached, and no waiting for one.
    os.environ |= {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "AUTOGRADER_DATA_SHOWN": settings.data}
    run = _run_notebook if request["source"].casefold().endswith(".ipynb") else _run_script
    try:
        ending = run(connection, folder, request["source"], request["seconds"])
    except Exception as error:
        ending = {"end": "unfit", "error": f"{type(error).__name__}: {error}"[:MAX_MESSAGE]}
    protocol.send(connection, {"kind": "end", **ending})
    kill_descendants()
    os._exit(0)


def _run_script(connection: socket.socket, folder: Path, source: str, seconds: float) -> Ending:
    """Run a script as `__main__` in a process of its own, which says how it ended over a pipe."""
    reader, writer = os.pipe()
    words = [sys.executable, "-P", "-m", "autograder.worker.script", str(folder), source, str(writer)]
    protocol.send(connection, {"kind": "started"})
    started = time.monotonic()
    child = subprocess.Popen(
        words,
        pass_fds=[writer],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
    )
    os.close(writer)
    told = _read_all(reader, seconds)
    if told is None:
        return {"end": "budget"}
    ran = round(time.monotonic() - started, 1)
    if not told:
        return {"end": "died", "seconds": ran, **_exit_of(child.wait())}
    return {**json.loads(told), "seconds": ran}


def _read_all(reader: int, seconds: float) -> bytes | None:
    """What is written until the other side closes; None when it has not by then."""
    deadline = time.monotonic() + seconds
    data = b""
    while select.select([reader], [], [], max(0.0, deadline - time.monotonic()))[0]:
        chunk = os.read(reader, MAX_TOLD)
        data += chunk
        if not chunk or data.endswith(b"\n") or len(data) > MAX_TOLD:
            return data[:MAX_TOLD]
    return None


def _run_notebook(connection: socket.socket, folder: Path, source: str, seconds: float) -> Ending:
    import nbformat

    notebook: Any = nbformat.read(folder / source, as_version=4)  # type: ignore[no-untyped-call]
    language = _language(notebook)
    if language != "python":
        return {"end": "unfit", "error": f"it is a notebook for {language}, and not for Python"}
    return asyncio.run(_run_cells(connection, notebook, folder, source, seconds))


def _language(notebook: Any) -> str:
    about = notebook.metadata
    language = about.get("language_info", {}).get("name") or about.get("kernelspec", {}).get("language")
    return re.sub(r"(?i)^i?python[\d.]*$", "python", str(language or "python"))[:40]


async def _run_cells(connection: socket.socket, notebook: Any, folder: Path, source: str, seconds: float) -> Ending:
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    raised: list[Mapping[str, Any]] = []
    client = _client(notebook, folder / source, raised)
    number, total = 0, sum(map(_holds_code, notebook.cells))
    async with client.async_setup_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        started = time.monotonic()
        client.timeout_func = lambda cell: max(0.1, seconds - (time.monotonic() - started))
        protocol.send(connection, {"kind": "started"})
        for index, cell in enumerate(notebook.cells):
            if not _holds_code(cell):
                continue
            number += 1
            protocol.send(connection, {"kind": "cell", "number": number, "of": total})
            ended = ""
            try:
                await client.async_execute_cell(cell, index)
            except CellExecutionError:
                ended = "stopped"
            except CellTimeoutError:
                ended = "budget"
            except (DeadKernelError, RuntimeError):
                ended = "died"
            ran = round(time.monotonic() - started, 1)
            match ended:
                case "stopped":
                    return {"end": "stopped", "seconds": ran, **_told(raised[-1], number, folder, source)}
                case "died":
                    kernel = client.km.provisioner.process
                    return {"end": "died", "seconds": ran, **_exit_of((kernel and kernel.poll()) or 0)}
                case "budget":
                    return {"end": "budget"}
            cell.outputs = []
    return {"end": "finished", "seconds": round(time.monotonic() - started, 1)}


def _holds_code(cell: Any) -> bool:
    return bool(cell.cell_type == "code" and cell.source.strip())


def _client(notebook: Any, path: Path, raised: list[Mapping[str, Any]]) -> Any:
    """A client whose kernel is ours, whatever the notebook names; it keeps no outputs, and replies of errors in `raised`.

    The kernel is spoken to through sockets in the file system: the sandbox has no network, not even its own.
    """
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    class OurKernel(KernelSpecManager):
        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
            words = [sys.executable, "-P", "-m", "autograder.worker.kernel", "-f", "{connection_file}"]
            return KernelSpec(argv=words, display_name="Python", language="python")

    class Client(NotebookClient):
        def output(self, outs: Any, msg: Any, display_id: Any, cell_index: int) -> None:
            """Drop the output: 100 MB of prints are nobody's to read."""

    sockets = Path(tempfile.mkdtemp(prefix="k-"))
    manager = AsyncKernelManager(
        kernel_spec_manager=OurKernel(), transport="ipc", connection_file=str(sockets / "kernel.json")
    )
    return Client(
        notebook,
        km=manager,
        startup_timeout=int(START_SECONDS),
        store_widget_state=False,
        on_cell_error=lambda cell, cell_index, execute_reply: raised.append(execute_reply["content"]),
        resources={"metadata": {"path": str(path.parent)}},
    )


def _told(content: Mapping[str, Any], number: int, folder: Path, source: str) -> Ending:
    """The error of a cell: its line, and the student's own frames."""
    name, message = str(content.get("ename", "")), str(content.get("evalue", ""))[:MAX_MESSAGE]
    frames = list(_frames("\n".join(map(str, content.get("traceback", ()))).splitlines(), folder, source))
    own = [line for cell, line, _ in frames if cell == number]
    if name == "StdinNotImplementedError":
        name, message = "", "`input()` was called, and in a run without a person nobody can answer"
    elif name == "SystemExit":
        name, message = "", f"the cell called `sys.exit({message})`, which ends the run"
    error = f"{name}: {message}" if name and message else name or message
    shown = frames if len(frames) <= MAX_FRAMES else frames[: MAX_FRAMES // 2] + frames[-MAX_FRAMES // 2 :]
    lines = [text for _, _, text in shown]
    return {"line": own[0] if own else 0, "error": error, "traceback": "\n".join([*lines, error] if lines else [])}


def _frames(lines: Sequence[str], folder: Path, source: str) -> Iterator[tuple[int, int, str]]:
    """Cell (0 for a file), line and text of each frame in a plain traceback of IPython's, libraries left out."""
    for position, line in enumerate(lines):
        match = FRAME.match(line)
        if not match:
            continue
        cell, cell_line, file, file_line, function = match.groups()
        if cell:
            name = f"{source}[cell {cell}]"
        elif Path(file).is_relative_to(folder):
            name = str(Path(file).relative_to(folder))
        else:
            continue
        code = lines[position + 1].strip() if position + 1 < len(lines) else ""
        head = f'File "{name}", line {cell_line or file_line}' + (f", in {function}" if function else "")
        yield int(cell or 0), int(cell_line or 0), f"{head}\n    {code}" if code else head


def _exit_of(code: int) -> dict[str, Any]:
    return {"exit_code": max(code, 0), "signal": signal.Signals(-code).name if code < 0 else ""}


if __name__ == "__main__":
    main()
