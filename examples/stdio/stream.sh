#!/usr/bin/env bash
# Submits a plan and follows its events until it ends, over one pair of pipes.
set -euo pipefail

coproc scr serve
answers=${COPROC[0]} requests=${COPROC[1]}

cat >&"$requests" <<'REQUEST'
{"jsonrpc":"2.0","id":"submit","method":"submit_task","params":{"plan":{"title":"One sum","steps":[{"id":"sum","tool":"calculator","arguments":{"expression":"6 * 7"}}]}}}
REQUEST
read -r submitted <&"$answers"
printf '%s\n' "$submitted"
task=$(sed -E 's/.*"taskId":"([^"]*)".*/\1/' <<< "$submitted")

printf '{"jsonrpc":"2.0","id":"events","method":"stream","params":{"taskId":"%s","since":0}}\n' "$task" >&"$requests"
while read -r line <&"$answers"; do
  printf '%s\n' "$line"
  [[ $line == *'"id":"events"'* ]] && break
done
exec {requests}>&-            # the end of its input is what ends scr
wait "$COPROC_PID"
