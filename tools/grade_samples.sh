#!/bin/sh
# Grades the reference and two bundled submissions: a good one, and one with several planted bugs.
set -eu
. tools/machine.sh

.venv/bin/autograder grade solutions/pytorch tests/submissions/right/subclass_style tests/submissions/wrong/several_bugs \
    --profile "$profile" --sandbox "$sandbox" --reviews tests/submissions/reviews.yaml --out reports
echo "Open the report.html files above in a browser."
