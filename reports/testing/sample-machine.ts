// The machine and the runtime of a run, and what the doctor says of them, for the tests of the reports.
import type { RunResult } from '../../harness/judge/run-result.ts'

export const platform: RunResult['platform'] = {
  os: 'linux',
  arch: 'x64',
  kernel: '6.8.0-45-generic',
  wsl: null,
  cpus: 4,
  memoryBytes: 8 * 1024 ** 3,
  node: '26.10.0',
}

/** @param hostileText stands in the place of texts that come from elsewhere */
export function runtimeOf(started: boolean, hostileText?: string): RunResult['runtime'] {
  return {
    kind: 'embedded',
    reason: hostileText ?? 'no container engine answers on this machine',
    components: started
      ? [
          { name: 'clickhouse', version: '26.7.1', source: 'libchdb 3.4.0 from npm' },
          { name: 'otel-collector', version: '0.161.0', source: 'cache (built from stack/collector/manifest.yaml)' },
          { name: 'toxiproxy', version: '2.12.0', source: hostileText ?? 'built with Go' },
        ]
      : [],
  }
}

export function doctorOf(started: boolean): RunResult['doctor'] {
  return [
    { check: 'memory', verdict: 'ok', message: '8 GiB, of which 5.1 GiB are free', advice: '' },
    { check: 'disk', verdict: 'ok', message: '48 GiB free in the run’s directory', advice: '' },
    {
      check: 'proxy',
      verdict: 'warn',
      message: 'HTTPS_PROXY is set and NO_PROXY does not name 127.0.0.1',
      advice: 'Add 127.0.0.1,localhost to NO_PROXY, or the client sends its telemetry to the proxy.',
    },
    ...(started
      ? []
      : [
          {
            check: 'clickhouse',
            verdict: 'bad' as const,
            message: 'no ClickHouse was found for linux x64',
            advice: 'Run npm install again, or put a clickhouse of version 26.7 on PATH.',
          },
        ]),
  ]
}
