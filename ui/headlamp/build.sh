#!/usr/bin/env bash
# Gets what the plugin is built and tested with, once, and builds the plugin into dist. What is got and built once lies in
# the cache, by the hash of what it is made of: the packages of package-lock.json, and the shell that the tests run in.
# Prints the folder of the shell. Where node is missing that is told in one line, and nothing is printed.
#
#   SALVOR_CACHE   where to put it (default: $XDG_CACHE_HOME/salvor or ~/.cache/salvor)
set -euo pipefail
cd "$(dirname "$0")"
cache=${SALVOR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/salvor}/ui
say() { echo "ui: $*" >&2; }

node_is_new() { [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge 20 ]; }

if ! command -v npm >/dev/null || ! node_is_new; then
    say 'needs node 20 or newer and npm: the plugin for Headlamp is neither built nor tested'
    exit 0
fi
mkdir -p "$cache"

hash_of() { cat "$@" | sha256sum | cut -c 1-16; }

# a folder that another run makes at the same time is as good
keep() { mv -T "$1" "$2" 2>/dev/null || rm -rf "$1"; }

packages=$cache/packages-$(hash_of package-lock.json)
if [ ! -d "$packages" ]; then
    say 'getting the packages of package-lock.json, once; it takes some minutes'
    work=$(mktemp -d "$cache/.new.XXXXXX")
    cp package.json package-lock.json "$work"
    # no scripts of strangers; those of these packages only say thank you or fetch what is not used. Not `npm ci`: it
    # refuses a lock file without the optional packages of other platforms, which not every registry has
    if ! (cd "$work" && npm install --no-save --ignore-scripts --no-audit --no-fund) >"$cache/npm.log" 2>&1; then
        rm -rf "$work"
        say "the packages cannot be had: $(grep -m 1 'npm error' "$cache/npm.log" | cut -c 1-200)"
        exit 1
    fi
    keep "$work" "$packages"
fi
ln -sfn "$packages/node_modules" node_modules

shell=$cache/shell-$(hash_of package-lock.json test/shell/*)
if [ ! -d "$shell" ]; then
    say "building Headlamp's shell for the tests, once; it takes a minute or two"
    work=$(mktemp -d "$cache/.new.XXXXXX")
    if ! SHELL_OUT=$work node_modules/.bin/vite build -c test/shell/vite.config.mjs >"$cache/shell.log" 2>&1; then
        rm -rf "$work"
        tail -n 20 "$cache/shell.log" >&2
        exit 1
    fi
    chmod 755 "$work"
    keep "$work" "$shell"
fi

if ! node_modules/.bin/headlamp-plugin build >"$cache/build.log" 2>&1; then
    tail -n 20 "$cache/build.log" >&2
    exit 1
fi
echo "$shell"
