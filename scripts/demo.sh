#!/usr/bin/env bash
# Builds the release binary, runs examples/plans/folder-report.yaml on this repository and shows the report.
set -euo pipefail
cd "$(dirname "$0")/.."

make --no-print-directory build
export PATH="$PWD/.build/release:$PATH"
rm -rf out/demo
mkdir -p out/demo
echo
echo "\$ scr run --plan examples/plans/folder-report.yaml --input folder=Sources"
scr run --plan examples/plans/folder-report.yaml --config examples/plans/folder-report.scr.yaml \
  --state out/demo/state --input folder=Sources
echo
echo "\$ cat out/folder-report.md"
cat out/folder-report.md
