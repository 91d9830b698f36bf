"""Runs a notebook's cells one after the other, as a person would: after a cell that fails, the next ones still run."""

from __future__ import annotations

import ast
import contextlib
import html
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from autograder.worker.hosted_paths import make_folders
from autograder.worker.tracebacks import student_traceback
from autograder.worker.tracing.markdown_code import code_in_markdown, that_defines
from autograder.worker.tracing.places import Places
from autograder.worker.tracing.printing import MAX_TEXT, Printed
from autograder.worker.tracing.seen import Emit
from autograder.worker.unreadable import in_words

WRONG_USE: Final = 2  # exit status of a command that was given wrong arguments, or none
MAX_ROWS: Final = 40
MAX_COLUMNS: Final = 20


def run_notebook(
    folder: Path,
    source: str,
    emit: Emit,
    places: Places,
    printed: Printed,
    after_cell: Callable[[], None],
    changes: Sequence[ast.NodeTransformer] = (),
    erase: Callable[[bool], None] = lambda wait: None,
) -> None:
    """Run all code cells of the notebook `source` in `folder`, and record what each printed, showed and raised.

    `printed` receives the output; it is the same object for all cells, as loggers keep it. `changes` are made in the code of each
    cell. `erase` is called when a cell clears its output, maybe only with its next one.
    """
    import nbformat

    notebook: Any = nbformat.read(folder / source, as_version=4)  # type: ignore[no-untyped-call]
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    mistaken = code_in_markdown(notebook.cells)
    shell = _shell(lambda value: _emit_shown(value, emit, places), erase)
    shell.ast_transformers.extend(changes)

    def run(number: int, text: str) -> BaseException | None:
        name = _name(number)
        shell.compile.get_code_name = lambda raw, transformed, cell, name=name: name
        places.files[name] = number
        result = shell.run_cell(_without_unknown_magics(text, shell), store_history=False, silent=False)
        printed.emit(emit, _place(source, number, 0))
        after_cell()
        printed.taken()  # output that is not the student's
        error: BaseException | None = result.error_before_exec or result.error_in_exec
        return error

    for number, text in enumerate(cells, 1):
        emit({"what": "cell", "number": number, "of": len(cells)})
        error = run(number, text)
        while error is not None:
            place, about = _place(source, number, _line(error, _name(number))), described_error(error, folder, source)
            lost = that_defines(error, number, mistaken)
            if lost is None:
                emit({"what": "error", "place": place, **about})
                break
            mistaken.remove(lost)  # each is run once
            where = f"the Markdown cell before code cell {lost.before}"
            advice = f"{about['error']}. Its code is in {where}: make that a code cell. Here it was run as one"
            emit({"what": "error", "place": place, **about, "error": advice})
            error = run(number, lost.text) or run(number, text)


def _name(number: int) -> str:
    return f"<autograder cell {number}>"


def _place(source: str, number: int, line: int) -> dict[str, Any]:
    return {"source": source, "cell": number, "line": line, "run_in": number}


def _line(error: BaseException, name: str) -> int:
    if isinstance(error, SyntaxError):
        return in_words(error)[0]
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == name:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def described_error(error: BaseException, folder: Path, source: str) -> dict[str, str]:
    if type(error).__name__ == "StdinNotImplementedError" or isinstance(error, EOFError):
        return {"error": "`input()` was called, and in a run without a person nobody can answer", "traceback": ""}
    if isinstance(error, SystemExit):
        if asks_for_arguments(error):
            return {
                "error": "its command line asks for arguments, and a run from start to end gives none. Give them defaults",
                "traceback": "",
            }
        return {"error": f"the code called `sys.exit({error.code!r})`, which ends the run", "traceback": ""}
    about = student_traceback(error, folder)
    return {"error": f"{about['type']}: {about['message']}".rstrip(": ")[:2000], "traceback": about["traceback"][:4000]}


def asks_for_arguments(error: BaseException | None) -> bool:
    """Whether a command line parser has ended the run, as it does if arguments are missing. Commands run inside click and typer,
    so there only the exit status for wrong use counts."""
    if not isinstance(error, SystemExit):
        return False
    trace = error.__traceback__
    while trace is not None:
        library = str(trace.tb_frame.f_globals.get("__name__")).partition(".")[0]
        if library == "argparse" or (library in ("click", "typer") and error.code == WRONG_USE):
            return True
        trace = trace.tb_next
    return False


