#!/usr/bin/env bash
# From an account to a message in a room, by hand: curl and websocat (https://github.com/vi/websocat). Debian has no websocat, so the
# tests run this with a stand-in for it. For a node with conf/dev.json:  bash chat.sh ann (another name each time)
set -euo pipefail
CHAT=${CHAT:-http://localhost:8080}
NAME=${1:?usage: chat.sh NAME}

call() { # prints the answer: one that refuses to stderr, as stdout may be on its way into a variable
    local answer
    answer=$(curl -sS --fail-with-body -H "Content-Type: application/json" "$@") || { printf '%s\n' "$answer" >&2; return 1; }
    printf '%s' "$answer"
}
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

echo "# 1. An account, which is also the first login"
PASSWORD="$(head -c 12 /dev/urandom | base64)aA1"
GRANT=$(call "$CHAT/api/auth/register" -d "{\"username\":\"$NAME\",\"email\":\"$NAME@example.com\",\"password\":\"$PASSWORD\"}")
TOKEN=$(field accessToken <<<"$GRANT")

echo "# 2. Who am I?"
call "$CHAT/api/auth/me" -H "Authorization: Bearer $TOKEN"; echo

echo "# 3. A room of my own"
ROOM=$(call "$CHAT/api/rooms" -H "Authorization: Bearer $TOKEN" -d '{"name":"Kitchen","visibility":"public"}' | field roomId)
echo "$ROOM"

echo "# 4. The WebSocket: each line is a frame"
coproc SOCKET { websocat --text --protocol portcullis.v1 "${CHAT/http/ws}/ws"; }
say() { printf '%s\n' "$1" >&"${SOCKET[1]}"; }
hear() { # prints frames up to the one of this type
    while IFS= read -r frame <&"${SOCKET[0]}"; do
        printf '%s\n' "$frame"
        [[ $frame != *"\"type\":\"$1\""* ]] || return 0
    done
    echo "closed before $1 came" >&2
    return 1
}
say "{\"type\":\"auth\",\"token\":\"$TOKEN\"}"
hear auth_success
say "{\"type\":\"join\",\"roomId\":\"$ROOM\"}"
hear joined
say "{\"type\":\"chat\",\"roomId\":\"$ROOM\",\"content\":\"Hello\",\"id\":\"first-$RANDOM\"}"
hear ack
say "{\"type\":\"join\",\"roomId\":\"$ROOM\",\"tail\":50}" # with its newest messages
hear joined
