// What the engine says of the containers of a stack; the embedded runtime has none, and its scenarios are skipped.
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import type { Context, Outcome } from '../../harness/scenario.ts'
import type { ContainerFacts, Containers, Stack } from '../../stack/runtime/runtime.ts'

type Work = (experiment: Experiment, containers: Containers) => Promise<void>

/** On the shared stack, or skipped where it runs no containers. */
export async function onContainers(context: Context, mark: string, work: Work): Promise<Outcome> {
  if (context.runtime === 'embedded') return noContainers
  const stack = await context.stack()
  const { containers } = stack
  if (!containers) return noContainers
  return runExperiment(context, { mark }, (experiment) => work(experiment, containers), stack)
}

/** On the spare stack, or skipped. */
export async function onSpareContainers(
  context: Context,
  mark: string,
  work: (experiment: Experiment, containers: Containers, stack: Stack) => Promise<void>,
): Promise<Outcome> {
  if (context.runtime === 'embedded') return noContainers
  const stack = await context.spareStack()
  const { containers } = stack
  if (!containers) return noContainers
  return runExperiment(
    context,
    { mark, rules: { counters: false } },
    (experiment) => work(experiment, containers, stack),
    stack,
  )
}

export const noContainers = { skipped: 'the embedded runtime has no containers' } as const

export async function factsBy(containers: Containers): Promise<(service: string) => ContainerFacts> {
  const facts = new Map((await containers.facts()).map((fact) => [fact.service, fact]))
  return (service) => {
    const fact = facts.get(service)
    if (!fact) throw new Error(`the engine knows no container of ${service}`)
    return fact
  }
}

export function shown({ kind, source, target, readOnly }: ContainerFacts['mounts'][number]): string {
  // A volume's name begins with the project's, a file's path with the checkout's.
  const name = kind === 'volume' ? source.replace(/^.*_/, '') : source.replace(/^.*\//, '')
  return `${kind} ${name} ${target}${readOnly ? ' read-only' : ''}`
}
