// The transport to a backend that a person named with a flag.
import { UsageError } from '../../../core/errors.ts'
import { grpcTransport } from './grpc.ts'
import { httpTransport, withoutPassword } from './http.ts'
import { inParts } from './in-parts.ts'
import type { Transport } from './transport.ts'

/**
 * @param backend `http://host:port` or `https://host:port` for OTLP over HTTP, `grpc://host:port` for gRPC without TLS
 * @param flag that a person gave it with
 * @throws UsageError naming the flag and what it takes
 */
export function transportTo(backend: string, flag: string): Transport {
  const url = URL.canParse(backend) ? new URL(backend) : undefined
  if (url !== undefined && (url.search !== '' || url.hash !== ''))
    throw new UsageError(
      `${flag} ${withoutPassword(backend)}: the signal's path comes at its end, so nothing may follow \`?\` or \`#\``,
    )
  if (url?.protocol === 'grpc:' && url.port !== '') return inParts(grpcTransport({ address: url.host }))
  if (url?.protocol === 'http:' || url?.protocol === 'https:') {
    const base = backend.replace(/\/+$/, '')
    return inParts(httpTransport({ urls: { logs: `${base}/v1/logs`, metrics: `${base}/v1/metrics` } }))
  }
  throw new UsageError(
    `${flag} ${withoutPassword(backend)}: must be like http://127.0.0.1:4318 or grpc://127.0.0.1:4317`,
  )
}
