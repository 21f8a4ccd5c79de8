#!/usr/bin/env bash
# Runs the crash test again and again: each round kills scr in the middle of a step, starts it again and counts survivors.
# Then as many rounds of chaos.
#
#   scripts/soak.sh ROUNDS
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${1:?a number of rounds}
for round in $(seq "$rounds"); do
  echo "Round $round of $rounds"
  .build/release/scr demo --crash-test < /dev/null
done
.build/release/scr chaos --rounds "$rounds"
