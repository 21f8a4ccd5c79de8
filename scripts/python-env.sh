#!/usr/bin/env bash
# Creates the Python environments that the interop tests and the figures need, each in .build-tools/<name>.
#
#   scripts/python-env.sh NAME…      names are those of Tests/Interop/requirements-NAME.txt; without names, all of them
#
# An environment is left alone while the hash of its requirements file is the one it was made from.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -eq 0 ]; then
  for file in Tests/Interop/requirements-*.txt; do
    name=${file##*/requirements-}
    set -- "$@" "${name%.txt}"
  done
fi

for name in "$@"; do
  requirements=Tests/Interop/requirements-$name.txt
  environment=.build-tools/$name
  wanted=$(sha256sum "$requirements" | cut -d' ' -f1)
  if [ -f "$environment/made-from" ] && [ "$(cat "$environment/made-from")" = "$wanted" ]; then
    continue
  fi
  echo "Installing Python packages of $requirements into $environment …" >&2
  rm -rf "$environment"
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements"
  printf '%s\n' "$wanted" > "$environment/made-from"
done
