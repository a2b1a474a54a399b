import { expect, test } from 'vitest'
import { ExitCode, UsageError } from '../../../core/errors.ts'
import { type RelayFlags, relayOptions, standardDirectory } from './relay-options.ts'

const flags: RelayFlags = {
  backend: 'http://127.0.0.1:4318',
  host: '127.0.0.1',
  grpcPort: '4319',
  httpPort: '4320',
  maxDisk: '4G',
  retryBase: '1000',
  parkedRetry: '30000',
}

test('what people leave out is what is documented', () => {
  expect(relayOptions(flags)).toMatchObject({
    host: '127.0.0.1',
    grpcPort: 4319,
    httpPort: 4320,
    directory: standardDirectory(),
    maxDiskBytes: 4 * 1024 ** 3,
    retryBaseMs: 1_000,
    parkedRetryMs: 30_000,
    transport: { name: 'http://127.0.0.1:4318' },
  })
})

test.each([
  ['0', 0],
  ['1000', 1_000],
  ['3K', 3 * 1024],
  ['500M', 500 * 1024 ** 2],
  ['2G', 2 * 1024 ** 3],
])('--max-disk %s is %i bytes', (maxDisk, bytes) => {
  expect(relayOptions({ ...flags, maxDisk }).maxDiskBytes).toBe(bytes)
})

test.each([
  ['http://collector:4318/', 'http://collector:4318'],
  ['https://example.org/otlp', 'https://example.org/otlp'],
  ['grpc://127.0.0.1:4317', '127.0.0.1:4317'],
  ['grpc://[::1]:4317', '[::1]:4317'],
  ['http://user:secret@collector:4318', 'http://collector:4318'],
])('--backend %s leads to %s', (backend, name) => {
  expect(relayOptions({ ...flags, backend }).transport.name).toBe(name)
})

const backend = 'must be like http://127.0.0.1:4318 or grpc://127.0.0.1:4317'
test.each<[string, Partial<RelayFlags>, string]>([
  ['no URL', { backend: '127.0.0.1:4318' }, `--backend 127.0.0.1:4318: ${backend}`],
  ['nothing', { backend: '' }, `--backend : ${backend}`],
  ['another protocol', { backend: 'ftp://here:21' }, `--backend ftp://here:21: ${backend}`],
  ['gRPC without a port', { backend: 'grpc://here' }, `--backend grpc://here: ${backend}`],
  [
    'a query',
    { backend: 'http://a:s@here:1?x' },
    "--backend http://here:1?x: the signal's path comes at its end, so nothing may follow `?` or `#`",
  ],
  [
    'its own port',
    { backend: 'http://localhost:4320' },
    '--backend http://localhost:4320: that is port 4320 of this relay itself',
  ],
  [
    'one port for both',
    { httpPort: '4319' },
    '--grpc-port and --http-port are both 4319: each needs a port of its own',
  ],
  ['no address', { host: '' }, '--host must name an address'],
  ['no number', { grpcPort: 'x' }, '--grpc-port x: must be a port'],
  ['a negative one', { grpcPort: '-1' }, '--grpc-port -1: must be a port'],
  ['too large a port', { grpcPort: '65536' }, '--grpc-port 65536: must be a port, at most 65535'],
  ['no number', { httpPort: '4320x' }, '--http-port 4320x: must be a port'],
  ['nothing', { httpPort: '' }, '--http-port : must be a port'],
  ['no directory', { dir: '' }, '--dir must name a directory'],
  ['another unit', { maxDisk: '4T' }, '--max-disk 4T: must be bytes, like 500M or 4G'],
  ['a fraction', { maxDisk: '1.5G' }, '--max-disk 1.5G: must be bytes, like 500M or 4G'],
  ['zero', { retryBase: '0' }, '--retry-base 0: must be milliseconds, at least 1'],
  ['seconds', { retryBase: '1s' }, '--retry-base 1s: must be milliseconds, at least 1'],
  ['a negative one', { parkedRetry: '-5' }, '--parked-retry -5: must be milliseconds, at least 1'],
])('a flag with %s is one line that names it, with the exit code of wrong usage: %j', (_, wrong, line) => {
  let failure: unknown
  try {
    relayOptions({ ...flags, ...wrong })
  } catch (error) {
    failure = error
  }
  expect(failure).toBeInstanceOf(UsageError)
  expect(failure).toMatchObject({ message: line, exitCode: ExitCode.usage })
})
