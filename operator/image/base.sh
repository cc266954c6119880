#!/usr/bin/env bash
# The base of the image as a docker archive, without a container engine and without pulling anything: a Java runtime of the
# modules the operator uses (jlink) and the C libraries of this machine that it is linked to. Arguments: JDK home, output tar.
set -euo pipefail

jdk=$1 target=$(mkdir -p "$(dirname "$2")" && cd "$(dirname "$2")" && pwd)/$(basename "$2")
modules=java.base,java.logging,java.management,java.naming,java.net.http,java.xml,java.sql,java.desktop,java.security.jgss,jdk.crypto.ec,jdk.httpserver,jdk.jfr,jdk.management,jdk.unsupported,jdk.zipfs
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'echo "image: line $LINENO of $0 failed" >&2' ERR

[ "$(uname -s)" = Linux ] || { echo "image: builds on Linux only: the image takes the C libraries of this machine" >&2; exit 1; }
for tool in tar sha256sum ldd; do
    command -v $tool >/dev/null || { echo "image: needs $tool" >&2; exit 1; }
done

# the same JDK and script give the same base: nothing to do again
stamp=$( (cat "$0" "$jdk/release"; ldd --version 2>&1 | sed -n 1p) | sha256sum | cut -d ' ' -f 1)
if [ -f "$target" ] && [ "$(cat "$target.stamp" 2>/dev/null)" = "$stamp" ]; then exit; fi

root=$work/root
mkdir -p "$root"/{app,etc/ssl/certs,tmp,home/nonroot,opt,usr/bin}
chmod 1777 "$root/tmp"
"$jdk/bin/jlink" --add-modules "$modules" --output "$root/opt/java" --strip-java-debug-attributes --no-header-files --no-man-pages
"$root/opt/java/bin/java" -Xshare:dump >/dev/null
# what java.desktop brings for windows and sound needs libraries that a server has not
rm -f "$root"/opt/java/lib/lib{awt_xawt,splashscreen,jsound,fontmanager,freetype,lcms,mlib_image,javajpeg}.so
libraries=$(find "$root/opt/java" -type f \( -name '*.so' -o -path '*/bin/java' \) -print0 | { xargs -0 ldd 2>/dev/null || true; } |
    sed -n 's/.* => \(\/[^ ]*\) .*/\1/p; s/^[[:space:]]*\(\/[^ ]*ld-linux[^ ]*\) .*/\1/p' | sort -u | { grep -v "^$root" || true; })
for library in $libraries; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
done
printf 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n' >"$root/etc/passwd"
printf 'root:x:0:\nnonroot:x:65532:\n' >"$root/etc/group"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"

# what Maven does not know of: beside the tar, and in the image next to the list of the jars
version() { # of the package that a file is from, as the distribution tells: name and version
    local file package
    file=$(readlink -f "$1")
    if command -v dpkg-query >/dev/null; then
        # a system with one /usr may know it under its name from before
        package=$(dpkg-query -S "$file" 2>/dev/null || dpkg-query -S "${file#/usr}" 2>/dev/null || true)
        package=${package%%: *}
        if [ -n "$package" ]; then dpkg-query -W -f '${source:Package} ${source:Version}\n' "${package%%,*}"; return; fi
    elif command -v rpm >/dev/null && rpm -qf --qf '%{NAME} %{EVR}\n' "$file" 2>/dev/null; then
        return
    fi
    echo "$(basename "$1") unknown"
}
field() { sed -n "s/^$1=\"\(.*\)\"/\1/p" "$jdk/release"; }
mkdir -p "$root/usr/share/sbom"
{
    printf '{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[\n'
    printf ' {"type":"platform","name":"openjdk","publisher":"%s","version":"%s"}' "$(field IMPLEMENTOR)" "$(field JAVA_RUNTIME_VERSION)"
    for library in $libraries; do version "$library"; done | sort -u | while read -r name number; do
        printf ',\n {"type":"library","name":"%s","version":"%s"}' "$name" "$number"
    done
    printf '\n]}\n'
} >"$root/usr/share/sbom/base.cdx.json"
cp "$root/usr/share/sbom/base.cdx.json" "${target%.tar}.cdx.json"

# every time and owner is constant, so that the same input gives the same image
tar -C "$root" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$work/layer.tar" .
layer=$(sha256sum "$work/layer.tar" | cut -d ' ' -f 1)
case $(uname -m) in x86_64) arch=amd64 ;; aarch64) arch=arm64 ;; *) arch=$(uname -m) ;; esac
cat >"$work/config.json" <<JSON
{"architecture":"$arch","os":"linux","created":"1970-01-01T00:00:00Z",
 "config":{"Env":["PATH=/opt/java/bin","JAVA_HOME=/opt/java","LANG=C.UTF-8"],"WorkingDir":"/","User":"65532:65532"},
 "rootfs":{"type":"layers","diff_ids":["sha256:$layer"]},"history":[{"created":"1970-01-01T00:00:00Z","created_by":"operator/image/base.sh"}]}
JSON
config=$(sha256sum "$work/config.json" | cut -d ' ' -f 1)
mkdir "$work/archive"
mv "$work/layer.tar" "$work/archive/$layer.tar"
mv "$work/config.json" "$work/archive/$config.json"
printf '[{"Config":"%s.json","RepoTags":["localhost/salvor-base:v1"],"Layers":["%s.tar"]}]' "$config" "$layer" >"$work/archive/manifest.json"
tar -C "$work/archive" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$target" manifest.json "$config.json" "$layer.tar"
echo "$stamp" >"$target.stamp"
