// A program for a world of its own (own-engine.ts): the daily stack in containers whose processes are killed on the host, and whose engine is started again. It prints what it saw.
import { until } from '../../core/poll.ts'
import { runCommand } from './commands.ts'
import { engineAtHand } from './engine.ts'
import { type Newcomer, newcomer } from './newcomer.ts'
import { sendEvent, storedEvents } from './one-event.ts'
import { OwnEngine } from './own-engine.ts'
import { type Watched, Witness } from './witness.ts'

const BACK_MS = 120_000
const SESSION = 'engine-restart'

await using engine = await OwnEngine.start()
const someone = await newcomer('engine-restart')
const environment: Newcomer['environment'] = { ...someone.environment, DOCKER_HOST: engine.host }
const person = { ...someone, environment }
const { CLICKHOUSE_HTTP_PORT, COLLECTOR_HEALTH_PORT, RELAY_HTTP_PORT } = environment
const services: Watched[] = [
  { name: 'clickhouse', probe: `http://127.0.0.1:${CLICKHOUSE_HTTP_PORT}/ping`, kills: 0 },
  { name: 'otel-collector', probe: `http://127.0.0.1:${COLLECTOR_HEALTH_PORT}/`, kills: 0 },
]
const command = (name: string, ...words: string[]) => runCommand(person, name, ...words)
const status = async () => (await command('stack', 'status')).stdout
const witness = new Witness(services, command)

try {
  const { images } = await engineAtHand()
  const wanted = images.filter(({ service }) => services.some(({ name }) => name === service))
  await engine.load(wanted.map(({ reference }) => reference))
  const up = await command('stack', 'up', '--runtime', 'docker')
  if (up.code !== 0) throw new Error(up.stderr)
  let over = false
  const [testimony, acknowledged, told] = await Promise.all([
    witness.watch(() => over),
    load(() => over),
    trouble().finally(() => {
      over = true
    }),
  ])
  await until('all that was acknowledged', async () => (await storedEvents(person, SESSION)) >= acknowledged, {
    timeoutMs: 120_000,
  })
  console.log(JSON.stringify({ ...told, ...testimony, acknowledged, after: await status() }))
} finally {
  await command('stack', 'down', '--purge')
  await person.leave()
}

/** @returns how many events were acknowledged */
async function load(isOver: () => boolean): Promise<number> {
  let acknowledged = 0
  for (let number = 0; !isOver(); number += 1)
    if (await sendEvent(`http://127.0.0.1:${RELAY_HTTP_PORT}`, SESSION, number)) acknowledged += 1
  return acknowledged
}

/** @returns what `status` says of the kills; the engine forgets them with its own restart */
async function trouble(): Promise<{ readonly killed: string }> {
  for (const service of services) await kill(service)
  await witness.look()
  const killed = await status()
  for (const service of services) service.kills += 1
  await engine.down()
  await witness.look()
  await engine.up()
  await back()
  return { killed }
}

async function kill(service: Watched): Promise<void> {
  const container = await engine.docker('ps', '--quiet', '--filter', `label=com.docker.compose.service=${service.name}`)
  const pidNow = async () => Number(await engine.docker('inspect', '--format', '{{.State.Pid}}', container))
  const pid = await pidNow()
  service.kills += 1
  process.kill(pid, 'SIGKILL')
  await until('its end', async () => (await pidNow()) !== pid, { timeoutMs: BACK_MS })
  await back()
}

async function back(): Promise<void> {
  const answers = async (url: string) => (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok
  const all = async () => (await Promise.all(services.map(({ probe }) => answers(probe)))).every(Boolean)
  await until('all services', all, { timeoutMs: BACK_MS })
}
