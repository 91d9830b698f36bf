#!/bin/sh
# What takes too long for each change: every wrong submission, right ones on five seeds, bugs that the library never saw, all
# attacks, all ways to call the libraries, and thousands of random files and messages.
# Each step is run whatever the one before found; the exit code tells whether all were as they should be.
set -eu
. tools/machine.sh

[ "$profile" = standard ] || {
    echo "What wrong submissions lose is known for the whole data sets, which are not there: nothing was validated." >&2
    exit 3
}

failed=0
step() {
    echo "== $*" >&2
    "$@" || failed=1
}

step .venv/bin/autograder validate --sandbox "$sandbox" --html reports/validation.html
for seed in 1 2 3 4; do
    step .venv/bin/autograder validate --only right/ --seed "$seed" --secret "$seed" --sandbox "$sandbox"
done
step .venv/bin/python -m benchmarks.naming held-out
step .venv/bin/python -m pytest -q -m nightly tests/integration --timeout 10800
step .venv/bin/python -m pytest -q tests/unit -m hypothesis --hypothesis-profile nightly --timeout 3600
exit "$failed"
