#!/usr/bin/env bash
# Fuzzes what reads bytes of others, with libFuzzer and the address sanitizer: framing, json, connection, schema, events, plan.
#
#   scripts/fuzz.sh [SECONDS] [TARGET…]    each target for so long (default 300), all targets unless some are named
#
# The modules are compiled by themselves in .build-fuzz, since instrumented objects must not meet the ordinary build. What is found
# lies in .build-fuzz/found/TARGET; what is worth keeping goes to Tests/Fuzz/Corpus, which the ordinary tests replay.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-300}
[ $# -gt 0 ] && shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(framing json connection schema events plan)
build=.build-fuzz
mkdir -p "$build/found"
data=${SCR_TEST_DATA:-../shared/data}

flags=(-O -g -swift-version 6 -package-name scr -parse-as-library -sanitize=fuzzer,address -I "$build")
for feature in ExistentialAny InternalImportsByDefault MemberImportVisibility NonisolatedNonsendingByDefault; do
  flags+=(-enable-upcoming-feature "$feature")
done

# The one C target of these modules: the package manager would make its module map.
c=Sources/Protocol/CLocalSocket
mkdir -p "$build/CLocalSocket"
echo "module CLocalSocket { header \"$PWD/$c/include/CLocalSocket.h\" export * }" > "$build/CLocalSocket/module.modulemap"
cc -O1 -g -fsanitize=address -I "$c/include" -c -o "$build/CLocalSocket.o" "$c/local_socket.c"
flags+=(-I "$build/CLocalSocket")

# module NAME FILE…: compiles it unless it is newer than all its files and than those it may import.
module() {
  local name=$1 object="$build/$1.o"
  shift
  if [ -e "$object" ] && [ -z "$(find "$@" scripts/fuzz.sh -newer "$object" -print -quit)" ] && [ -z "${rebuilt:-}" ]; then
    return
  fi
  echo "Compiling $name for fuzzing"
  swiftc "${flags[@]}" -wmo -c -emit-module -emit-module-path "$build/$name.swiftmodule" -module-name "$name" \
    -o "$object" "$@"
  rebuilt=1
}

sources() { find "$@" -name '*.swift' | sort; }
module SCRProtocol $(sources Sources/Protocol/SCRProtocol)
module SCRConnection $(sources Sources/Protocol/SCRConnection)
module SCRHTTP $(sources Sources/MCPClient/SCRHTTP/Events)
module SCRRuntime $(sources Sources/Runtime/SCRRuntime)
module SCRFuzzTargets $(sources Tests/Fuzz/Targets)
if [ ! -e "$build/fuzz" ] || [ -n "${rebuilt:-}" ] || [ Tests/Fuzz/Driver/Driver.swift -nt "$build/fuzz" ]; then
  # gold warns of each symbol of the sanitizer that it leaves alone.
  swiftc "${flags[@]}" -module-name Driver -o "$build/fuzz" Tests/Fuzz/Driver/Driver.swift "$build"/*.o 2>&1 |
    { grep -v "Cannot export local symbol" || true; }
fi

# Seeds of others are read where they lie, and never copied into the repository.
seeds() {
  case $1 in
    json | plan) echo "$data/json/test_parsing" ;;
    connection) echo "$build/seeds/lines" ;;
    schema) echo "$build/seeds/schema" ;;
  esac
}
mkdir -p "$build/seeds/lines" "$build/seeds/schema"
for transcript in $(find Tests/Transcripts -name '*.jsonl'); do
  { printf '\1'; sed -n 's/^> //p' "$transcript"; } > "$build/seeds/lines/$(echo "$transcript" | tr / -)"
done
if [ -d "$data/json-schema/tests" ]; then
  python3 - "$data/json-schema/tests" "$build/seeds/schema" <<'PYTHON'
import json, pathlib, sys
for file in sorted(pathlib.Path(sys.argv[1]).glob("draft*/*.json")):
    for place, group in enumerate(json.loads(file.read_text())):
        value = group["tests"][0]["data"]
        text = json.dumps(group["schema"]) + "\n" + json.dumps(value)
        (pathlib.Path(sys.argv[2]) / f"{file.parent.name}-{file.stem}-{place}").write_text(text)
PYTHON
fi

status=0
for target in "${targets[@]}"; do
  mkdir -p "$build/corpus/$target" "$build/found/$target"
  echo "== $target, $seconds s"
  folders=("$build/corpus/$target" "Tests/Fuzz/Corpus/$target")
  seed=$(seeds "$target")
  if [ -n "$seed" ] && [ -d "$seed" ]; then folders+=("$seed"); fi
  # Without its backtraces Swift leaves a crash to libFuzzer, which keeps the input.
  SCR_FUZZ_TARGET=$target SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 timeout -s KILL $((seconds + 120)) \
    "$build/fuzz" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$build/found/$target/" "${folders[@]}" > "$build/$target.log" 2>&1 || status=1
  grep -E 'stat::number_of_executed_units|stat::average_exec|stat::peak_rss|Fatal error|SUMMARY|ERROR' "$build/$target.log" || true
done
exit $status
