// The ports that the daily stack publishes, read from compose.yaml, which names the variable of each.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface StackPort {
  readonly name: string
  readonly port: number
  readonly variable: string
}

const SERVICES = ['clickhouse', 'otel-collector', 'relay']

/** The ports of the services that `stack -- up` starts; the environment's variables count. */
export async function stackPorts(
  stackDirectory: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<StackPort[]> {
  const text = await readFile(join(stackDirectory, 'compose.yaml'), 'utf8').catch(() => '')
  const ports: StackPort[] = []
  let service = ''
  for (const line of text.split('\n')) {
    service = /^ {2}([a-z-]+):/.exec(line)?.[1] ?? service
    const [, variable, standard] = /^ +- \S*?\$\{(\w+):-(\d+)\}:\d+$/.exec(line) ?? []
    if (variable === undefined || !SERVICES.includes(service)) continue
    ports.push({ name: service, variable, port: Number(environment[variable] ?? standard) })
  }
  return ports
}
