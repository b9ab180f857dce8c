#!/usr/bin/env bash
# Makes the tarball: the jar, its native libraries as files, a Java runtime of the modules that it needs, and what a training
# run leaves for quick starts. Called by mvn -Pdist package, for the platform that it runs on.
#
# usage: tarball.sh VERSION TIME RELEASED_JAR JAR_WITHOUT_NATIVES FOLDER JDK
#   TIME    of every file in the tarball, as that of the entries of the jar
#   FOLDER  for the result, and for the folder "dist" below it, which then holds the files as they are unpacked
#   JDK     of the runtime, where JAVA25_HOME names no other
set -euo pipefail

version=$1 time=$2 released=$(realpath "$3") jar=$(realpath "$4") target=$(realpath "$5") jdk=${JAVA25_HOME:-$6}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../..

case $(uname -s)-$(uname -m) in
    Linux-x86_64) platform=linux-x64 rocksdb=linux64 epoll=x86_64 ;;
    Linux-aarch64) platform=linux-arm64 rocksdb=linux-aarch64 epoll=aarch_64 ;;
    *) echo "no tarball: it is made for Linux with glibc, on x64 or arm64" >&2 && exit 1 ;;
esac
release=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$jdk/release")

name=portcullis-$version-$platform
app=$target/dist/$name
umask 022
rm -rf "$target"/dist/portcullis-*
mkdir -p "$app"

# 1. What is copied. The pages lead to each other and to conf as they do in the repository.
cp -r "$here/tarball/bin" "$here/tarball/lib" "$root/conf" "$root/LICENSE" "$app"
cp -r "$root/src/docs" "$app/docs"
find "$app/docs" -name '*.md' -exec sed -i 's#](\.\./\.\./\(conf\|README\.md\)#](../\1#g' {} +
sed 's#](src/docs/#](docs/#g' "$root/README.md" >"$app/README.md"
if ((release >= 25)); then cat "$app/lib/jvm-25.options" >>"$app/lib/jvm.options"; fi
rm "$app/lib/jvm-25.options"
unpacked=$(mktemp -d)
trap 'rm -rf "$unpacked"' EXIT

# The jar is not compressed: gzip then sees the likeness of its classes, and makes the whole smaller; and a start inflates nothing.
mkdir "$unpacked/jar"
(cd "$unpacked/jar" && "$jdk/bin/jar" -xf "$jar" && find . -type f ! -path ./META-INF/MANIFEST.MF -printf '%P\n' |
    LC_ALL=C sort >../entries && "$jdk/bin/jar" --create --no-compress --date "$time" --manifest META-INF/MANIFEST.MF \
    --file "$app/lib/portcullis.jar" @../entries)

# 2. The native libraries, which RocksDB and Netty look for in java.library.path first.
(cd "$unpacked" && "$jdk/bin/jar" -xf "$released" "librocksdbjni-$rocksdb.so" \
    "META-INF/native/libnetty_transport_native_epoll_$epoll.so")
find "$unpacked" -name '*.so' -exec cp {} "$app/lib" \;

# 3. The runtime: the modules that a class in the jar refers to, but for java.desktop, which Jackson and Micrometer look for
#    and do without; and those that are only loaded by name: curves of TLS (before JDK 22), and jcmd for an operator who has to
#    look into a node.
modules=$("$jdk/bin/jdeps" --ignore-missing-deps --multi-release "$release" --print-module-deps "$jar" |
    sed -E 's/(^|,)java\.desktop(,|$)/\2/')
compress=zip-6
if ((release < 21)); then compress=2; fi
strip=--strip-debug
if ! command -v objcopy >/dev/null; then strip=--strip-java-debug-attributes; fi # jlink fails without that program
"$jdk/bin/jlink" --add-modules "$modules,jdk.crypto.ec,jdk.jcmd" --output "$app/runtime" "$strip" --no-header-files \
    --no-man-pages --compress "$compress"
if ((release < 25)); then "$app/runtime/bin/java" -XX:+UseG1GC -Xshare:dump >/dev/null; fi # its own classes

# What the training run leaves names the jar by its time.
chmod -R u=rwX,go=rX "$app"
find "$app" -exec touch -h -d "$time" {} +

# 4. The training run: a node starts, clients enter a room and talk, it drains and ends. What it leaves (JDK 25) holds the
#    classes as they are after reading, checking and linking, and which methods are hot. Before that, an archive of classes
#    fits only the folder in which it was made.
train() {
    local run=$unpacked/run archive=$app/lib/portcullis.aot port
    mkdir "$run"
    complain() {
        echo "the training run $1" >&2
        tail -n 20 "$run/out" "$run/err" "$run"/bench* >&2
        exit 1
    }
    PORTCULLIS_JAVA_OPTS="-XX:AOTCacheOutput=$run/cache" "$app/bin/portcullis" run -c "$app/conf/dev.json" \
        --set http.port=0 --set admin.port=0 --set store.path=null --set "uploads.folder=$run/files" \
        --set drain.windowMs=0 >"$run/out" 2>"$run/err" &
    node=$!
    trap 'kill -9 "$node" 2>/dev/null || true; rm -rf "$unpacked"' EXIT
    for ((i = 0; i < 1800; i++)); do
        if grep -q ' is ready' "$run/out"; then break; fi
        kill -0 "$node" 2>/dev/null || complain 'ended'
        sleep 0.1
    done
    port=$(sed -n 's#.* is ready at http://[0-9.]*:\([0-9]*\).*#\1#p' "$run/out")
    [[ -n $port ]] || complain 'did not become ready'
    for ((i = 1; ; i++)); do # a node that is cold on a busy machine may be late, and refuses then
        if "$app/bin/portcullis" bench -c "$app/conf/dev.json" --url "ws://127.0.0.1:$port/ws" --members 12 \
            --parallel 2 --rate 20 --warmup 1 --duration 4 >"$run/bench" 2>&1; then break; fi
        ((i < 5)) || complain 'served no clients'
    done
    kill "$node"
    wait "$node" || complain 'failed'
    [[ -s $run/cache ]] || complain 'left nothing'
    install -m 644 "$run/cache" "$archive"
    touch -d "$time" "$archive" "$app/lib"
}
if ((release >= 25)); then train; fi

# 5. Sorted, with one time and without names of users: only what the training left differs from build to build.
tar --sort=name --mtime="$time" --owner=0 --group=0 --numeric-owner -C "$target/dist" -cf - "$name" | gzip -9n \
    >"$target/$name.tar.gz"
