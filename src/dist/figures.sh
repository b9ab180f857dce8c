#!/usr/bin/env bash
# Prints what a node of the packages takes: until it is ready, idle, and with idle connections. Needs a quiet machine.
#
# usage: figures.sh FOLDER [CONNECTIONS]
#   FOLDER  of the program, as the tarball is unpacked, such as target/dist/portcullis-0.1.0-linux-x64
# PORTCULLIS_JAVA_OPTS is passed on to the node: -Xmx256m shows a small one.
set -euo pipefail

app=$(cd "$1" && pwd) connections=${2:-1000}
options=${PORTCULLIS_JAVA_OPTS-}
unset PORTCULLIS_JAVA_OPTS
run=$(mktemp -d)
node=
trap '[[ -z $node ]] || kill "$node" 2>/dev/null || true; wait; rm -rf "$run"' EXIT

# In hundredths of a second, of all threads.
cpu() { awk '{print $14 + $15}' "/proc/$node/stat"; }
rss() { awk '/^VmRSS/ {rss = $2} /^RssFile/ {file = $2}
    END {printf "%d MB, %d of them of files that processes share\n", rss / 1024, file / 1024}' "/proc/$node/status"; }
share() { # of a core, over the seconds
    local before
    before=$(cpu)
    sleep "$1"
    awk -v ticks="$(($(cpu) - before))" -v seconds="$1" 'BEGIN {printf "%.1f %% of a core\n", ticks / seconds}'
}

began=$(date +%s%N)
PORTCULLIS_JAVA_OPTS=$options "$app/bin/portcullis" run -c "$app/conf/dev.json" --set http.port=0 --set admin.port=0 \
    --set store.path="\"$run/store\"" --set uploads.folder="\"$run/files\"" --set drain.windowMs=0 \
    --set limits.connectionsPerIp=$((connections + 100)) >"$run/out" 2>"$run/err" &
node=$!
until grep -q ' is ready' "$run/out"; do
    kill -0 "$node" || { cat "$run/err" >&2 && exit 1; }
    sleep 0.005
done
ready=$(($(date +%s%N) - began))
printf 'ready after          %d ms, %d ms of CPU\n' $((ready / 1000000)) $(($(cpu) * 10))
sleep 90 # until the JVM has compiled what the start used, and returned what it took (jvm.options)
printf 'idle                 %s' "$(share 60), RSS $(rss)"
echo

port=$(sed -n 's#.* is ready at http://[0-9.]*:\([0-9]*\).*#\1#p' "$run/out")
"$app/bin/portcullis" bench -c "$app/conf/dev.json" --url "ws://127.0.0.1:$port/ws" --rooms "$connections" --members 1 \
    --rate 1 --warmup 90 --duration 90 >"$run/bench" 2>&1 &
bench=$!
sleep 100
open=$(ss -Htn state established "( sport = :$port )" | wc -l)
printf '%-6d connections   %s' "$open" "$(share 60), RSS $(rss)"
echo
wait "$bench" || { cat "$run/bench" && exit 1; }
