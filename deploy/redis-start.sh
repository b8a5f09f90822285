#!/bin/sh
# Redis with the password of REDIS_URL_FILE. Its configuration comes by standard input: no password in a process list.
set -eu
secret=$(sed -n 's|^redis://:\([A-Za-z0-9_-]*\)@.*$|\1|p' "$REDIS_URL_FILE")
[ -n "$secret" ] || { echo "No password of letters and digits in the address in $REDIS_URL_FILE" >&2; exit 1; }
exec redis-server - <<CONFIG
requirepass $secret
dir ${REDIS_DIR:-/data}
port ${REDIS_PORT:-6379}
appendonly no
save 300 1
maxmemory-policy noeviction
CONFIG
