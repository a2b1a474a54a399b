// The daily stack over months: what ends is started again, what a killed keeper left is known, and nothing that was acknowledged is lost.
import { execFile, spawn } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { projectRoot } from '../core/paths.ts'
import { until } from '../core/poll.ts'
import { runCommand } from './testing/commands.ts'
import { killKeeper, processesOf } from './testing/daily-processes.ts'
import { type Newcomer, newcomer } from './testing/newcomer.ts'
import { sendEvent, storedEvents } from './testing/one-event.ts'
import { ended, lineOf } from './testing/started.ts'
import { type Watched, Witness } from './testing/witness.ts'

const run = promisify(execFile)
const KILLS = 10
/** On a free machine each is back within five seconds; other tests run beside this one. */
const BACK_MS = 120_000
const statusSchema = z.object({
  endings: z.array(
    z.object({
      service: z.string(),
      count: z.number(),
      how: z.string(),
      loop: z.boolean(),
      nextAt: z.string().nullable(),
    }),
  ),
})
/** For a hang, not for a slow machine: each look starts three commands. */
const TEST_MS = 900_000

let person: Newcomer
beforeEach(async () => {
  person = await newcomer('healing')
})
afterEach(async () => {
  await stack('down', '--purge')
  await person.leave()
})

const command = (name: string, ...words: string[]) => runCommand(person, name, ...words)
const stack = (...words: string[]) => command('stack', ...words)

/** The services of the stack, for whoever kills them and for whoever watches. */
function watched(): Watched[] {
  const { CLICKHOUSE_HTTP_PORT, COLLECTOR_HEALTH_PORT, RELAY_HTTP_PORT } = person.environment
  return [
    { name: 'clickhouse', probe: `http://127.0.0.1:${CLICKHOUSE_HTTP_PORT}/ping`, kills: 0 },
    { name: 'otel-collector', probe: `http://127.0.0.1:${COLLECTOR_HEALTH_PORT}/`, kills: 0 },
    { name: 'relay', probe: `http://127.0.0.1:${RELAY_HTTP_PORT}/health`, kills: 0 },
  ]
}

/** Kills it, and waits until another one answers in its place. */
async function killAndAwait(service: Watched): Promise<void> {
  const { name, probe } = service
  const pid = (await processesOf(person)).get(name)
  if (pid === undefined) throw new Error(`${name} does not run`)
  service.kills += 1
  process.kill(pid, 'SIGKILL')
  await until(
    `${name} again`,
    async () => {
      const now = (await processesOf(person)).get(name)
      return now !== undefined && now !== pid && (await fetch(probe, { signal: AbortSignal.timeout(1_000) })).ok
    },
    { timeoutMs: BACK_MS },
  )
}

/**
 * That status, doctor and keeper say what happened to it, and by how often that it is a loop. It is killed before each is asked: an end is history
 * after a minute, and on a machine with other work three commands take longer.
 */
async function expectTold(service: Watched): Promise<void> {
  const { name } = service
  const killedLately = async () => {
    await killAndAwait(service)
    const told = async () => {
      const { stdout, code } = await stack('status', '--json')
      const ending = statusSchema.parse(JSON.parse(stdout)).endings.find((each) => each.service === name)
      return ending?.nextAt === null && { code, ending }
    }
    return await until(`the record of the last start of ${name}`, told, { timeoutMs: 120_000 })
  }
  const { code, ending } = await killedLately()
  // A start that was cut short, or met what the one before had left, is an end of its own.
  expect(ending).toMatchObject({ how: expect.stringMatching(/SIGKILL|code/), loop: true })
  expect(ending.count).toBeGreaterThanOrEqual(KILLS)
  expect(code).toBe(1)
  const ended = `${name} has ended [1-9]\\d times`
  await killedLately()
  expect((await stack('status')).stdout).toMatch(new RegExp(`BAD ${name} +${ended} since \\S+ \\(.*\\); it runs again`))
  await killedLately()
  const { stdout: found } = await command('doctor')
  expect(found.replace(/\s+/g, ' ')).toMatch(new RegExp(`BAD services:.* ${ended}|BAD services: ${ended}`))
  expect((await stack('logs', 'keeper')).stdout).toMatch(new RegExp(ended))
}

const send = (session: string, number: number) =>
  sendEvent(`http://127.0.0.1:${person.environment.RELAY_HTTP_PORT}`, session, number)
const stored = (session: string) => storedEvents(person, session)

test.each([
  ['idle', false],
  ['under load', true],
])(
  'each service that is killed ten times while %s comes back each time, status and doctor know it, and no acknowledged event is lost',
  async (_, loaded) => {
    await stack('up')
    const services = watched()
    const witness = new Witness(services, command)
    const acknowledged: number[] = []
    let over = false
    const sendOne = async (number: number) => {
      if (await send('killed', number)) acknowledged.push(number)
    }
    const load = async () => {
      for (let number = KILLS; loaded && !over; number += 1) await sendOne(number)
    }
    for (let number = 0; number < KILLS; number += 1) await sendOne(number)
    const killing = Promise.all(
      services.map(async (service) => {
        const { name } = service
        // Without a look in between: a service that has lived for a minute has a new count.
        for (let kill = 0; kill < KILLS; kill += 1) await killAndAwait(service)
        await expectTold(service)
        // Each wait is longer than the one before: on a slow machine it takes more of them until a command can look at a service that is down.
        while (!witness.saw(name).down) {
          await killAndAwait(service)
          if (!loaded) await witness.look()
        }
        while (!witness.saw(name).up) await witness.look()
      }),
    ).finally(() => {
      over = true
    })
    const [{ down, up, untrue }] = await Promise.all([witness.watch(() => over), load(), killing])
    expect(untrue).toEqual([])
    expect([...Object.keys(down), ...Object.keys(up)].sort()).toEqual(
      services.flatMap(({ name }) => [name, name]).sort(),
    )
    await sendOne(-1)
    expect(acknowledged.length).toBeGreaterThan(KILLS + (loaded ? 1 : 0))
    await until('all that was acknowledged', async () => (await stored('killed')) >= acknowledged.length, {
      timeoutMs: 120_000,
    })
  },
  TEST_MS,
)

