#!/bin/sh
# Makes .venv with the pinned requirements and the `autograder` command. Safe to run again.
set -eu
python="${PYTHON:-python3}"
recent='import sys; sys.exit(sys.version_info < (3, 11, 4))'

"$python" -c "$recent" 2>/dev/null || {
    echo "autograder needs Python 3.11.4 or newer; '$python' is $("$python" --version 2>/dev/null || echo missing)." >&2
    echo "Install it, or name another one: make setup PYTHON=/path/to/python3.12" >&2
    exit 3
}
"$python" -c 'import ensurepip, venv' 2>/dev/null || {
    echo "'$python' cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv" >&2
    exit 3
}

# An environment that is half made, or whose Python has gone, is made anew.
.venv/bin/python -c "import pip; $recent" 2>/dev/null || "$python" -m venv --clear .venv

install() {
    .venv/bin/python -m pip install -qq --disable-pip-version-check "$@" || {
        echo "pip could not install this; its reason stands above. It needs a package registry that it can reach." >&2
        exit 3
    }
}
echo "Installing the pinned requirements into .venv (torch is large; the first time takes minutes) ..."
install --requirement requirements.txt
install --no-deps --no-build-isolation --editable .
touch .venv/ready
echo "Ready: .venv/bin/autograder --help"
