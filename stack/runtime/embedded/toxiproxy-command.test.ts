import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ComposeService } from '../compose-file.ts'
import { toxiproxyArguments } from './toxiproxy-command.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-toxiproxy-'))
})
afterEach(() => rm(directory, { recursive: true }))

const at = (port: number) => ({ address: '127.0.0.1', port })
const ports = new Map([
  ['toxiproxy', new Map([[9000, at(50_001)]])],
  ['clickhouse', new Map([[9000, at(50_002)]])],
])

function service(command: readonly string[], source: string): ComposeService {
  return {
    name: 'toxiproxy',
    image: '',
    imageVariable: undefined,
    command,
    environment: {},
    ports: [],
    mounts: [{ source, target: '/etc/toxiproxy/proxies.json', kind: 'bind', readOnly: true }],
    profiles: [],
    cpuLimit: null,
    memoryLimitBytes: null,
  }
}

const COMMAND = ['-host=0.0.0.0', '-port=8474', '-config=/etc/toxiproxy/proxies.json', '-proxy-metrics']

test('its API and its proxies are on ports of this machine, and every other word stays', async () => {
  const source = join(directory, 'original.json')
  await writeFile(source, '[{"name":"clickhouse","listen":"0.0.0.0:9000","upstream":"clickhouse:9000"}]')
  const args = await toxiproxyArguments(service(COMMAND, source), { api: at(50_000), ports, directory })
  const copy = join(directory, 'proxies.json')
  expect(args).toEqual(['-host=127.0.0.1', '-port=50000', `-config=${copy}`, '-proxy-metrics'])
  expect(await readFile(copy, 'utf8')).toBe(
    '[{"name":"clickhouse","listen":"127.0.0.1:50001","upstream":"127.0.0.1:50002"}]',
  )
})

test('proxies that cannot be read are one clear line', async () => {
  const missing = service(COMMAND, join(directory, 'missing.json'))
  await expect(toxiproxyArguments(missing, { api: at(50_000), ports, directory })).rejects.toThrow(
    /^the proxies of toxiproxy cannot be read: ENOENT/,
  )
})
