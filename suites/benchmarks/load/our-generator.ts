// A program: sends so many records as fast as they are taken, and ends with 1 when one is not. Words: PROTOCOL ENDPOINT RECORDS RECORDS_OF_A_REQUEST.
import { sendFromThreads } from '../../../generators/bulk/load-threads.ts'
import { makeRequestTemplate } from '../../../generators/bulk/request-template.ts'

const [, , protocol = '', endpoint = '', records = '', events = ''] = process.argv
let failed = 0
const { records: sent } = await sendFromThreads({
  templates: [makeRequestTemplate({ seed: 1, index: 3, startMs: 1_800_000_000_000, events: Number(events) }).encoded],
  plan: { kind: 'requests', requests: Number(records) / Number(events) },
  threads: 1,
  targets: [{ protocol: protocol === 'grpc' ? 'grpc' : 'http/protobuf', endpoint }],
  timeoutMs: 30_000,
  inFlight: 8,
  answered: (_, answer) => {
    if (answer !== 'accepted') failed += 1
  },
})
if (failed > 0 || sent !== Number(records)) {
  console.error(`${failed} requests were not accepted; ${sent} of ${records} records were sent`)
  process.exitCode = 1
}
