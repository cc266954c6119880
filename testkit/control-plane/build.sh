#!/bin/sh
# Builds the control plane that the tests and the demo run on: kube-apiserver, kube-controller-manager,
# kubectl and etcd, from their Go modules, once; and takes the CRDs of Velero, Flux, Argo CD and the
# snapshot controller out of theirs. Prints where it is. Run again, it does nothing.
#
#   SALVOR_CACHE   where to put it (default: $XDG_CACHE_HOME/salvor or ~/.cache/salvor)
set -eu

here=$(cd "$(dirname "$0")" && pwd)
kubernetes=1.34.4
cache=${SALVOR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/salvor}/control-plane

say() { echo "control plane: $*" >&2; }
fail() { say "$*"; exit 1; }

stamp_of() { cat "$here/build.sh" "$@" | cksum | tr ' ' -; }

is_built() { # folder, stamp name, files of pins...
    folder=$1 name=$2
    shift 2
    [ "$(cat "$folder/.$name" 2>/dev/null)" = "$(stamp_of "$@")" ]
}

# Runs a command with its output in a log and tells every few seconds that it is still at work.
with_progress() { # what, log, command...
    what=$1 log=$2
    shift 2
    began=$(date +%s)
    "$@" >"$log" 2>&1 &
    job=$!
    waited=0
    while kill -0 "$job" 2>/dev/null; do
        sleep 1
        waited=$(($(date +%s) - began))
        if [ -t 2 ]; then
            printf '\rcontrol plane: %s ... %d s ' "$what" "$waited" >&2
        elif [ $((waited % 20)) -eq 0 ] && [ "$waited" -gt 0 ]; then
            say "$what ... $waited s"
        fi
    done
    if [ -t 2 ]; then printf '\r' >&2; fi
    if ! wait "$job"; then
        tail -n 20 "$log" >&2
        fail "$what failed after $waited s; the whole log is $log"
    fi
    say "$what done in $waited s"
}

need_go() {
    command -v go >/dev/null 2>&1 ||
        fail "needs the go command to build kube-apiserver and etcd once; install Go 1.21 or newer (package golang-go, or https://go.dev/doc/install), then run this again"
    version=$(go env GOVERSION | sed 's/^go\([0-9]*\)\.\([0-9]*\).*/\1 \2/')
    # shellcheck disable=SC2086
    set -- $version
    [ "$1" -gt 1 ] || [ "$2" -ge 21 ] ||
        fail "needs Go 1.21 or newer, found $(go env GOVERSION); install it (https://go.dev/doc/install), then run this again"
}

go_build() { # module folder, output, package, ldflags
    cd "$here/$1"
    CGO_ENABLED=0 GOWORK=off GOFLAGS='-buildvcs=false -mod=readonly' \
        go build -ldflags "-s -w $4" -o "$2" "$3"
}

build() { # module folder, binary, package, ldflags
    if [ -x "$bin/$2" ] && is_built "$bin" "$2" "$here/$1/go.mod" "$here/$1/go.sum"; then return; fi
    need_go
    mkdir -p "$bin"
    with_progress "building $2" "$bin/$2.log" go_build "$1" "$bin/.$2.$$" "$3" "$4"
    mv -f "$bin/.$2.$$" "$bin/$2"
    rm -f "$bin/$2.log"
    stamp_of "$here/$1/go.mod" "$here/$1/go.sum" >"$bin/.$2"
}

download() { # module@version, answer
    cd / && GOWORK=off GOFLAGS=-mod=mod go mod download -json "$1" >"$2"
}

field() { sed -n 's/^[[:space:]]*"'"$1"'": "\(.*\)",\{0,1\}$/\1/p' "$2"; }

copy_crds() {
    if is_built "$cache/crds" pins "$here/crds.txt"; then return; fi
    need_go
    new=$cache/crds.$$
    rm -rf "$new"
    mkdir -p "$new"
    grep -v '^#' "$here/crds.txt" | while read -r name module version sum folders; do
        [ -n "$name" ] || continue
        with_progress "CRDs of $name $version" "$new/log" download "$module@$version" "$new/answer"
        [ "$(field Sum "$new/answer")" = "$sum" ] ||
            fail "$module $version has the checksum $(field Sum "$new/answer"), crds.txt says $sum"
        mkdir "$new/$name"
        for folder in $folders; do
            for file in "$(field Dir "$new/answer")/$folder"/*.yaml; do
                [ "$(basename "$file")" = kustomization.yaml ] || cp "$file" "$new/$name/"
            done
        done
    done
    chmod -R u+w "$new"
    rm -f "$new/log" "$new/answer"
    stamp_of "$here/crds.txt" >"$new/.pins"
    rm -rf "$cache/crds"
    mv "$new" "$cache/crds"
}

platform() {
    case $(uname -s) in Linux) os=linux ;; Darwin) os=darwin ;; *) fail "$(uname -s) is not supported; use Linux or macOS" ;; esac
    case $(uname -m) in x86_64 | amd64) arch=amd64 ;; aarch64 | arm64) arch=arm64 ;; *) fail "$(uname -m) is not supported; use amd64 or arm64" ;; esac
    echo "$os-$arch"
}

bin=$cache/k8s/$kubernetes-$(platform)
version=k8s.io/component-base/version
flags="-X $version.gitVersion=v$kubernetes -X $version.gitMajor=1 -X $version.gitMinor=34"
build etcd etcd go.etcd.io/etcd/server/v3 ''
build kubernetes kube-apiserver k8s.io/kubernetes/cmd/kube-apiserver "$flags"
build kubernetes kube-controller-manager k8s.io/kubernetes/cmd/kube-controller-manager "$flags"
build kubernetes kubectl k8s.io/kubernetes/cmd/kubectl "$flags"
copy_crds
echo "$cache"
