// The daily stack in containers when a process of it is killed on the host, and when the engine itself is started again.
import { expect, test } from 'vitest'
import { until } from '../core/poll.ts'
import { runCommand } from './testing/commands.ts'
import { engineAtHand } from './testing/engine.ts'
import { type Newcomer, newcomer } from './testing/newcomer.ts'
import { sendEvent, storedEvents } from './testing/one-event.ts'
import { OwnEngine, ownEngineMissing } from './testing/own-engine.ts'
import { type Watched, Witness } from './testing/witness.ts'

const missing = await ownEngineMissing()
const BACK_MS = 30_000
const SESSION = 'engine-restart'

test.skipIf(missing !== '')(
  `containers come back after a kill on the host and after a restart of the engine, status and doctor know it, and no acknowledged event is lost${missing && ` (skipped: ${missing})`}`,
  async () => {
    await using engine = await OwnEngine.start()
    const someone = await newcomer('engine-restart')
    const environment: Newcomer['environment'] = { ...someone.environment, DOCKER_HOST: engine.host }
    const person = { ...someone, environment }
    const command = (name: string, ...words: string[]) => runCommand(person, name, ...words)
    const { images } = await engineAtHand()
    const of = (service: string) => images.find((each) => each.service === service)?.reference ?? ''
    await engine.load([of('clickhouse'), of('otel-collector')])
    const { CLICKHOUSE_HTTP_PORT, COLLECTOR_HEALTH_PORT, RELAY_HTTP_PORT } = environment
    const services: Watched[] = [
      { name: 'clickhouse', probe: `http://127.0.0.1:${CLICKHOUSE_HTTP_PORT}/ping`, kills: 0 },
      { name: 'otel-collector', probe: `http://127.0.0.1:${COLLECTOR_HEALTH_PORT}/`, kills: 0 },
    ]
    const back = () =>
      until(
        'all services',
        async () => {
          const answers = await Promise.all(
            services.map(({ probe }) => fetch(probe, { signal: AbortSignal.timeout(1_000) })),
          )
          return answers.every(({ ok }) => ok)
        },
        { timeoutMs: BACK_MS },
      )
    try {
      expect(await command('stack', 'up', '--runtime', 'docker')).toMatchObject({ code: 0 })
      let acknowledged = 0
      let over = false
      const load = async () => {
        for (let number = 0; !over; number += 1)
          if (await sendEvent(`http://127.0.0.1:${RELAY_HTTP_PORT}`, SESSION, number)) acknowledged += 1
      }
      const witness = new Witness(services, command)
      const trouble = async () => {
        for (const service of services) {
          const container = await engine.docker(
            'ps',
            '--quiet',
            '--filter',
            `label=com.docker.compose.service=${service.name}`,
          )
          const pid = Number(await engine.docker('inspect', '--format', '{{.State.Pid}}', container))
          service.kills += 1
          process.kill(pid, 'SIGKILL')
          await until(
            'the end of it',
            async () => Number(await engine.docker('inspect', '--format', '{{.State.Pid}}', container)) !== pid,
            { timeoutMs: BACK_MS },
          )
          await back()
        }
        await witness.look()
        // The engine forgets it with its own restart.
        expect((await command('stack', 'status')).stdout).toMatch(/otel-collector +otel-collector ended at .*code 137/)
        for (const service of services) service.kills += 1
        await engine.down()
        await witness.look()
        await engine.up()
        await back()
      }
      const troubled = trouble().finally(() => {
        over = true
      })
      const [{ down, up, untrue }] = await Promise.all([witness.watch(() => over), load(), troubled])
      expect(untrue).toEqual([])
      for (const { name } of services) expect([name, down.has(name), up.has(name)]).toEqual([name, true, true])
      await until('all that was acknowledged', async () => (await storedEvents(person, SESSION)) >= acknowledged, {
        timeoutMs: 60_000,
      })
    } finally {
      await command('stack', 'down', '--purge')
      await person.leave()
    }
  },
  300_000,
)
