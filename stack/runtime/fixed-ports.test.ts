import { createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { freePort } from '../../core/ports.ts'
import type { ComposeService } from './compose-file.ts'
import { requireFixedPorts } from './fixed-ports.ts'

const servers: ReturnType<typeof createServer>[] = []
afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve)))))

function service(name: string, ports: Readonly<Record<string, number>>): ComposeService {
  return {
    name,
    image: '',
    imageVariable: undefined,
    command: [],
    environment: {},
    mounts: [],
    profiles: [],
    cpuLimit: null,
    memoryLimitBytes: null,
    ports: Object.entries(ports).map(([variable, hostPort], index) => ({
      hostAddress: '127.0.0.1',
      hostPort,
      containerPort: index,
      variable,
    })),
  }
}

async function hold(): Promise<number> {
  const port = await freePort()
  const server = createServer()
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return port
}

test('free ports that differ are well', async () => {
  await requireFixedPorts([service('a', { A: await freePort() }), service('b', { B: await freePort() })])
})

test('every taken port is named at once, with its holder and its variable', async () => {
  const [one, two] = [await hold(), await hold()]
  const failing = requireFixedPorts([
    service('a', { A_PORT: one, C_PORT: await freePort() }),
    service('b', { B_PORT: two }),
  ])
  await expect(failing).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(
      new RegExp(
        `^port ${one} of a is taken by .+, A_PORT moves it; port ${two} of b is taken by .+, B_PORT moves it: stop that`,
      ),
    ),
  })
})

test('two services on one port are named by their variables', async () => {
  const port = await freePort()
  await expect(
    requireFixedPorts([service('a', { A_PORT: port }), service('b', { B_PORT: port })]),
  ).rejects.toMatchObject({
    exitCode: 1,
    message: `A_PORT and B_PORT are both ${port}: give each a port of its own`,
  })
})
