#!/usr/bin/env bash
# Starts the engine behind the official image's contract:
#   CLICKHOUSE_USER, CLICKHOUSE_PASSWORD, CLICKHOUSE_DEFAULT_ACCESS_MANAGEMENT  make a user in users.d, unless
#   CLICKHOUSE_SKIP_USER_SETUP=1, which leaves the users as they are configured;
#   CLICKHOUSE_DB and /docker-entrypoint-initdb.d  are carried out on an empty volume only, while nobody outside can connect
#   (CLICKHOUSE_ALWAYS_RUN_INITDB_SCRIPTS: at every start).
# SIGTERM ends it with 0. Any other command replaces the server.
set -euo pipefail

case ${1:-} in '' | --*) ;; *) exec "$@" ;; esac

configuration=/etc/clickhouse-server
data=/var/lib/clickhouse
log=/var/log/clickhouse-server/clickhouse-server.log
engine=/usr/lib/clickhouse
user=${CLICKHOUSE_USER:-default}
password=${CLICKHOUSE_PASSWORD:-}

own() { [ "$(stat -c %u "$1")" = 101 ] || chown -R 101:101 "$1"; }
own "$data"
own "$(dirname "$log")"

escape() { sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' -e 's/>/\&gt;/g'; }

users() {
  local file=$configuration/users.d/default-user.xml
  if [ "${CLICKHOUSE_SKIP_USER_SETUP:-0}" = 1 ]; then
    echo "users are left as they are configured"
  elif [ "$user" = default ] && [ -n "$password" ]; then
    echo 'this substitute cannot give the user default a password: name another user by CLICKHOUSE_USER' >&2
    exit 1
  elif [ "$user" != default ] || [ "${CLICKHOUSE_DEFAULT_ACCESS_MANAGEMENT:-0}" != 0 ]; then
    echo "the user $user is made"
    cat > "$file" << XML
<clickhouse><users>
  <default remove="remove"/>
  <$user>
    <profile>default</profile>
    <networks><ip>::/0</ip></networks>
    <password>$(printf %s "$password" | escape)</password>
    <quota>default</quota>
    <access_management>${CLICKHOUSE_DEFAULT_ACCESS_MANAGEMENT:-0}</access_management>
  </$user>
</users></clickhouse>
XML
  else
    echo "the user default is kept to this container"
    echo '<clickhouse><users><default><networks replace="replace"><ip>::1</ip><ip>127.0.0.1</ip></networks></default></users></clickhouse>' > "$file"
  fi
}

# The library's own session opens the ports as a user named default. Where none is configured, one is made that may do nothing else.
bootstrap() {
  grep -qs '<default>' "$configuration"/users.d/default-user.xml && return
  grep -Pzoqs '(?s)<users>.*<default>' "$configuration"/users.xml && [ ! -e "$configuration"/users.d/default-user.xml ] && return
  cat > "$configuration"/users.d/zz-bootstrap.xml << 'XML'
<clickhouse>
  <quotas><bootstrap><interval><duration>31536000</duration><queries>3</queries></interval></bootstrap></quotas>
  <users><default replace="replace">
    <no_password/>
    <networks><ip>::1</ip></networks>
    <profile>default</profile>
    <quota>bootstrap</quota>
    <grants><query>GRANT SYSTEM LISTEN ON *.*</query></grants>
  </default></users>
</clickhouse>
XML
}

server=
# start CONFIG ADDRESS: the native port is the front's, which lets no connection that is reset end the engine; it listens on ADDRESS.
start() {
  local front=$engine/stack/runtime/embedded/reset-shield.ts
  # The engine lives as long as its standard input is open.
  setpriv --reuid=101 --regid=101 --clear-groups "$engine/node" \
    --import "file://$front?front=$2:9000&engine=127.0.0.1:19000" "$engine/stack/runtime/embedded/clickhouse-host.ts" \
    "$engine/libchdb.so" "$1" "$data" < <(exec sleep infinity) &
  server=$!
}
finish() {
  # What was acknowledged is on disk; the library has no orderly end.
  kill -KILL "$server" 2> /dev/null || true
  wait "$server" 2> /dev/null || true
}

# initdb: on an empty volume, and on loopback only.
initdb() {
  shopt -s nullglob
  local scripts=(/docker-entrypoint-initdb.d/*)
  [ -n "${CLICKHOUSE_DB:-}" ] || [ ${#scripts[@]} -gt 0 ] || return 0
  [ -n "${CLICKHOUSE_ALWAYS_RUN_INITDB_SCRIPTS:-}" ] || [ ! -d "$data/data" ] || return 0
  sed 's|<listen_host>[^<]*</listen_host>|<listen_host>127.0.0.1</listen_host>|' "$CLICKHOUSE_CONFIG" > "$configuration"/initdb.xml
  start "$configuration"/initdb.xml 127.0.0.1
  local left=${CLICKHOUSE_INIT_TIMEOUT:-1000}
  until wget --spider -q -T 1 http://127.0.0.1:8123/ping; do
    left=$((left - 1))
    if [ "$left" -le 0 ] || ! kill -0 "$server" 2> /dev/null; then echo 'initdb failed: the server does not answer' >&2; exit 1; fi
    sleep 0.2
  done
  local client=(clickhouse-client --host 127.0.0.1 --user "$user" --password "$password")
  [ -z "${CLICKHOUSE_DB:-}" ] || "${client[@]}" --query "CREATE DATABASE IF NOT EXISTS \`$CLICKHOUSE_DB\`"
  local file
  for file in "${scripts[@]}"; do
    echo "initdb: $file"
    case $file in
      *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
      *.sql) "${client[@]}" --multiquery < "$file" ;;
      *.sql.gz) gunzip -c "$file" | "${client[@]}" --multiquery ;;
      *) echo "initdb: $file is ignored" ;;
    esac
  done
  finish
  rm "$configuration"/initdb.xml
}

trap 'finish; exit 0' TERM INT
users
bootstrap
initdb
start "$CLICKHOUSE_CONFIG" 0.0.0.0
code=0
wait "$server" || code=$?
exit "$code"
