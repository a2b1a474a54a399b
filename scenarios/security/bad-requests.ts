// Malformed and oversized requests between good ones: each is refused with the right status, and everything else is stored.
import { encodeRequest } from '../../core/otlp/codec.ts'
import { sendRaw } from '../../generators/emit/send-raw.ts'
import { logsBatch } from '../../generators/hand-made.ts'
import { sessionsLoad } from '../../generators/sessions/load.ts'
import { runExperiment } from '../../harness/experiment/experiment.ts'
import { replay } from '../../harness/rigs/emitters.ts'
import type { Definition } from '../../harness/scenario.ts'

const MIB = 1024 ** 2

export const badRequests: Definition = {
  name: 'bad-requests',
  title: 'refuses malformed and oversized requests with the right status, and stores everything else',
  requirements: ['R1'],
  run: (context) =>
    runExperiment(context, { mark: 'bad-requests' }, async (experiment) => {
      const endpoint = experiment.stack.endpoints.otlpHttp
      const load = sessionsLoad({ seed: context.seed, sessions: 6, startMs: context.dataStartMs, spreadMs: 1000 })
      await using emitter = replay(experiment.stack, 'http/protobuf')
      const half = Math.ceil(load.batches.length / 2)
      await experiment.sendBatches(emitter, load.batches.slice(0, half))
      experiment.ledger.plant(load.planted)
      const send = async (path: string, body: Buffer | string, contentType: string) =>
        (await sendRaw({ endpoint, path, body, contentType, timeoutMs: 30_000 })).status
      const valid = encodeRequest(logsBatch([]).request)
      experiment.check('security', 'broken JSON', {
        actual: await send('/v1/logs', '{"resourceLogs":[', 'application/json'),
        expected: 400,
      })
      experiment.check('security', 'random bytes as protobuf', {
        actual: await send('/v1/logs', Buffer.from('ffffffffff00112233', 'hex'), 'application/x-protobuf'),
        expected: 400,
      })
      experiment.check('security', 'JSON of another shape', {
        actual: await send('/v1/logs', '{"resourceLogs":"no"}', 'application/json'),
        expected: 400,
      })
      experiment.check('security', 'unknown content type', {
        actual: await send('/v1/logs', valid, 'text/plain'),
        expected: 415,
      })
      experiment.check('security', 'unknown path', {
        actual: await send('/v1/nothing', valid, 'application/x-protobuf'),
        expected: 404,
      })
      // The server may answer, or close the connection before it has read all; both refuse.
      const oversized = await send('/v1/logs', Buffer.alloc(17 * MIB, 0x20), 'application/x-protobuf').catch(() => 400)
      experiment.check('security', '17 MiB over HTTP is refused', {
        actual: oversized >= 400 && oversized < 500,
        expected: true,
      })
      await using direct = replay(experiment.stack, 'grpc')
      const large = logsBatch([
        { timeUnixNano: `${context.dataStartMs}000000`, body: { stringValue: 'x'.repeat(17 * MIB) }, attributes: [] },
      ])
      const answer = await direct.send({ ...large, expected: [] })
      experiment.check('security', '17 MiB over gRPC', {
        actual: answer.kind === 'refused' ? answer.code : answer.kind,
        expected: 'RESOURCE_EXHAUSTED',
      })
      await experiment.sendBatches(emitter, load.batches.slice(half))
    }),
}
