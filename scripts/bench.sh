#!/usr/bin/env bash
# Builds the C baselines and the driver and prints the table of figures. Needs a built scr; options go to Benchmarks/figures.py.
set -euo pipefail
cd "$(dirname "$0")/.."

scr=${SCR_BIN:-.build/release/scr}
[ -x "$scr" ] || { echo "There is no $scr: run 'make build' first, or name a binary in SCR_BIN." >&2; exit 2; }
unset SCR_BIN
scripts/python-env.sh mcp2
mkdir -p .build-tools/bin
for program in Benchmarks/driver.c Benchmarks/baselines/echo.c; do
  cc -O2 -Wall -Wextra -Werror -o ".build-tools/bin/$(basename "$program" .c)" "$program"
done
exec .build-tools/mcp2/bin/python Benchmarks/figures.py --scr "$scr" --driver .build-tools/bin/driver \
  --echo .build-tools/bin/echo --python .build-tools/mcp2/bin/python "$@"