def _shell(shown: Callable[[Any], None], erase: Callable[[bool], None]) -> Any:
    """An IPython shell without a terminal or a history, whose results go to `shown`, and whose output `erase` clears."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Hook(DisplayHook):
        def __call__(self, result: Any = None) -> None:
            if result is not None and not self.quiet():  # type: ignore[no-untyped-call]
                shown(result)

    class Publisher(DisplayPublisher):
        def publish(self, data: Any, *_: Any, **__: Any) -> None:
            if isinstance(text := data.get("text/plain"), str):
                print(text)  # noqa: T201 - `display("...")` is read as a print

    config = Config()
    config.HistoryManager.enabled = False
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(config=config, displayhook_class=Hook, display_pub_class=Publisher)
    register: Any = shell.register_magic_function
    shell.showtraceback = shell.showsyntaxerror = lambda *_, **__: None  # type: ignore[method-assign, assignment]
    for name in (
        "matplotlib",
        "pylab",
        "pip",
        "conda",
        "tensorflow_version",
        "load_ext",
        "reload_ext",
        "autoreload",
        "pinfo",
    ):
        register(_nothing, "line", name)
    for name in ("bash", "sh", "script", "html", "javascript", "latex", "svg", "shell"):
        register(_nothing, "cell", name)
    register(lambda line: make_folders(f"mkdir {line}"), "line", "mkdir")
    shell.system = make_folders  # type: ignore[method-assign]
    import IPython.core.display_functions
    import IPython.display

    def display(*values: Any, display_id: Any = None, **_: Any) -> Any:
        for value in values:
            shown(value)
        if display_id:  # return a handle, whose `update` calls this function
            handle: Any = IPython.display.DisplayHandle
            return handle(display_id if isinstance(display_id, str) else None)
        return None

    IPython.display.display = IPython.core.display_functions.display = display
    shell.user_ns["display"] = display

    def clear_output(wait: bool = False) -> None:
        erase(wait)

    IPython.display.clear_output = IPython.core.display_functions.clear_output = clear_output
    return shell


def _nothing(*_: Any, **__: Any) -> None: ...


def _without_unknown_magics(text: str, shell: Any) -> str:
    """A cell in which magics of extensions, which are never loaded, do nothing: `%tensorboard --logdir runs`. The code below an
    unknown `%%magic` is run as it is."""
    for name in re.findall(r"^\s*%(\w+)", text, re.MULTILINE):
        if shell.find_line_magic(name) is None:
            shell.register_magic_function(_nothing, "line", name)
    first, end, rest = text.partition("\n")
    name = re.match(r"%%(\w+)", first)
    return text if name is None or shell.find_cell_magic(name[1]) else f"{end}{rest}"


def _emit_shown(value: Any, emit: Emit, places: Places) -> None:
    """Record a value that a notebook would show: a table cell by cell, a figure of plotly's (`plotly_figures`), anything else as
    text."""
    rows = rows_of(value)
    if type(value).__module__.startswith("plotly."):
        value.show()
    elif rows is not None:
        emit({"what": "table", "place": places.here(), "rows": rows})
    elif not type(value).__module__.startswith("matplotlib"):
        with contextlib.suppress(Exception):
            emit({"what": "printed", "place": places.here(), "text": _as_text(value)[:MAX_TEXT]})


def _as_text(value: Any) -> str:
    """A value as a person reads it: the text of displayed Markdown and HTML, with table cells separated."""
    text = getattr(value, "data", None)
    if not isinstance(text, str) or not type(value).__module__.startswith("IPython."):
        return repr(value)
    if type(value).__name__ != "HTML":
        return text
    return text_of_markup(text)


def text_of_markup(text: str) -> str:
    """HTML as a person reads it: a line for each row and paragraph, with cells separated."""
    lines = re.sub(r"(?i)</tr>|<br */?>|</p>|</h\d>", "\n", re.sub(r"\s*\n\s*", "", text))
    return html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"(?i)</t[dh]>", " | ", lines)))


def rows_of(value: Any) -> list[list[str]] | None:
    """The cells of a pandas table, with a header row first; None for anything else."""
    if type(value).__name__ == "Styler":
        value = getattr(value, "data", None)
    table = hasattr(value, "to_frame") or hasattr(value, "iterrows")
    if type(value).__module__.split(".")[0] != "pandas" or not table:
        return None
    try:
        frame = value.to_frame() if hasattr(value, "to_frame") and not hasattr(value, "iterrows") else value
        head = ["", *map(str, frame.columns[:MAX_COLUMNS])]
        rows = [
            [str(index), *map(str, row[:MAX_COLUMNS])]
            for index, row in zip(frame.index, frame.values.tolist(), strict=False)
        ]
        return [head, *rows[:MAX_ROWS]]
    except Exception:
        return None
