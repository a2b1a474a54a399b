// The child process that is ClickHouse: loads libchdb, opens its genuine HTTP and native ports, and lives until it is killed
// or its standard input closes (so it never outlives the harness).
// usage: clickhouse-host.ts LIBRARY CONFIG DATA_DIRECTORY
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { DataType, load, open } from 'ffi-rs'

const [library = '', config = '', data = ''] = process.argv.slice(2)

// The call below blocks this thread for good; a second one watches for the end of standard input.
const watcher = new Worker(
  `const { createReadStream } = require('node:fs')
   const end = () => process.kill(process.pid, 'SIGKILL')
   createReadStream(null, { fd: 0 }).on('data', () => {}).on('close', end).on('error', end)
   require('node:worker_threads').parentPort.postMessage('watching')`,
  { eval: true },
)
await once(watcher, 'message')

open({ library: 'chdb', path: library })
// The last query keeps the engine alive without a right to any data: one row a second, for ever.
const queries = [
  'SYSTEM START LISTEN HTTP',
  'SYSTEM START LISTEN TCP',
  'SELECT count() FROM numbers(1000000000000) WHERE sleepEachRow(3) = 2 SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0, max_execution_time = 0',
]
const args = ['clickhouse', `--config-file=${config}`, `--path=${data}`, '--multiquery', '--query', queries.join('; ')]
const result = load({
  library: 'chdb',
  funcName: 'chdb_query_cmdline',
  retType: DataType.External,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [args.length, args],
})
const error = load({
  library: 'chdb',
  funcName: 'chdb_result_error',
  retType: DataType.String,
  paramsType: [DataType.External],
  paramsValue: [result],
})
// Its own lines only: what follows them is the engine's stack. And no orderly exit, which waits for the engine's threads.
writeSync(2, `ClickHouse ended: ${error.split('Stack trace')[0]}\n`)
process.kill(process.pid, 'SIGKILL')
