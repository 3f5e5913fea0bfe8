#!/usr/bin/env bash
# Writes requirements.lock (what runs) and requirements-dev.lock (that, and what tests) from pyproject.toml.
# Neither names an address: docs/decisions/0001-locks-without-addresses.md. `tools/lock.sh --upgrade` takes newer releases.
set -euo pipefail
cd "$(dirname "$0")/.."
.venv/bin/python -m pip install --quiet --quiet uv

lock() {
  local output=$1
  shift
  .venv/bin/uv pip compile pyproject.toml "$@" --output-file "$output" --quiet \
    --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links
}

lock requirements.lock --group assets --group build "$@"
lock requirements-dev.lock --group dev --constraints requirements.lock "$@"
