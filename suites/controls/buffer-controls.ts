// Sabotages of the client's end, and of what must hold when an insert or its answer is lost.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of Compose look like template strings
import type { Control } from './control.ts'

const buffer = 'client/buffer/otlp-buffer.ts'
const delivery = 'client/buffer/delivery.ts'
const journal = 'client/buffer/journal.ts'

export const bufferControls: readonly Control[] = [
  {
    id: 'parks-nothing',
    sabotage: 'acknowledges what it has not written to the file',
    scenario: 'buffering/offline',
    oracle: 'accounting',
    edits: [{ file: journal, from: '        await file.append(lines)\n', to: '' }],
  },
  {
    id: 'parcel-skipped',
    sabotage: 'leaves out the first requests of each part of the file that it delivers',
    scenario: 'faults/collector-link-down',
    oracle: 'accounting',
    edits: [
      {
        file: delivery,
        from: 'let waiting = together(lines)',
        to: 'let waiting = together(lines).slice(1)',
      },
    ],
  },
  {
    id: 'line-left-out',
    sabotage: 'leaves out the last of the requests that it puts together',
    scenario: 'faults/collector-link-down',
    oracle: 'accounting',
    edits: [{ file: 'client/buffer/coalesce.ts', from: 'of lines.entries())', to: 'of lines.slice(0, -1).entries())' }],
  },
  {
    id: 'changed-on-disk',
    sabotage: 'writes another text to the file than it was given',
    scenario: 'faults/collector-link-down',
    oracle: 'fidelity',
    edits: [
      {
        file: 'client/export-request.ts',
        from: 'return requestToJsonLine(signal, body)',
        to: `return Buffer.from(requestToJsonLine(signal, body).toString().replaceAll('"duration_ms"', '"duration"'))`,
      },
    ],
  },
  {
    id: 'tries-once',
    sabotage: 'does not try again what it has parked',
    scenario: 'faults/collector-link-down',
    oracle: 'delivery',
    edits: [
      {
        file: 'client/buffer/retry-gate.ts',
        from: 'this.#openAtMs = this.#now() +',
        to: 'this.#openAtMs = this.#now() + 900_000 +',
      },
    ],
  },
  {
    id: 'refuses-instead',
    sabotage: 'refuses what the backend does not take, instead of keeping it',
    scenario: 'faults/collector-link-down',
    oracle: 'availability',
    edits: [
      {
        file: buffer,
        from: /( {8}this\.#deliverer\.noteFailure\(answer\)\n {8})return this\.#park\(message\)/,
        to: "        return { kind: 'refused', permanent: false, code: 'UNAVAILABLE', message: 'the backend is away' }",
      },
    ],
  },
  {
    id: 'waits-for-the-backend',
    sabotage: 'lets clients wait as long as the backend does not answer',
    scenario: 'faults/collector-paused',
    oracle: 'availability',
    edits: [{ file: 'client/buffer/options.ts', from: 'answerWithinMs: 600', to: 'answerWithinMs: 60_000' }],
  },
  {
    id: 'leaves-the-dead',
    sabotage: 'does not look for what a killed relay has left',
    scenario: 'buffering/offline',
    oracle: 'accounting',
    edits: [
      {
        file: 'client/buffer/directory.ts',
        from: "if (parsed?.kind !== 'parked' || isAlive(parsed.owner)) continue",
        to: "if (name !== '') continue",
      },
    ],
  },
  {
    id: 'removes-too-early',
    sabotage: 'removes the file when delivery begins',
    scenario: 'buffering/offline',
    oracle: 'accounting',
    edits: [
      {
        file: 'client/buffer/deliverer.ts',
        from: '        await deliverSegment(segment, options)\n',
        to: '        segment.cursor = segment.size\n',
      },
    ],
  },
  {
    id: 'leaves-files',
    sabotage: 'leaves the file where it is when all of it is delivered',
    scenario: 'buffering/offline',
    oracle: 'buffering',
    edits: [
      {
        file: 'client/buffer/spool.ts',
        from: '    await this.#options.disk.remove(segment.path).catch(() => {})\n',
        to: '',
      },
    ],
  },
  {
    id: 'says-nothing',
    sabotage: 'does not say when it has caught up',
    scenario: 'buffering/offline',
    oracle: 'buffering',
    edits: [{ file: 'client/buffer/deliverer.ts', from: '    notices.recovered(this.#deliveredFromDisk)\n', to: '' }],
  },
  {
    id: 'no-disk-limit',
    sabotage: 'keeps more on disk than it may',
    scenario: 'buffering/disk-limit',
    oracle: 'buffering',
    edits: [
      {
        file: 'client/buffer/spool.ts',
        from: 'this.#directory.usedBytes + line.length > maxDiskBytes',
        to: 'line.length > maxDiskBytes',
      },
    ],
  },
  {
    id: 'keeps-in-memory',
    sabotage: 'keeps a mebibyte in memory, for ever, for each request that it writes to the file',
    scenario: 'buffering/relay-memory',
    alone: true,
    oracle: 'memory',
    edits: [
      { file: journal, from: '  #pending: Pending[] = []', to: '  #kept: Buffer[] = []\n  #pending: Pending[] = []' },
      {
        file: journal,
        from: '      this.#pending.push(',
        to: '      this.#kept.push(Buffer.alloc(1024 ** 2, 1))\n      this.#pending.push(',
      },
    ],
  },
  {
    id: 'delivers-slowly',
    sabotage: 'delivers all that it has parked, but with a pause before each few requests',
    scenario: 'buffering/relay-memory',
    alone: true,
    oracle: 'performance',
    as: 'unknown',
    edits: [
      { file: delivery, from: 'import {', to: "import { sleep } from '../../../core/clock.ts'\nimport {" },
      { file: delivery, from: 'let waiting = together(lines)', to: 'let waiting = singly(lines)' },
      {
        file: delivery,
        from: 'await options.gate.pass(options.signal)',
        to: 'await options.gate.pass(options.signal)\n    await sleep(2_000)',
      },
    ],
  },
  {
    id: 'always-healthy',
    sabotage: 'says that it is well when it can keep nothing more',
    scenario: 'buffering/disk-limit',
    oracle: 'buffering',
    edits: [{ file: 'client/relay/http-server.ts', from: 'healthy ? 200 : 503', to: '200' }],
  },
  {
    id: 'trusts-pages',
    sabotage: 'takes a page for the backend’s answer',
    scenario: 'buffering/error-recovery',
    oracle: 'accounting',
    edits: [
      {
        file: 'client/transport/http-answer.ts',
        from: "  return {\n    kind: 'retryable',\n    code: 'NOT_OTLP'",
        to: "  if (what) return { kind: 'accepted' }\n  return {\n    kind: 'retryable',\n    code: 'NOT_OTLP'",
      },
    ],
  },
  {
    id: 'takes-anything',
    sabotage: 'acknowledges what is no OTLP',
    scenario: 'buffering/hostile-requests',
    oracle: 'relay',
    edits: [
      {
        file: 'client/relay/http-server.ts',
        from: 'error.tooLarge ? 413 : error.status',
        to: 'error.tooLarge ? 413 : 200',
      },
    ],
  },
  {
    id: 'gives-up',
    sabotage: 'lets the collector give up an insert after two seconds',
    scenario: 'recovery/long-outage',
    oracle: 'accounting',
    edits: [
      { file: 'collector/config.yaml', from: 'max_elapsed_time: 0s', to: 'max_elapsed_time: 2s' },
      { file: 'collector/config.yaml', from: '${env:TELEMETRY_RETRY_MAX:-5s}', to: '1s' },
    ],
  },
  {
    id: 'beside-the-link',
    sabotage: 'leads the collector past the link that faults are injected into',
    scenario: 'faults/acknowledgement-lost',
    oracle: 'fault',
    as: 'unknown',
    edits: [{ file: 'compose.yaml', from: 'tcp://${CLICKHOUSE_LINK:-clickhouse:9000}', to: 'tcp://clickhouse:9000' }],
  },
  {
    id: 'lost-answer-twice',
    sabotage: 'shows an event twice whose insert was made again',
    scenario: 'faults/acknowledgement-lost',
    oracle: 'identity',
    edits: [
      {
        file: 'clickhouse/schema/007-queries.sql',
        from: 'FROM telemetry.log_records FINAL',
        to: 'FROM telemetry.log_records',
      },
    ],
  },
]
