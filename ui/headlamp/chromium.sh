#!/bin/sh
# Gets a headless Chromium, once, without root and without installing anything: the one that is on the PATH, else that of
# the package chromium-headless-shell of this Debian with the libraries that are not installed. Prints its program and,
# after a space, the folders of its libraries. Where it cannot be had that is told in one line, and the tests in a browser
# are left out. Run again, it does nothing.
#
#   SALVOR_CACHE   where to put it (default: $XDG_CACHE_HOME/salvor or ~/.cache/salvor)
set -u

cache=${SALVOR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/salvor}/chromium
say() { echo "chromium: $*" >&2; }

for name in chromium chromium-headless-shell chromium-browser google-chrome; do
    if tool=$(command -v "$name") && "$tool" --version >/dev/null 2>&1; then echo "$tool"; exit; fi
done
mkdir -p "$cache" || exit
found=$(cat "$cache/found" 2>/dev/null)
if [ -n "$found" ] && [ -x "${found%% *}" ]; then echo "$found"; exit; fi
if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
    say 'no chromium and no apt-get to get it with: the tests in a browser are left out'
    exit
fi

package=chromium-headless-shell
work=$(mktemp -d "$cache/.new.XXXXXX") || exit
trap 'rm -rf "$work"' EXIT

# the lists of packages of a new machine may be empty; only root can get them
if ! apt-cache show "$package" >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then apt-get -q update >"$cache/log" 2>&1; fi

unpack() {
    names=$(apt-get -s install --no-install-recommends "$package" | sed -n 's/^Inst \([^ ]*\) .*/\1/p') || return
    [ -n "$names" ] || return
    # shellcheck disable=SC2086
    (cd "$work" && apt-get -q download $names) || return
    for file in "$work"/*.deb; do dpkg -x "$file" "$work/root" || return; done
    rm -f "$work"/*.deb
}

libraries() { # folder
    find "$1/usr/lib" "$1/lib" -name '*.so*' -exec dirname {} + 2>/dev/null | sort -u | grep -v '/usr/lib/chromium' | paste -s -d : -
}

say 'getting chromium'
if unpack >>"$cache/log" 2>&1; then
    rm -rf "$cache/root"
    mv "$work/root" "$cache/root"
    program=$cache/root/usr/lib/chromium/$package
    folders=$(libraries "$cache/root")
    if LD_LIBRARY_PATH=$folders "$program" --version >>"$cache/log" 2>&1; then
        echo "$program $folders" | tee "$cache/found"
        exit
    fi
fi
say "no chromium, the tests in a browser are left out: $(tail -n 1 "$cache/log" | cut -c 1-200)"
