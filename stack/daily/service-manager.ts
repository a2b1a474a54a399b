// Has the system start the daily stack at every boot, and takes that back: systemd's user units on Linux, launchd's agents on macOS.
import { execFile } from 'node:child_process'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { MachineError, messageOf, UserError } from '../../core/errors.ts'
import { projectRoot, stackDirectory } from '../../core/paths.ts'
import { down } from './daily.ts'
import type { DailyOptions } from './keeper.ts'
import { AGENT, launchdAgent, type ServicePlan, systemdEnvironment, systemdUnit, UNIT } from './service-files.ts'
import { variablesOfStack } from './started-with.ts'
import { dailyDirectory } from './state.ts'

const run = promisify(execFile)
const TIMEOUT_MS = 120_000
/** Beside the variables of the stack: where its files and programs are. */
const KEPT = ['PATH', 'HOME', 'LANG', 'DOCKER_HOST', 'XDG_DATA_HOME', 'XDG_CACHE_HOME'] as const
const OWN = /^(?:TELEMETRY_PROOF_|RELAY_)/

/** @returns what was done, in words. @throws MachineError when the service manager does not take it */
export async function installService(options: DailyOptions): Promise<string> {
  const plan = await planOf(options)
  if (process.platform === 'darwin') return installAgent(plan)
  if (process.platform !== 'linux')
    throw new MachineError(`${process.platform} has no service manager that is known here`)
  await writePrivately(plan.environmentFile, systemdEnvironment(plan))
  await writePrivately(unitFile(), systemdUnit(plan))
  try {
    await systemctl('daemon-reload')
    // The one that runs in the background would hold the ports.
    await down()
    await systemctl('enable', '--now', UNIT)
  } catch (error) {
    throw new MachineError(
      `the unit is written (${unitFile()}), but systemd does not take it: ${firstLine(error)}; where systemd runs for your user: systemctl --user enable --now ${UNIT} && loginctl enable-linger`,
    )
  }
  const lingers = await run('loginctl', ['enable-linger'], { timeout: TIMEOUT_MS }).then(
    () => 'it starts at every boot',
    (error: unknown) => `it starts when you log in (loginctl enable-linger failed: ${firstLine(error)})`,
  )
  return `The stack is a service of your user now (${unitFile()}): ${lingers}.`
}

/** @returns what was done, in words */
export async function removeService(): Promise<string> {
  const file = process.platform === 'darwin' ? agentFile() : unitFile()
  if (process.platform === 'darwin')
    await run('launchctl', ['bootout', `gui/${userInfo().uid}/${AGENT}`]).catch(() => {})
  else await systemctl('disable', '--now', UNIT).catch(() => {})
  await rm(file, { force: true })
  await rm(environmentFile(), { force: true })
  if (process.platform === 'linux') await systemctl('daemon-reload').catch(() => {})
  return `The stack is no service any more; what it stored stays in ${dailyDirectory()}.`
}

async function installAgent(plan: ServicePlan): Promise<string> {
  await writePrivately(agentFile(), launchdAgent(plan))
  await down()
  try {
    await run('launchctl', ['bootstrap', `gui/${userInfo().uid}`, agentFile()], { timeout: TIMEOUT_MS })
  } catch (error) {
    throw new MachineError(`the agent is written (${agentFile()}), but launchd does not take it: ${firstLine(error)}`)
  }
  return `The stack is an agent of your user now (${agentFile()}). This way has not been proven: it has been run on Linux only.`
}

async function planOf(options: DailyOptions): Promise<ServicePlan> {
  const names = await variablesOfStack(stackDirectory)
  const environment = Object.entries(process.env).filter(
    ([name]) => names.has(name) || OWN.test(name) || KEPT.some((kept) => kept === name),
  )
  return {
    ...options,
    node: process.execPath,
    command: join(projectRoot, 'bin/stack.ts'),
    projectRoot,
    environmentFile: environmentFile(),
    environment: Object.fromEntries(
      environment.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
  }
}

function unitFile(): string {
  return join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'systemd/user', UNIT)
}

function agentFile(): string {
  return join(homedir(), 'Library/LaunchAgents', `${AGENT}.plist`)
}

function environmentFile(): string {
  return join(dailyDirectory(), 'service.env')
}

async function systemctl(...words: string[]): Promise<void> {
  await run('systemctl', ['--user', ...words], { timeout: TIMEOUT_MS })
}

async function writePrivately(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text, { mode: 0o600 })
    await chmod(file, 0o600)
  } catch (error) {
    throw new UserError(`${file} cannot be written: ${messageOf(error)}`)
  }
}

/** Of a failed command what it said itself. */
function firstLine(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
  return (said.trim() || messageOf(error)).split('\n')[0] ?? ''
}
