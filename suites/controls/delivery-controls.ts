// Sabotages on the way of the data: the ledger believes what it offered, the stack gets something else.

import type { LogsRequest, OtlpRequest } from '../../core/otlp/otlp.ts'
import type { Batch, Emitter } from '../../generators/batch.ts'
import { noTamper, type Tamper } from '../../harness/scenario.ts'
import type { Control } from './control.ts'

const scenario = 'ingest/captures-grpc'

export const deliveryControls: readonly Control[] = [
  {
    id: 'one-lost',
    sabotage: 'loses the last record of every request on the way',
    scenario,
    oracle: 'accounting',
    tamper: onTheWay((batch, send) =>
      send({ ...batch, request: mapRecords(batch.request, (records) => records.slice(0, -1)) }),
    ),
  },
  {
    id: 'one-lost-one-twice',
    sabotage: 'loses one record and delivers another twice, so that the totals agree',
    scenario,
    oracle: 'accounting',
    tamper: onTheWay((batch, send) =>
      send({
        ...batch,
        request: mapRecords(batch.request, ([first, , ...rest]) => (first ? [first, first, ...rest] : [])),
      }),
    ),
  },
  {
    id: 'one-changed',
    sabotage: 'changes one attribute on the way',
    scenario,
    oracle: 'fidelity',
    tamper: onTheWay((batch, send) =>
      send({
        ...batch,
        request: mapRecords(batch.request, (records) =>
          records.map((record) => ({
            ...record,
            attributes: (record.attributes ?? []).map((entry) =>
              entry.key === 'terminal.type' ? { key: entry.key, value: { stringValue: 'changed' } } : entry,
            ),
          })),
        ),
      }),
    ),
  },
  {
    id: 'foreign-events',
    sabotage: 'delivers events that nobody offered',
    scenario,
    oracle: 'accounting',
    tamper: onTheWay((batch, send) =>
      send({
        ...batch,
        request: mapRecords(batch.request, (records) =>
          records.flatMap((record) => [
            record,
            {
              ...record,
              attributes: (record.attributes ?? []).map((entry) =>
                entry.key === 'event.sequence' ? { key: entry.key, value: { intValue: '987654' } } : entry,
              ),
            },
          ]),
        ),
      }),
    ),
  },
  {
    id: 'false-answer',
    sabotage: 'acknowledges without delivering',
    scenario,
    oracle: 'counters',
    tamper: onTheWay(async () => ({ kind: 'accepted' })),
  },
]

function onTheWay(deliver: (batch: Batch, send: Emitter['send']) => ReturnType<Emitter['send']>): Tamper {
  return {
    ...noTamper,
    emitter: (emitter) =>
      new Proxy(emitter, {
        get: (target, property, receiver) => {
          if (property !== 'send') return Reflect.get(target, property, receiver)
          const send: Emitter['send'] = (batch) => Reflect.apply(target.send, target, [batch])
          return (batch: Batch) => (batch.signal === 'logs' ? deliver(batch, send) : send(batch))
        },
      }),
  }
}

type Records = NonNullable<NonNullable<LogsRequest['resourceLogs'][number]['scopeLogs']>[number]['logRecords']>

function mapRecords(request: OtlpRequest, change: (records: Records) => Records): OtlpRequest {
  if (!('resourceLogs' in request)) return request
  return {
    resourceLogs: request.resourceLogs.map((resource) => ({
      ...resource,
      scopeLogs: (resource.scopeLogs ?? []).map((scope) => ({ ...scope, logRecords: change(scope.logRecords ?? []) })),
    })),
  }
}
