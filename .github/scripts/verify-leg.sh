#!/usr/bin/env bash
# One leg of the matrix: verifies this machine and gathers what may leave it.
# usage: verify-leg.sh PROFILE RUNTIME SEED CLOCK DIRECTORY
# The history of a run stays here: it holds the texts that were sent. What is gathered holds verdicts, numbers and hashes.
set -euo pipefail
if [ $# -ne 5 ]; then
  echo "usage: verify-leg.sh PROFILE RUNTIME SEED CLOCK DIRECTORY" >&2
  exit 64
fi
profile=$1 runtime=$2 seed=$3 clock=$4 directory=$5
cd "$(dirname "$0")/../.."
code=0
npm run --silent verify:platform -- --profile "$profile" --runtime "$runtime" --seed "$seed" --clock "$clock" || code=$?
mkdir -p "$directory"
for file in report.json report.html junit.xml summary.md contents.json; do
  if [ -f "runs/latest/$file" ]; then cp "runs/latest/$file" "$directory/"; fi
done
if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -f "$directory/summary.md" ]; then
  cat "$directory/summary.md" >> "$GITHUB_STEP_SUMMARY"
fi
exit "$code"
