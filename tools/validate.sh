#!/bin/sh
# Holds the grader against right and wrong submissions, as quickly as still touches every item.
set -eu
. tools/machine.sh

if [ "$profile" = standard ]; then
    .venv/bin/autograder validate --quick --sandbox "$sandbox"
else
    echo "What wrong submissions lose is known for the whole data sets, so only the reference is validated." >&2
    .venv/bin/autograder validate --only reference --profile quick --sandbox "$sandbox"
fi
