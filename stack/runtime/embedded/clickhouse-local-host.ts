// The child process that is ClickHouse for some statements: loads libchdb and runs them as `clickhouse local` would, from standard input to
// standard output. The engine itself tells on standard error what it did not like.
// usage: clickhouse-local-host.ts LIBRARY STATEMENTS
import { DataType, load, open } from 'ffi-rs'

const [library = '', statements = ''] = process.argv.slice(2)

open({ library: 'chdb', path: library })
const args = ['clickhouse', '--multiquery', '--query', statements]
load({
  library: 'chdb',
  funcName: 'chdb_query_cmdline',
  retType: DataType.External,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [args.length, args],
})
// No orderly exit, which waits for the engine's threads.
process.kill(process.pid, 'SIGKILL')
