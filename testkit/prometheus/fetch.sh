#!/bin/sh
# Gets promtool, once, without root and without installing anything: the one that is on the PATH, else that of the package
# prometheus of this Debian or Ubuntu. Leaves its path in a file and prints it. Where it cannot be had that is told in one
# line, and the tests of the alerts are left out. Run again, it does nothing.
#
#   SALVOR_CACHE   where to put it (default: $XDG_CACHE_HOME/salvor or ~/.cache/salvor)
set -u

cache=${SALVOR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/salvor}/prometheus
say() { echo "prometheus: $*" >&2; }

mkdir -p "$cache" || exit
tool=$(cat "$cache/promtool" 2>/dev/null)
if [ -n "$tool" ] && [ -x "$tool" ]; then echo "$tool"; exit; fi
rm -f "$cache/promtool"
if tool=$(command -v promtool); then echo "$tool" | tee "$cache/promtool"; exit; fi
if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
    say 'no promtool and no apt-get to get it with: its tests are left out'
    exit
fi
folder=$cache/package
rm -rf "$folder"
mkdir -p "$folder"
say 'getting promtool'
if (cd "$folder" && apt-get -q download prometheus && dpkg -x ./prometheus_*.deb .) >"$cache/log" 2>&1 &&
    rm -f "$folder"/*.deb "$folder/usr/bin/prometheus" && "$folder/usr/bin/promtool" --version >>"$cache/log" 2>&1; then
    echo "$folder/usr/bin/promtool" | tee "$cache/promtool"
else
    say "no promtool, its tests are left out: $(tail -n 1 "$cache/log" | cut -c 1-200)"
fi
