#!/bin/sh
# Applies every schema file in order. Each can be applied again at any time, so this runs at every start of the stack.
# clickhouse-client reads CLICKHOUSE_HOST, CLICKHOUSE_USER and CLICKHOUSE_PASSWORD from the environment.
set -eu
for file in /schema/*.sql; do
  echo "applying ${file##*/}"
  clickhouse-client --multiquery < "$file"
done
echo "schema is up to date"
