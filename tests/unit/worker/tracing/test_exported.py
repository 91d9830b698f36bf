"""Scripts that were exported from notebooks run as the notebooks did."""

from __future__ import annotations

import subprocess
import sys

EXPORTED = '''
import builtins
from autograder.worker.tracing.exported import let_exported_run

SCRIPT = """
# In[1]:
get_ipython().system('pip install torch')
get_ipython().run_line_magic('matplotlib', 'inline')
get_ipython().run_cell_magic('time', '', 'x = 1\\\\nprint(x + 1)\\\\n')
get_ipython().run_line_magic('time', 'print(x + 2)')
get_ipython().run_cell_magic('bash', '', 'rm -rf /')
display("a table")
"""
let_exported_run(SCRIPT)
exec(SCRIPT, {"__name__": "__main__"})
'''

PLAIN = '''
from autograder.worker.tracing.exported import let_exported_run

SCRIPT = """
try:
    get_ipython()
except NameError:
    print("no notebook")
"""
let_exported_run(SCRIPT)
exec(SCRIPT, {})
'''


def output(program: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_code_in_timed_cells_runs_and_commands_do_nothing():
    assert output(EXPORTED) == ["2", "3", "a table"]


def test_a_script_that_asks_whether_it_is_in_a_notebook_is_in_none():
    assert output(PLAIN) == ["no notebook"]
