"""Sizes of data sets that configuration files give."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib

import pytest

from autograder.worker.tracing import config_files
from autograder.worker.tracing.shrinking import named_sizes

CODE = "train, held_out = random_split(pictures, [len(pictures) - config.val_size, config.val_size])"


def test_numbers_are_found_at_any_depth_in_each_kind_of_file(tmp_path):
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "p3.yaml").write_text("p3a: &x {val_size: 5000, lr: 0.1}\np3b:\n  - <<: *x\n")
    (tmp_path / "conf" / "p2.json").write_text('{"epochs": 20}')
    (tmp_path / "p1.toml").write_text("[data]\ntrain = 50000\nname = 'mnist'\n")
    found = [*config_files.numbers_in(tmp_path)]
    assert found == [("epochs", 20), ("val_size", 5000), ("val_size", 5000), ("train", 50000)]


@pytest.mark.parametrize("text", ["{", "a: [1", "a: !!python/object:os.system {}", "\x00", "[" * 5000])
def test_files_that_cannot_be_read_have_none(tmp_path, text):
    for ending in config_files.READERS:
        (tmp_path / f"config{ending}").write_text(text)
    assert [*config_files.numbers_in(tmp_path)] == []


def test_aliases_that_repeat_each_other_are_read_once(tmp_path):
    lines = ["a0: &a0 {val_size: 5000}", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))]
    (tmp_path / "config.yaml").write_text("\n".join(lines))
    assert [*config_files.numbers_in(tmp_path)] == [("val_size", 5000)]


def test_a_configured_number_is_a_size_if_code_uses_its_name_as_one():
    configured = [("val_size", 5000), ("hidden", 6000)]
    assert named_sizes([ast.parse(CODE)], configured) == {"val_size"}
    assert named_sizes([ast.parse(CODE)], [*configured, ("val_size", 4321)]) == frozenset()


PROGRAM = """
from autograder.worker.tracing import config_files
config_files.divide(frozenset({"val_size"}))
import io, json, tomllib, yaml
print(json.dumps([
    yaml.safe_load("p3a: {val_size: 5000, steps: 5000}"),
    json.load(io.StringIO('[{"val_size": 10000}]')),
    tomllib.loads("val_size = 5000"),
    yaml.safe_load("- val_size: none"),
]))
"""


def test_sizes_are_divided_when_they_are_read():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [
        {"p3a": {"val_size": 50, "steps": 5000}},
        [{"val_size": 100}],
        {"val_size": 50},
        [{"val_size": "none"}],
    ]
    assert json.loads('{"val_size": 5000}') == tomllib.loads("val_size = 5000")  # this process is as it was
