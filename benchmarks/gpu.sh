#!/usr/bin/env bash
# How long the reference takes on the CPU and on the GPU of one machine, with the points that it keeps on each.
#
#     benchmarks/gpu.sh [PROFILE...]                   # default: quick standard
#     SANDBOX=none PYTHON=python3 benchmarks/gpu.sh    # where there is no bubblewrap, or another interpreter has PyTorch
#
# Prints a table and the card's name; the results lie in the folder that it names last. Exits with a sentence where there is no GPU.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-.venv/bin/python}
profiles=("$@")
[ ${#profiles[@]} -gt 0 ] || profiles=(quick standard)

card=$(nvidia-smi --query-gpu=name --format=csv,noheader 2>/dev/null | head -n 1) || true
if [ -z "$card" ]; then
    echo "This machine has no GPU that nvidia-smi lists, so there is nothing to measure." >&2
    exit 3
fi
if ! "$python" -c 'import sys, torch; sys.exit(not torch.cuda.is_available())'; then
    echo "$("$python" -c 'import torch; print(f"PyTorch {torch.__version__}")') can't use the $card: install a build of it for CUDA." >&2
    exit 3
fi

out=$(mktemp -d)
printf '%s, %s cores\n\n%-10s %-4s %10s %8s %8s\n' "$card" "$(nproc)" profile on seconds points bonus
for profile in "${profiles[@]}"; do
    for place in cpu gpu; do
        gpu=$([ "$place" = gpu ] && echo --gpu || echo --no-gpu)
        # A grading that hangs is told, and the next one measured.
        timeout "${LIMIT:-240}" "$python" -m autograder.cli grade solutions/pytorch --single --profile "$profile" "$gpu" \
            --secret 1 --sandbox "${SANDBOX:-auto}" --out "$out/$profile-$place" >"$out/$profile-$place.log" 2>&1 ||
            { printf '%-10s %-4s did not finish: %s\n' "$profile" "$place" "$(tail -n 1 "$out/$profile-$place.log")"; continue; }
        "$python" - "$profile" "$place" "$out/$profile-$place/pytorch/result.json" <<'PROGRAM'
import json, sys
profile, place, path = sys.argv[1:]
result = json.load(open(path))
print(f"{profile:10} {place:4} {result['seconds']:10.1f} {result['score']:8g} {result['bonus']:8g}   {result['environment']['device']}")
PROGRAM
    done
done
echo
echo "Results and logs: $out"
