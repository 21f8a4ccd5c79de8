#!/usr/bin/env bash
# Drives a built scr from outside, with Python: both generations of the official SDK, real tool servers, README and examples.
#
#   SCR_BIN=PATH  the binary (default: the debug tree's); further arguments go to pytest
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/python-env.sh
export SCR_BIN=${SCR_BIN:-.build/debug/scr}
[ -x "$SCR_BIN" ] || { echo "There is no $SCR_BIN: run 'swift build' first, or name a binary in SCR_BIN." >&2; exit 2; }
SCR_BIN=$(cd "$(dirname "$SCR_BIN")" && pwd)/$(basename "$SCR_BIN")

.build-tools/mcp2/bin/pytest -q -c Tests/Interop/pytest.ini Tests/Interop --ignore Tests/Interop/legacy "$@"
.build-tools/mcp1/bin/pytest -q -c Tests/Interop/pytest.ini Tests/Interop/legacy "$@"
