// What the services of a run used, for the tests of the reports: waves, a gap where one is away, and a time of load.
import type { RunResult, UsageSample } from '../../harness/judge/run-result.ts'

export function usage(): RunResult['usage'] {
  const services = [
    { service: 'clickhouse', cpuCores: 1, memoryBytes: 1024 ** 3, cpu: 0.42, memory: 0.48 },
    { service: 'otel-collector', cpuCores: 0.5, memoryBytes: 256 * 1024 ** 2, cpu: 0.24, memory: 0.44 },
    { service: 'toxiproxy', cpuCores: null, memoryBytes: null, cpu: 0.03, memory: 0.02 },
  ]
  const samples: UsageSample[] = []
  for (let second = 0; second < 240; second += 1) {
    for (const [index, { service, cpu, memory }] of services.entries()) {
      // ClickHouse is killed and away for a while.
      if (index === 0 && second > 96 && second < 112) continue
      const wave = Math.sin(second / (7 + index)) * 0.35 + Math.sin(second / 2.3 + index) * 0.18
      const load = second > 170 && second < 225 ? 1.7 : 1
      samples.push({
        atMs: second * 1000 + index,
        service,
        cpuCores: Math.max(0.01, cpu * load * (1 + wave)),
        memoryBytes: Math.round(1024 ** 3 * memory * (index === 1 ? 0.25 : 1) * (0.6 + second / 500 + wave / 12)),
      })
    }
  }
  return {
    samples,
    limits: services
      .filter(({ cpuCores }) => cpuCores !== null)
      .map(({ service, cpuCores, memoryBytes }) => ({
        service,
        cpuCores,
        memoryBytes,
        enforced: service !== 'clickhouse',
      })),
    storage: [
      { kind: 'image', name: 'otel/opentelemetry-collector-contrib:0.161.0', bytes: 412_000_000 },
      { kind: 'volume', name: 'clickhouse-data', bytes: 7_340_032 },
    ],
  }
}
