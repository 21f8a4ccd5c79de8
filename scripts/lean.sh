#!/usr/bin/env bash
# Checks what the release binary is made of: no Swift runtime at run time, no network or TLS stack, and no growth nobody noticed.
set -euo pipefail
cd "$(dirname "$0")/.."

scr=${SCR_BIN:-.build/release/scr}
largest_mebibytes=80

libraries=$(ldd "$scr" | awk '{ print $1 }' | xargs -n1 basename)
for forbidden in 'libswift' 'libFoundation' 'libcurl' 'libssl' 'libcrypto' 'libnats'; do
  if grep -q "^$forbidden" <<< "$libraries"; then
    echo "$scr links $forbidden at run time; it must start from nothing but the system:" >&2
    echo "$libraries" >&2
    exit 1
  fi
done
mebibytes=$(( $(stat -c %s "$scr") >> 20 ))
if [ "$mebibytes" -gt "$largest_mebibytes" ]; then
  echo "$scr has $mebibytes MiB; at most $largest_mebibytes are allowed." >&2
  exit 1
fi
echo "$scr: $mebibytes MiB; links" $libraries
