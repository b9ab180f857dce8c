#!/bin/sh
# Makes the secrets of a cluster, each a file: for compose.yaml, and for Kubernetes. What is there already stays.
#
# usage: secrets.sh FOLDER
#   jwt-secret, admin-api-key     of the nodes; your application signs tokens with the first
#   redis-password                of the user in redis-users.acl, which Redis reads
#   grafana-password              of the user admin in Grafana
#   cluster-ca.crt, .key          the authority of the nodes' event bus, and of nothing else. No container has its key
#   cluster.crt, .key             the certificate of all nodes, for three years
#   chat.pem                      what HAProxy shows to clients, signed by itself: put your own in its place
set -eu
umask 077
mkdir -p "$1"
cd "$1"
chmod 700 .

is_missing() { [ ! -s "$1" ]; }
# Shows what openssl says only where it fails.
quietly() { "$@" 2>openssl.log || { cat openssl.log >&2 && exit 1; }; }

for each in jwt-secret admin-api-key redis-password grafana-password; do
    if is_missing "$each"; then openssl rand -hex 32 >"$each"; fi
done

# What a node needs of Redis (src/docs/cluster.md), and a user that may only ask whether it is there.
rights='~pc:* -@all +@read +@write -@dangerous +evalsha +script|load +info +time +cluster|slots +asking +wait'
cat >redis-users.acl <<END
user default off
user portcullis on >$(cat redis-password) $rights
user health on nopass -@all +ping
END

if is_missing cluster-ca.crt; then
    quietly openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj '/CN=Portcullis nodes' \
        -addext keyUsage=critical,keyCertSign -keyout cluster-ca.key -out cluster-ca.crt
fi
if is_missing cluster.crt; then
    quietly openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=Portcullis node' \
        -keyout cluster.key -out cluster.csr
    echo 'extendedKeyUsage = serverAuth, clientAuth' >cluster.ext
    quietly openssl x509 -req -in cluster.csr -CA cluster-ca.crt -CAkey cluster-ca.key -set_serial "0x$(openssl rand -hex 16)" \
        -days 1095 -extfile cluster.ext -out cluster.crt
fi
if is_missing chat.pem; then
    quietly openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj '/CN=localhost' \
        -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout chat.key -out chat.crt
    cat chat.crt chat.key >chat.pem
fi
rm -f openssl.log cluster.csr cluster.ext chat.key chat.crt

# Only the owner enters the folder. A container that is given a file has another user, who must be able to read it.
# What else is in the folder keeps its rights.
chmod 644 jwt-secret admin-api-key redis-password grafana-password redis-users.acl \
    cluster-ca.crt cluster.crt cluster.key chat.pem
chmod 600 cluster-ca.key