test(
  'what a killed keeper left is told, taken over by up and ended by down, and its data is there',
  async () => {
    await stack('up')
    expect(await send('left', 0)).toBe(true)
    await until('the event', async () => (await stored('left')) === 1, { timeoutMs: 120_000 })
    await killKeeper(person)
    // The relay and the collector live on.
    expect(await send('left', 1)).toBe(true)
    const { stdout, code } = await stack('status')
    expect({ stdout, code }).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/keeper of the stack was killed; .* relay \(process \d+\)/),
    })
    const { stdout: found } = await command('doctor')
    expect(found.replace(/\s+/g, ' ')).toMatch(/BAD stack: the keeper of the stack was killed/)
    expect(found).not.toMatch(/is taken by/)
    expect((await command('query', 'list')).code).toBe(0)
    expect((await command('query', 'error-patterns')).stderr).toMatch(
      /^the keeper of the stack was killed; .*`npm run stack -- up` takes over/,
    )
    expect((await stack('up')).stdout).toContain('The stack is up:')
    await until('both events', async () => (await stored('left')) === 2, { timeoutMs: 120_000 })
    await killKeeper(person)
    expect((await stack('down')).stdout).toMatch(
      /^The stack is down: its keeper had been killed, and .*relay \(process \d+\).* were ended\.\n$/,
    )
    expect([...(await processesOf(person)).keys()]).toEqual([])
    expect((await stack('logs', 'relay')).stdout).toContain('The relay is up')
  },
  TEST_MS,
)

test(
  'up starts again what was started with other variables, and leaves alone what was not',
  async () => {
    await stack('up')
    expect((await stack('up')).stdout).toContain('was already running')
    const changed = await run(process.execPath, [join(projectRoot, 'bin/stack.ts'), 'up'], {
      env: { ...person.environment, TELEMETRY_SAMPLING_PERCENTAGE: '50' },
    })
    expect(changed.stdout).toContain('is up again, with TELEMETRY_SAMPLING_PERCENTAGE as it is now')
    // A shell that does not set it says nothing about it.
    expect((await stack('up')).stdout).toMatch(
      /was already running \(since \S+, with TELEMETRY_SAMPLING_PERCENTAGE as set then\)/,
    )
    // What would not start stops nothing.
    for (const percentage of ['abc', '0x10', '101']) {
      const refused = await run(process.execPath, [join(projectRoot, 'bin/stack.ts'), 'up'], {
        env: { ...person.environment, TELEMETRY_SAMPLING_PERCENTAGE: percentage },
      }).catch((error) => error)
      expect(refused).toMatchObject({ code: 64, stderr: expect.stringContaining('must be a number from 0 to 100') })
    }
    expect((await stack('status')).code).toBe(0)
    expect((await stack('up', '--no-relay')).stderr).toContain(
      'already running with a relay; stop it first: npm run stack -- down',
    )
  },
  TEST_MS,
)

test(
  'after a reboot the unit of `service install` brings back the same data',
  async () => {
    await stack('up')
    expect(await send('reboot', 0)).toBe(true)
    // Where no systemd answers for this user the unit is written all the same, and told how to be enabled.
    const installed = await stack('service', 'install')
    expect(`${installed.stdout}${installed.stderr}`).toContain('telemetry-proof.service')
    await stack('down')
    await rm(join(person.environment.TELEMETRY_PROOF_DATA ?? '', 'running'), { recursive: true, force: true })
    const unit = await readFile(
      join(person.environment.HOME ?? '', '.config/systemd/user/telemetry-proof.service'),
      'utf8',
    )
    const words = /^ExecStart=(.*)$/m.exec(unit)?.[1]?.split(' ') ?? []
    // As systemd starts it: with the environment of the file, and nothing of this shell.
    const file = /^EnvironmentFile=(.*)$/m.exec(unit)?.[1] ?? ''
    const environment = Object.fromEntries(
      [...(await readFile(file, 'utf8')).matchAll(/^(\w+)="(.*)"$/gm)].map(([, name = '', value = '']) => [
        name,
        value,
      ]),
    )
    const [program = '', ...parameters] = words
    const service = spawn(program, parameters, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] })
    await lineOf(service, 'The stack is up.')
    await until('the event of before', async () => (await stored('reboot')) === 1, { timeoutMs: 120_000 })
    expect((await stack('status')).code).toBe(0)
    service.kill('SIGTERM')
    await ended(service)
    expect(service.exitCode).toBe(143)
    expect((await stack('service', 'remove')).stdout).toContain('is no service any more')
  },
  TEST_MS,
)
