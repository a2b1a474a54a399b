import { expect, test } from 'vitest'
import { checkPorts } from './ports.ts'
import { fakeSystem } from './testing/fake-system.ts'

const ports = [
  { name: 'OTLP gRPC', port: 4317, variable: 'OTLP_GRPC_PORT' },
  { name: 'OTLP HTTP', port: 4318, variable: 'OTLP_HTTP_PORT' },
  { name: 'ClickHouse HTTP', port: 8123, variable: 'CLICKHOUSE_HTTP_PORT' },
]

test('free ports are one line', async () => {
  const findings = await checkPorts(fakeSystem(), ports, new Set())
  expect(findings).toEqual([{ check: 'ports', verdict: 'ok', message: 'free: 4317, 4318, 8123', advice: '' }])
})

test('a taken port is told with its holder and with the variable that moves it', async () => {
  const system = fakeSystem({
    portFree: async (port) => port !== 8123,
    portHolder: async () => 'clickhouse-serv (process 812)',
  })
  const [taken, free] = await checkPorts(system, ports, new Set())
  expect(taken?.verdict).toBe('warn')
  expect(taken?.message).toBe('port 8123 (ClickHouse HTTP) is taken by clickhouse-serv (process 812)')
  expect(taken?.advice).toContain('`CLICKHOUSE_HTTP_PORT=18123 npm run stack -- up`')
  expect(free?.message).toBe('free: 4317, 4318')
})

test('a port that the running stack holds is well', async () => {
  const system = fakeSystem({ portFree: async () => false })
  const findings = await checkPorts(system, ports, new Set([4317, 4318, 8123]))
  expect(findings).toMatchObject([{ verdict: 'ok', message: 'held by the running stack: 4317, 4318, 8123' }])
})
