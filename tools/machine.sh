# Sourced: fetches the data, and sets `profile` and `sandbox` to what this machine can do for our own submissions.

profile=standard
.venv/bin/autograder data fetch all || {
    profile=quick
    echo "The data sets could not be fetched: only the public checks run, on the small sample that comes with the project." >&2
}

sandbox="$(.venv/bin/python -c '
import sys
from autograder.sandbox import Kind, SandboxUnavailable, choose
try:
    print(choose(Kind.AUTO))
except SandboxUnavailable as error:
    print("No sandbox here:", error, file=sys.stderr)
')"
[ -n "$sandbox" ] || {
    sandbox=none
    echo "The bundled submissions are ours, so they run without one." >&2
}
