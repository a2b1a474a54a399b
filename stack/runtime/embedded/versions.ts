// The pinned versions of the components; stack/compose.yaml names the same ones, and a test holds them equal.

export const CLICKHOUSE_VERSION = '26.7'
/** libchdb, which carries the engine of that version. */
export const CHDB_VERSION = '26.7.3-stable.1'
export const TOXIPROXY_VERSION = '2.12.0'
