import { expect, test } from 'vitest'
import { trafficBetween } from './link-traffic.ts'

const sample = (name: string, direction: string, proxy: string, value: string) =>
  `toxiproxy_proxy_${name}_bytes_total{direction="${direction}",listener="127.0.0.1:1",proxy="${proxy}",upstream="127.0.0.1:2"} ${value}`

const before = [
  '# TYPE toxiproxy_proxy_received_bytes_total counter',
  sample('received', 'upstream', 'clickhouse', '100'),
  sample('sent', 'upstream', 'clickhouse', '100'),
].join('\n')
const after = [
  sample('received', 'upstream', 'clickhouse', '1.2345e+06'),
  sample('sent', 'upstream', 'clickhouse', '1.2e+06'),
  sample('received', 'downstream', 'clickhouse', '7'),
  sample('received', 'upstream', 'otlp-http', '9'),
].join('\n')

test('only what was counted since, on that link and in that direction', () => {
  expect(trafficBetween(before, after, 'clickhouse', 'upstream')).toEqual({
    receivedBytes: 1_234_400,
    passedBytes: 1_199_900,
  })
  expect(trafficBetween(before, after, 'clickhouse', 'downstream')).toEqual({ receivedBytes: 7, passedBytes: 0 })
  expect(trafficBetween(before, after, 'otlp-grpc', 'upstream')).toEqual({ receivedBytes: 0, passedBytes: 0 })
})
