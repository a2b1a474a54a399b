// The ports that a stack publishes where they are not free to choose: each must be free, and no two may be the same.
import { ExitCode, UserError } from '../../core/errors.ts'
import { holderOf, isFree } from '../../core/ports.ts'
import type { ComposeService, PublishedPort } from './compose-file.ts'

/** @throws UserError that names every port that cannot be had, who holds it, and the variable that moves it */
export async function requireFixedPorts(services: readonly ComposeService[]): Promise<void> {
  const published = services.flatMap(({ name, ports }) => ports.map((port) => ({ service: name, ...port })))
  for (const [port, same] of Map.groupBy(published, ({ hostPort }) => hostPort)) {
    if (same.length > 1)
      throw new UserError(`${same.map(variableOf).join(' and ')} are both ${port}: give each a port of its own`)
  }
  const taken: string[] = []
  for (const { service, hostAddress, hostPort, variable } of published) {
    if (await isFree(hostAddress, hostPort)) continue
    const how = variable === undefined ? '' : `, ${variable} moves it`
    taken.push(`port ${hostPort} of ${service} is taken by ${await holderOf(hostPort)}${how}`)
  }
  if (taken.length > 0)
    throw new UserError(`${taken.join('; ')}: stop that, or give the stack other ports`, ExitCode.unknown)
}

function variableOf({ variable, containerPort }: PublishedPort): string {
  return variable ?? `the port published for ${containerPort}`
}
