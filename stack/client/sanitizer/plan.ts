// Where texts stand in an OTLP request, read off its schema: once by the numbers of its fields, once by their names.
import protobuf from 'protobufjs'
import { requestTypes, type Signal } from '../../../core/otlp/codec.ts'

/** `opaque` holds no text: numbers and ids. */
export type Content = Plan | 'text' | 'attribute' | 'value' | 'opaque'

export interface Plan {
  /** What is left out as one, where one of its texts says so. */
  readonly unit: 'event' | 'exemplar' | undefined
  readonly byNumber: ReadonlyMap<number, PlannedField>
  /** Both names that JSON may have. */
  readonly byName: ReadonlyMap<string, PlannedField>
}

export interface PlannedField {
  readonly content: Content
  /** Without any of these the message holds no events; then it is left out with them. */
  readonly holdsEvents: boolean
}

const EVENTS = [
  'LogRecord',
  'NumberDataPoint',
  'HistogramDataPoint',
  'ExponentialHistogramDataPoint',
  'SummaryDataPoint',
]

/** Every name that a field of OTLP has in JSON. */
export const knownNames: ReadonlySet<string> = namesOf()

const plans = new Map<protobuf.Type, Plan>()

export const requestPlans: Readonly<Record<Signal, Plan>> = {
  logs: planOf(requestTypes.logs),
  metrics: planOf(requestTypes.metrics),
}

function planOf(type: protobuf.Type): Plan {
  const known = plans.get(type)
  if (known) return known
  const unit = EVENTS.includes(type.name) ? 'event' : type.name === 'Exemplar' ? 'exemplar' : undefined
  const byNumber = new Map<number, PlannedField>()
  const byName = new Map<string, PlannedField>()
  const plan = { unit, byNumber, byName } as const
  plans.set(type, plan)
  for (const field of type.fieldsArray) {
    const content = contentOf(field.resolve())
    const planned = { content, holdsEvents: typeof content === 'object' && hasEvents(content) }
    byNumber.set(field.id, planned)
    byName.set(field.name, planned)
    byName.set(snakeCase(field.name), planned)
  }
  return plan
}

function namesOf(): Set<string> {
  const types = requestTypes.logs.root.nestedArray.flatMap((inner) => ('nestedArray' in inner ? inner.nestedArray : []))
  const fields = types.flatMap((type) => (type instanceof protobuf.Type ? type.fieldsArray : []))
  return new Set(fields.flatMap(({ name }) => [name, snakeCase(name)]))
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function contentOf({ type, resolvedType }: protobuf.Field): Content {
  if (!(resolvedType instanceof protobuf.Type)) return type === 'string' ? 'text' : 'opaque'
  if (resolvedType.name === 'KeyValue') return 'attribute'
  return resolvedType.name === 'AnyValue' ? 'value' : planOf(resolvedType)
}

function hasEvents(plan: Plan): boolean {
  return plan.unit === 'event' || [...plan.byNumber.values()].some(({ holdsEvents }) => holdsEvents)
}
