#!/usr/bin/env bash
# The Swift tests in the debug tree, then everything that drives a built binary: the SDKs, real tool servers, README and examples.
#
#   SCR_BIN=PATH   the binary for the second half; without it, that of the debug tree
#   SCR_TEST_DATA  data sets of others (default ../shared/data); without them, the tests that read them say so
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/python-env.sh

export SCR_TEST_DATA=${SCR_TEST_DATA:-../shared/data}
if [ -d "$SCR_TEST_DATA" ]; then
  SCR_TEST_DATA=$(cd "$SCR_TEST_DATA" && pwd)
else
  echo "SCR_TEST_DATA ($SCR_TEST_DATA) does not exist: the tests that read others' data sets do not run." >&2
fi

swift build --build-tests
tests=$(swift build --show-bin-path)/scrPackageTests.xctest
if [ -f "$tests" ]; then
  # Eight at a time: were all begun at once, each would take as long as the whole suite, and its time limit mean nothing.
  "$tests" --testing-library swift-testing --experimental-maximum-parallelization-width 8
else
  swift test --skip-build
fi

scripts/interop.sh
