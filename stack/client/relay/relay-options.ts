// The relay's flags and variables, checked.
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../../../core/errors.ts'
import { dataDirectory } from '../../../core/paths.ts'
import { withoutPassword } from '../transport/http.ts'
import { transportTo } from '../transport/to-url.ts'
import type { RelayOptions } from './relay.ts'

type FlagName = 'backend' | 'host' | 'grpcPort' | 'httpPort' | 'dir' | 'maxDisk' | 'retryBase' | 'parkedRetry'

/** As they were typed. */
export type RelayFlags = { readonly [name in FlagName]?: string | undefined }

/** Where parked requests are unless said otherwise: each user's own. */
export function standardDirectory(): string {
  return join(dataDirectory(), 'buffer')
}

const port = (flag: string) =>
  z
    .string()
    .regex(/^\d{1,5}$/, { error: (issue) => `${flag} ${String(issue.input)}: must be a port` })
    .transform(Number)
    .refine((number) => number <= 65_535, {
      error: (issue) => `${flag} ${String(issue.input)}: must be a port, at most 65535`,
    })

const milliseconds = (flag: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,6}$/, { error: (issue) => `${flag} ${String(issue.input)}: must be milliseconds, at least 1` })
    .transform(Number)

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }

const flagsSchema = z.object({
  backend: z.string().default('http://127.0.0.1:4318'),
  host: z.string().min(1, { error: '--host must name an address' }),
  grpcPort: port('--grpc-port'),
  httpPort: port('--http-port'),
  dir: z.string().min(1, { error: '--dir must name a directory' }).optional(),
  maxDisk: z
    .string()
    .regex(/^\d{1,12}[KMG]?$/, {
      error: (issue) => `--max-disk ${String(issue.input)}: must be bytes, like 500M or 4G`,
    })
    .transform((text) => Number.parseInt(text, 10) * (UNITS[/[KMG]$/.exec(text)?.[0] ?? ''] ?? 1)),
  retryBase: milliseconds('--retry-base'),
  parkedRetry: milliseconds('--parked-retry'),
})

/** @throws UsageError naming the flag and what it takes */
export function relayOptions(flags: RelayFlags): RelayOptions {
  const parsed = flagsSchema.safeParse(flags)
  if (!parsed.success) throw new UsageError(parsed.error.issues[0]?.message ?? 'wrong flags')
  const { backend, host, grpcPort, httpPort, dir, maxDisk, retryBase, parkedRetry } = parsed.data
  if (grpcPort !== 0 && grpcPort === httpPort)
    throw new UsageError(`--grpc-port and --http-port are both ${grpcPort}: each needs a port of its own`)
  const own = [grpcPort, httpPort].find((each) => each !== 0 && leadsTo(backend, host, each))
  if (own !== undefined)
    throw new UsageError(`--backend ${withoutPassword(backend)}: that is port ${own} of this relay itself`)
  return {
    host,
    grpcPort,
    httpPort,
    transport: transportTo(backend, '--backend'),
    directory: resolve(dir ?? standardDirectory()),
    maxDiskBytes: maxDisk,
    retryBaseMs: retryBase,
    parkedRetryMs: parkedRetry,
  }
}

function leadsTo(backend: string, host: string, port: number): boolean {
  const url = URL.canParse(backend) ? new URL(backend) : undefined
  return url?.port === String(port) && [host, '127.0.0.1', 'localhost', '[::1]', '0.0.0.0'].includes(url.hostname)
}
