"""Runs a student's script as `__main__`, and writes how it ended as JSON: `... FOLDER SCRIPT DESCRIPTOR`.

A script in a package is run as `python -m` does, so that its relative imports work.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from pathlib import Path

from autograder.worker import fresh
from autograder.worker.tracebacks import student_traceback


def main() -> None:
    folder, path, writer = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    os.set_inheritable(writer, False)
    ending = _run(folder, path)
    os.write(writer, json.dumps(ending).encode() + b"\n")
    os._exit(0)


def _run(folder: Path, path: str) -> dict[str, object]:
    fresh.prepare()
    script = folder / path
    package = [script.stem]
    top = script.parent
    while (top / "__init__.py").is_file() and top != folder:
        package.insert(0, top.name)
        top = top.parent
    os.chdir(top)
    sys.path.insert(0, str(top))
    sys.argv = [str(script)]
    try:
        if len(package) > 1:
            runpy.run_module(".".join(package), run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(str(script), run_name="__main__")
    except SystemExit as error:
        if error.code in (None, 0):
            return {"end": "finished"}
        return {"end": "stopped", "error": f"the script called `sys.exit({error.code!r})`"[:2000]}
    except BaseException as error:
        told = student_traceback(error, folder)
        name, message = told["type"], told["message"]
        said = f"{name}: {message}" if message else name
        if name == "EOFError":
            said = "`input()` was called, and in a run without a person nobody can answer"
        return {"end": "stopped", "error": said, "where": told["where"], "traceback": told["traceback"]}
    return {"end": "finished"}


if __name__ == "__main__":
    main()
