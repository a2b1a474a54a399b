// Puts a canary into an export request at its position; everything around it is what the client might send.
import type { AnyValue, KeyValue, OtlpRequest, Resource, Scope } from '../../core/otlp/otlp.ts'
import type { Canary, Position } from './model/canary.ts'

const TIME = '1761000000000000000'

/** Keys that a sender may choose freely; the client's own texts have keys of their own. */
const KEYS: Partial<Record<Position, string>> = {
  prompt: 'prompt',
  prompt_text: 'prompt_text',
  response: 'response',
  error: 'error',
  tool_input: 'tool_input',
  tool_parameters: 'tool_parameters',
}

const string = (text: string): AnyValue => ({ stringValue: text })
const attribute = (key: string, value: AnyValue): KeyValue => ({ key, value })

/** Whether the position belongs to a data point or its metric. */
function isOfMetrics(position: Position): boolean {
  return ['metric name', 'data point attribute', 'exemplar attribute'].includes(position)
}

/** The request that carries this canary and nothing else that is private. @param mark an attribute by which the record is found again */
export function requestWith(canary: Canary, mark: string): OtlpRequest {
  return isOfMetrics(canary.position) ? metricsRequest(canary, mark) : logsRequest(canary, mark)
}

function resourceOf({ position, key = 'custom.note', text }: Canary): Resource {
  const own = position === 'resource attribute' ? [attribute(key, string(text))] : []
  return { attributes: [attribute('service.name', string('claude-code')), ...own] }
}

function scopeOf({ position, key = 'scope.note', text }: Canary): Scope {
  return {
    name: position === 'scope name' ? text : 'com.anthropic.claude_code.events',
    version: '2.1.197',
    ...(position === 'scope attribute' ? { attributes: [attribute(key, string(text))] } : {}),
  }
}

/** The attributes that carry the canary, where the record's attributes do. */
function carrying({ position, key = 'custom.note', text, rest }: Canary): KeyValue[] {
  const client = KEYS[position]
  if (client !== undefined) return [attribute(client, string(text))]
  switch (position) {
    case 'attribute':
      return [attribute(key, string(text)), ...(rest === undefined ? [] : [attribute(`${key}.rest`, string(rest))])]
    case 'attribute key':
      return [attribute(text, string('on'))]
    case 'nested map':
      return [
        attribute('nested', {
          kvlistValue: { values: [attribute(key, string(text)), attribute('n', { intValue: '1' })] },
        }),
      ]
    case 'nested array':
      return [attribute('list', { arrayValue: { values: [string('first'), string(text)] } })]
    case 'bytes value':
      return [attribute('raw', { bytesValue: Buffer.from(text).toString('base64') })]
    default:
      return []
  }
}

function logsRequest(canary: Canary, mark: string): OtlpRequest {
  const { position, text } = canary
  const record = {
    timeUnixNano: TIME,
    observedTimeUnixNano: TIME,
    severityNumber: 9,
    severityText: position === 'severity text' ? text : 'INFO',
    body: string(position === 'body' ? text : 'claude_code.user_prompt'),
    attributes: [
      attribute('event.name', string('user_prompt')),
      attribute('canary', string(mark)),
      ...carrying(canary),
    ],
  }
  return {
    resourceLogs: [{ resource: resourceOf(canary), scopeLogs: [{ scope: scopeOf(canary), logRecords: [record] }] }],
  }
}

function metricsRequest(canary: Canary, mark: string): OtlpRequest {
  const { position, key = 'custom.note', text } = canary
  const own = [attribute(key, string(text))]
  const point = {
    attributes: [attribute('canary', string(mark)), ...(position === 'data point attribute' ? own : [])],
    startTimeUnixNano: TIME,
    timeUnixNano: TIME,
    asInt: '1',
    ...(position === 'exemplar attribute'
      ? { exemplars: [{ timeUnixNano: TIME, asInt: '1', filteredAttributes: own }] }
      : {}),
  }
  const metric = {
    name: position === 'metric name' ? text : 'claude_code.session.count',
    unit: '1',
    sum: { dataPoints: [point], aggregationTemporality: 1, isMonotonic: true },
  }
  return {
    resourceMetrics: [{ resource: resourceOf(canary), scopeMetrics: [{ scope: scopeOf(canary), metrics: [metric] }] }],
  }
}
