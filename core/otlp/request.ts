// The edge where JSON of unknown origin becomes an OTLP request.
import { UsageError } from '../errors.ts'
import type { OtlpRequest } from './otlp.ts'

/**
 * Accepts an export request of logs or metrics; looks at the outermost key only, valid OTLP may hold anything inside.
 * @throws UsageError naming `source` when it is neither
 */
export function otlpRequest(value: unknown, source: string): OtlpRequest {
  if (isOtlpRequest(value)) return value
  throw new UsageError(`${source}: not an OTLP export request of logs or metrics (no resourceLogs, no resourceMetrics)`)
}

function isOtlpRequest(value: unknown): value is OtlpRequest {
  if (typeof value !== 'object' || value === null) return false
  if ('resourceLogs' in value) return Array.isArray(value.resourceLogs)
  return 'resourceMetrics' in value && Array.isArray(value.resourceMetrics)
}
