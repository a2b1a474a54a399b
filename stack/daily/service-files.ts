// What a service manager is told: a systemd user unit, or a launchd agent, that keeps the daily stack in the foreground.
import type { DailyOptions } from './keeper.ts'

export const UNIT = 'telemetry-proof.service'
export const AGENT = 'telemetry-proof'

export interface ServicePlan extends DailyOptions {
  /** The program that runs the command, and the command's file. */
  readonly node: string
  readonly command: string
  readonly projectRoot: string
  /** Where the environment stands, readable by its owner only: it may hold passwords. */
  readonly environmentFile: string
  readonly environment: Readonly<Record<string, string>>
}

function words({ node, command, kind, relay }: ServicePlan): string[] {
  return [node, command, 'up', '--foreground', '--runtime', kind, ...(relay ? [] : ['--no-relay'])]
}

/** systemd.service(5), systemd.exec(5). The keeper ends its services itself; what it leaves when it is killed goes with its group. */
export function systemdUnit(plan: ServicePlan): string {
  return `# Made by \`npm run stack -- service install\`.
[Unit]
Description=Telemetry stack: collector, ClickHouse and relay

[Service]
Type=exec
WorkingDirectory=${specifier(plan.projectRoot)}
EnvironmentFile=${specifier(plan.environmentFile)}
ExecStart=${words(plan).map(execWord).join(' ')}
Restart=on-failure
RestartSec=5
# Stopped by a person.
SuccessExitStatus=130 143
KillMode=mixed
TimeoutStopSec=90

[Install]
WantedBy=default.target
`
}

/** In the syntax of EnvironmentFile=. */
export function systemdEnvironment({ environment }: ServicePlan): string {
  return Object.entries(environment)
    .map(([name, value]) => `${name}="${value.replace(/[\\"`$]/g, String.raw`\$&`)}"\n`)
    .join('')
}

/** launchd.plist(5). */
export function launchdAgent(plan: ServicePlan): string {
  const text = (value: string) => `<string>${xml(value)}</string>`
  const variables = Object.entries(plan.environment)
    .map(([name, value]) => `    <key>${xml(name)}</key>${text(value)}\n`)
    .join('')
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>${text(AGENT)}
  <key>ProgramArguments</key>
  <array>
${words(plan)
  .map((word) => `    ${text(word)}\n`)
  .join('')}  </array>
  <key>WorkingDirectory</key>${text(plan.projectRoot)}
  <key>EnvironmentVariables</key>
  <dict>
${variables}  </dict>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>
  <key>ExitTimeOut</key><integer>90</integer>
</dict>
</plist>
`
}

/** A path in a unit: `%` begins a specifier there. */
function specifier(path: string): string {
  return path.replaceAll('%', '%%')
}

/** A word of ExecStart=: quoted, with what systemd would expand doubled. */
function execWord(word: string): string {
  const escaped = specifier(word).replaceAll('$', '$$$$').replace(/[\\"]/g, String.raw`\$&`)
  return /^[\w@/.:=-]+$/.test(word) ? word : `"${escaped}"`
}

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
