"""An auto-grader for deep-learning coursework that grades by evidence. See docs/architecture.md."""

import sys

__version__ = "0.1.0"

# For a check of addresses that no notebook needs, `jsonschema` imports this package where it is installed, and that builds 39
# grammars: two seconds of each process that reads a notebook. It does without where the package can't be imported.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
