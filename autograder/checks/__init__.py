"""What a check is written with.

```python
@item("1A.training-step")
def test_one_epoch_changes_the_weights_as_the_reference_does(student, reference):
    \"\"\"`train_epoch` changes the weights exactly as the reference does.\"\"\"
    expect_close(student.ask(train, ...), reference.ask(train, ...), "The weights after one epoch")
```

A check gets `student` and `reference`, who answer the same probes; `thresholds` of its item; `images`; `evidence`; and what else
is in `fixtures`.
"""

from autograder.answering import ReferencePlayer, Student
from autograder.checks.comparing import (
    expect,
    expect_array,
    expect_close,
    expect_keys,
    expect_number,
    expect_series,
    shown,
)
from autograder.checks.evidence import Evidence
from autograder.checks.item import item
from autograder.checks.outcomes import Failed, NeedsReview, Partial

__all__ = [
    "Evidence",
    "Failed",
    "NeedsReview",
    "Partial",
    "ReferencePlayer",
    "Student",
    "expect",
    "expect_array",
    "expect_close",
    "expect_keys",
    "expect_number",
    "expect_series",
    "item",
    "shown",
]
