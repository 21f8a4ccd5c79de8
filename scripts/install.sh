#!/usr/bin/env bash
# Makes sure that what the build (and the tests) need from the system is there.
#
#   scripts/install.sh build|test
#
# As root on Debian it installs what is missing; otherwise it prints the exact line and stops with status 2.
set -euo pipefail

purpose=${1:?build or test}

missing=()
need() { # PACKAGE COMMAND…: the package is missing when the command fails
  local package=$1
  shift
  "$@" > /dev/null 2>&1 || missing+=("$package")
}

need git command -v git
need libsqlite3-dev test -e /usr/include/sqlite3.h
need libcurl4-openssl-dev sh -c "ls /usr/include/curl/curl.h /usr/include/*/curl/curl.h | grep -q ."
if [ "$purpose" = test ]; then
  need gcc command -v cc
  need python3 command -v python3
  need python3-venv python3 -c 'import ensurepip, venv'
  need tzdata test -e /usr/share/zoneinfo/Europe/Berlin
fi

if ! command -v swift > /dev/null; then
  echo "There is no 'swift' in PATH. scr is built with Swift 6.3: https://www.swift.org/install/linux/" >&2
  exit 2
fi

[ ${#missing[@]} -eq 0 ] && exit 0

line="apt-get install -y --no-install-recommends ${missing[*]}"
if ! command -v apt-get > /dev/null; then
  echo "Missing: ${missing[*]} (names of Debian's packages). Install them and run this again." >&2
  exit 2
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "Missing: ${missing[*]}. Run this, then try again:" >&2
  echo "  sudo $line" >&2
  exit 2
fi
echo "Installing: ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq < /dev/null
$line -qq < /dev/null
