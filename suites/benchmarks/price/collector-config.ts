// The collector's configuration as data: read from the stack's own file, edited, and written back.
import { stringify } from 'yaml'
import { z } from 'zod'
import { parseYaml } from '../../../core/yaml-file.ts'
import type { Edit } from './edit.ts'

const component = z.looseObject({}).nullable()

const pipelineSchema = z.looseObject({
  receivers: z.array(z.string()),
  processors: z.array(z.string()).default([]),
  exporters: z.array(z.string()),
})

const statementsSchema = z.array(z.looseObject({ context: z.string(), statements: z.array(z.string()) }))

const collectorSchema = z.looseObject({
  extensions: z.record(z.string(), component),
  receivers: z.record(z.string(), component),
  processors: z.record(z.string(), component),
  connectors: z.record(z.string(), component).default({}),
  exporters: z.record(z.string(), component),
  service: z.looseObject({
    extensions: z.array(z.string()),
    pipelines: z.record(z.string(), pipelineSchema),
  }),
})

export type CollectorConfig = z.infer<typeof collectorSchema>
export type Pipelines = CollectorConfig['service']['pipelines']

const FILE = 'collector/config.yaml'

/** @throws UserError with the line when it is no configuration of a collector */
export function parseCollectorConfig(text: string): CollectorConfig {
  return parseYaml(text, `stack/${FILE}`, collectorSchema)
}

/** The statements of a transform processor for one signal. @throws ZodError when it has another shape */
export function statementsOf(processor: unknown, signal: 'log' | 'metric') {
  const key = `${signal}_statements` as const
  return statementsSchema.parse(z.looseObject({ [key]: z.unknown() }).parse(processor)[key])
}

/** An edit of the configuration as data; comments and anchors are gone afterwards, which changes nothing of what it says. */
export function configEdit(change: (config: CollectorConfig) => CollectorConfig): Edit {
  return { file: FILE, change: (text) => stringify(change(parseCollectorConfig(text))) }
}
