"""What is told of an error that ended a cell or a script."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pytest
import typer

from autograder.worker.tracing.cells import described_error


def test_a_command_line_that_asks_for_arguments_is_told_as_that(capsys):
    parser = argparse.ArgumentParser()
    parser.add_argument("part")
    with pytest.raises(SystemExit) as ended:
        parser.parse_args([])
    assert "command line asks for arguments" in described_error(ended.value, Path(), "main.py")["error"]


def test_commands_of_typer_that_were_given_none_ask_for_arguments_too(capsys):
    app = typer.Typer()
    app.command("train")(lambda: None)
    app.command("plot")(lambda: sys.exit(3))
    with pytest.raises(SystemExit) as ended:
        app(args=[])
    assert "command line asks for arguments" in described_error(ended.value, Path(), "cli.py")["error"]
    with pytest.raises(SystemExit) as ended:
        app(args=["plot"])
    assert "sys.exit(3)" in described_error(ended.value, Path(), "cli.py")["error"]


def test_an_exit_of_the_codes_own_is_told_with_its_value():
    with pytest.raises(SystemExit) as ended:
        sys.exit("no GPU")
    assert "sys.exit('no GPU')" in described_error(ended.value, Path(), "main.py")["error"]
