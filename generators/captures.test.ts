import { expect, test } from 'vitest'
import { isoTime } from '../core/clock.ts'
import { decodeRequest, encodeRequest } from '../core/otlp/codec.ts'
import { type CaptureName, captureNames, loadCapture, loadRawCapture } from './captures.ts'
import { attributeValues, recordTimes } from './rebase-capture.ts'

const shiftToMs = 1_800_000_000_123

async function both(name: CaptureName) {
  return { raw: await loadRawCapture(name), shifted: await loadCapture(name, { shiftToMs, seed: 1 }) }
}

test.each(captureNames)(
  '%s: the first record stands where it was shifted to, and all distances are kept',
  async (name) => {
    const { raw, shifted } = await both(name)
    const rawTimes = raw.batches.flatMap(({ request }) => recordTimes(request))
    const times = shifted.batches.flatMap(({ request }) => recordTimes(request))
    const shift = (times[0] ?? 0n) - (rawTimes[0] ?? 0n)
    expect(times).toEqual(rawTimes.map((time) => time + shift))
    expect([...times].sort()[0]).toBe(BigInt(shiftToMs) * 1_000_000n)
    const stamps = (load: typeof raw) =>
      load.batches.flatMap(({ request }) => attributeValues(request, 'event.timestamp'))
    expect(stamps(shifted)).toEqual(stamps(raw).map((stamp) => isoTime(Date.parse(stamp) + Number(shift / 1_000_000n))))
  },
)

test.each(captureNames)('%s: nothing but times and session.id is changed', async (name) => {
  const { raw, shifted } = await both(name)
  const blank = (value: unknown) =>
    JSON.stringify(value)
      .replace(/"(\w*[tT]imeUnixNano)":"\d+"/g, '"$1":0')
      .replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"time"')
      .replaceAll(raw.sessionIds[0] ?? '?', 'session')
      .replaceAll(shifted.sessionIds[0] ?? '?', 'session')
  expect(blank(shifted.batches.map(({ request }) => request))).toBe(blank(raw.batches.map(({ request }) => request)))
  expect(shifted.sessionIds).not.toEqual(raw.sessionIds)
})

test('replays with different seeds have different sessions, with the same seed the same', async () => {
  const ids = async (seed: number) => (await loadCapture('long', { shiftToMs, seed })).sessionIds
  expect(await ids(1)).toEqual(await ids(1))
  expect(await ids(1)).not.toEqual(await ids(2))
})

test.each(captureNames)('%s: no private text is expected to be stored, and the raw JSON text is kept', async (name) => {
  const { batches, planted } = await loadRawCapture(name)
  const stored = JSON.stringify(batches.flatMap(({ expected }) => expected.filter(({ fate }) => fate === 'store')))
  for (const text of planted) expect(stored).not.toContain(text)
  for (const { json, request } of batches) expect(JSON.parse(json ?? '')).toEqual(request)
})

test('what must be stored of the captures is as it was read by eye', async () => {
  const { batches, planted } = await loadRawCapture('tools-grpc')
  const logs = batches.flatMap(({ expected }) => expected).filter((record) => record.signal === 'logs')
  expect(logs[0]?.attributes.prompt).toBe(
    'CASETOOLS please run; my mail is [REDACTED_EMAIL] and api_key=[REDACTED_API_KEY]',
  )
  expect(logs[3]?.attributes.tool_input).toBe(
    '{"command":"echo hello; export TOKEN=[REDACTED_API_KEY]","description":"say hello"}',
  )
  expect(logs.filter(({ fate }) => fate === 'exclude').map(({ attributes }) => attributes.tool_use_id)).toEqual([
    'toolu_0_1',
  ])
  expect(planted).toHaveLength(5)
  const points = batches.flatMap(({ expected }) => expected).filter((record) => record.signal === 'metrics')
  expect(points[3]).toMatchObject({
    name: 'claude_code.cost.usage',
    unit: 'USD',
    value: 0.030300000000000004,
    temporality: 1,
    monotonic: true,
  })
})

test.each(captureNames)('the capture %s survives the way through protobuf', async (name) => {
  for (const { signal, request } of (await loadRawCapture(name)).batches) {
    expect(decodeRequest(signal, encodeRequest(request))).toEqual(request)
  }
})
