#!/usr/bin/env bash
# Proves `make run` where nothing is installed: an empty Debian (debootstrap, minbase) with python3, make and git, a clone
# of the commit at hand, and what this machine knows about reaching packages (its mirror, certificates, pip and npm
# settings), copied without being named here. Needs root. `tools/fresh_machine.sh environment` stops before serving;
# `tools/fresh_machine.sh test` runs `make test` there instead, which shows that it installs all it needs.
# Not shown by it: another kernel, another processor, a user who is not root, a network without this machine's settings.
set -euo pipefail
cd "$(dirname "$0")/.."
goal=${1:-run}
patience_s=600

say() { echo "fresh machine: $*"; }

[ "$(id -u)" -eq 0 ] || { say "making a Debian root needs root: sudo tools/fresh_machine.sh" >&2; exit 1; }
if ! command -v debootstrap >/dev/null; then
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends debootstrap >/dev/null
fi

fresh=$(mktemp -d -t fenestra-fresh-XXXXXX)
chmod 755 "$fresh"  # apt-get reads its lists as a user of its own
server=
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

leave() {
  [ -z "$server" ] || kill -- "-$server" 2>/dev/null || true
  sleep 1
  for place in proc dev/shm; do
    if mountpoint -q "$fresh/$place"; then umount "$fresh/$place"; fi
  done
  rm -rf --one-file-system "$fresh"
}
trap leave EXIT

make_root() {
  local suite mirror
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -1)
  debootstrap --variant=minbase --include=python3,make,git,ca-certificates "$suite" "$fresh" "$mirror" >"$fresh.log" 2>&1 ||
    { tail -5 "$fresh.log"; exit 1; }
  rm -f "$fresh.log"
  mount -t proc proc "$fresh/proc"
  mkdir -p "$fresh/dev/shm"
  mount -t tmpfs -o mode=1777 tmpfs "$fresh/dev/shm"
}

# Where packages come from, as this machine has it. Names and secrets stay in its own files.
copy_how_packages_are_reached() {
  local path
  rm -rf "$fresh/etc/apt/sources.list"
  for path in /etc/apt /etc/ssl /usr/local/share/ca-certificates /usr/share/keyrings /etc/resolv.conf /etc/hosts \
    /etc/pip.conf "$HOME/.config/pip" "$HOME/.pip" "$HOME/.npmrc" /etc/npmrc /usr/etc/npmrc; do
    [ -e "$path" ] || continue
    mkdir -p "$fresh$(dirname "$path")"
    cp -aL --no-target-directory "$path" "$fresh$path" 2>/dev/null || cp -a --no-target-directory "$path" "$fresh$path"
  done
}

settings_of_this_machine() {
  env | grep -iE '^(pip_|npm_config_|https?_proxy|no_proxy|ssl_cert|requests_ca|curl_ca|node_extra_ca)[a-z_]*=' || true
}

inside() {
  local settings
  mapfile -t settings < <(settings_of_this_machine)
  exec env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "${settings[@]}" \
    chroot "$fresh" sh -c "cd /srv/fenestra && exec $*"
}

# Starts `make run` and waits for its address; prints how long the first page took.
serve_and_ask() {
  local began=$1 log=$fresh/tmp/serve.log address=
  set -m
  (inside make --no-print-directory run "PORT=$port") >"$log" 2>&1 &
  server=$!
  set +m
  while [ $((SECONDS - began)) -lt "$patience_s" ]; do
    kill -0 "$server" 2>/dev/null || { cat "$log"; say "make run ended by itself"; return 1; }
    address=$(grep -oE 'http://(localhost|127\.0\.0\.1):[0-9]+' "$log" | head -1 || true)
    if [ -n "$address" ] && first_page "$address"; then
      say "first page after $((SECONDS - began)) s at $address"
      return 0
    fi
    sleep 0.5
  done
  cat "$log"
  say "no page within $patience_s s"
  return 1
}

first_page() {
  python3 - "$1" <<'PYTHON'
import sys, urllib.request
try:
    with urllib.request.urlopen(sys.argv[1], timeout=5) as page:
        sys.exit(0 if page.status == 200 and b"<title>" in page.read() else 1)
except OSError:
    sys.exit(1)
PYTHON
}

stop_server() {
  kill -- "-$server"
  wait "$server" 2>/dev/null || true
  server=
}

began=$SECONDS
make_root
copy_how_packages_are_reached
git clone -q --no-hardlinks . "$fresh/srv/fenestra"
say "an empty $(. /etc/os-release && echo "$PRETTY_NAME") after $((SECONDS - began)) s; commit $(git rev-parse --short HEAD)"
say "it has: $(chroot "$fresh" sh -c 'python3 -V; make -v | head -1; git --version' | tr '\n' ' ')"
say "it has not: $(for tool in pip uv node npm chromium gcc; do chroot "$fresh" sh -c "command -v $tool" >/dev/null || echo -n "$tool "; done)"

began=$SECONDS
if [ "$goal" = environment ]; then
  (inside make --no-print-directory environment)
  say "environment and front-end files after $((SECONDS - began)) s"
  began=$SECONDS
  (inside make --no-print-directory environment)
  say "a second time: $((SECONDS - began)) s"
  (inside .venv/bin/python -c "'import django, fenestra; print(django.__version__, fenestra.__file__)'")
  (inside ls src/fenestra/faces/web/static/vendor)
elif [ "$goal" = test ]; then
  (inside make --no-print-directory test)
  say "make test after $((SECONDS - began)) s"
else
  serve_and_ask "$began"
  stop_server
  began=$SECONDS
  serve_and_ask "$began"
  stop_server
fi
say "shown: the commands above in an empty root, on this kernel and processor, as root, with this machine's package settings"
