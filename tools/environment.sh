#!/usr/bin/env bash
# Makes .venv from nothing but python3, and keeps it as the lock says:
#   tools/environment.sh run    what `fenestra serve` needs, with the front-end files
#   tools/environment.sh test   that, and what the tests need: browser, database server, checkers
# A second call with the same locks does nothing: a stamp in .venv carries the hash of what it was made from.
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=${1:-run}
python=${PYTHON:-python3}
case $purpose in
  run) lock=requirements.lock ;;
  test) lock=requirements-dev.lock ;;
  *) echo "tools/environment.sh: say run or test, not '$purpose'." >&2; exit 2 ;;
esac

say() { echo "fenestra: $*" >&2; }

refuse() {
  say "$*"
  exit 1
}

# Installs Debian packages, or says which and how when this user may not.
debian_packages() {
  local as_root=()
  command -v apt-get >/dev/null || refuse "this needs the packages: $*. There is no apt-get here; install them by your system's own way, then try again."
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || refuse "this needs the packages: $*. Ask someone who is root to run: apt-get install -y $*"
    as_root=(sudo)
  fi
  say "installing with apt-get: $*"
  # A machine just started may be upgrading itself: wait for it.
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq -o DPkg::Lock::Timeout=300 --no-install-recommends "$@" >/dev/null
}

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

make_environment() {
  new_enough .venv/bin/python && .venv/bin/python -c 'import pip' 2>/dev/null && return
  command -v "$python" >/dev/null || debian_packages python3 python3-venv
  new_enough "$python" || refuse "Fenestra needs Python 3.11 or later; $python is $("$python" -V). Debian 12 and Ubuntu 24.04 have it. PYTHON=/path/to/python3 make run uses another one."
  # Debian keeps venv and pip apart from python3.
  "$python" -c 'import ensurepip, venv' 2>/dev/null || debian_packages python3-venv
  say "making .venv with $("$python" -V)"
  "$python" -m venv --clear .venv
}

install_python_packages() {
  local stamp
  stamp=.venv/made-from-$(cat "$lock" pyproject.toml | sha256sum | cut -c1-16)-$purpose
  [ -e "$stamp" ] && return
  say "installing Python packages of $lock, each checked against its hash"
  .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r "$lock"
  .venv/bin/python -m pip install -qq --disable-pip-version-check --no-deps --no-index --no-build-isolation -e .
  rm -f .venv/made-from-*-"$purpose"
  touch "$stamp"
}

install_front_end_files() {
  local made_from stamp
  [ -e tools/assets.py ] || return 0
  made_from=$(cat tools/assets.py package.json package-lock.json 2>/dev/null | sha256sum | cut -c1-16)
  stamp=.venv/assets-from-$made_from
  [ -e "$stamp" ] && [ -d src/fenestra/faces/web/static/vendor ] && return
  say "fetching the front-end files"
  .venv/bin/python tools/assets.py
  rm -f .venv/assets-from-*
  touch "$stamp"
}

# The browser for journeys, and a library that Playwright's driver loads.
install_what_tests_drive() {
  local missing=() package
  for package in chromium libatomic1; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] || debian_packages "${missing[@]}"
}

make_environment
install_python_packages
install_front_end_files
if [ "$purpose" = test ]; then install_what_tests_drive; fi
