#!/usr/bin/env bash
# Merges the artifacts of all legs into one page and the summary of the job.
# usage: merge-legs.sh DIRECTORY NAMES OUT: directories leg-NAME below DIRECTORY; the names that there must be, with commas between them
set -euo pipefail
if [ $# -ne 3 ]; then
  echo "usage: merge-legs.sh DIRECTORY NAMES OUT" >&2
  exit 64
fi
legs=$(mkdir -p "$1" && cd "$1" && pwd) names=$2
mkdir -p "$3"
out=$(cd "$3" && pwd)
for leg in "$legs"/leg-*; do
  if [ -d "$leg" ]; then mv "$leg" "$legs/${leg##*/leg-}"; fi
done
cd "$(dirname "$0")/../.."
code=0
npm run --silent report -- merge "$legs" --expect "$names" --out "$out" || code=$?
if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -f "$out/matrix.md" ]; then
  cat "$out/matrix.md" >> "$GITHUB_STEP_SUMMARY"
fi
exit "$code"
