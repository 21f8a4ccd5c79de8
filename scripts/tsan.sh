#!/usr/bin/env bash
# The tests of the protocol and of the connection under the thread sanitizer, in a build of their own.
set -euo pipefail
cd "$(dirname "$0")/.."

export SCR_TEST_DATA=${SCR_TEST_DATA:-../shared/data}
export SCR_PROTOCOL_ONLY=1
export TSAN_OPTIONS="suppressions=$PWD/scripts/tsan.supp ${TSAN_OPTIONS:-}"
exec swift test --sanitize=thread --scratch-path .build-tsan --filter 'ProtocolTests|ConnectionTests' "$@"
