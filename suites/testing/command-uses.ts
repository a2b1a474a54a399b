// The cheapest use of each command, and what it says and ends with.

export interface Use {
  /** FILE, RELAY and RUN stand for what the test has made. */
  readonly words: readonly string[]
  /** It goes on until it is stopped. */
  readonly endless?: boolean
  /** What it says on standard output, whole: of a slow reader. */
  readonly whole?: (text: string) => boolean
  /** Codes of an end by itself, in a place with nothing in it. */
  readonly codes: readonly number[]
}

const isJson = (text: string) => {
  JSON.parse(text)
  return true
}

/** The cheapest use of each command that writes to both outputs where it does. */
export const uses: Readonly<Record<string, Use>> = {
  'verify:platform': {
    words: ['--profile', 'smoke', '--only', 'platform', '--runtime', 'embedded', '--json'],
    whole: isJson,
    codes: [0],
  },
  controls: { words: ['--only', 'no-mask', '--json'], whole: isJson, codes: [0] },
  mutants: {
    words: ['--list', '--only', 'tools'],
    whole: (text) => text.includes('queries/tools.sql:column:1 '),
    codes: [0],
  },
  bench: { words: ['--only', 'stack-up', '--runs', '1', '--json'], whole: isJson, codes: [0, 1] },
  'stack up': { words: [], codes: [0] },
  'stack status': { words: ['--json'], whole: isJson, codes: [0, 1] },
  'stack down': { words: [], whole: (text) => text === 'No stack was running.\n', codes: [0] },
  'stack logs': { words: [], codes: [0, 1] },
  images: { words: ['--json'], codes: [0, 2] },
  'stack env': { words: [], whole: (text) => text.includes('OTEL_EXPORTER_OTLP_ENDPOINT'), codes: [0] },
  relay: { words: ['--grpc-port', '0', '--http-port', '0'], endless: true, codes: [] },
  dataset: {
    words: ['--sessions', '400', '--out', '-', '--start', '2026-01-01T00:00:00Z'],
    whole: (text) => text.trimEnd().split('\n').every(isJson) && text.length > 20_000_000,
    codes: [0],
  },
  // A file of thousands of events, to a relay that buffers them.
  'dataset load': { words: ['FILE', '--to', 'RELAY'], codes: [0] },
  // No stack runs that could be asked.
  'dataset check': { words: ['docs/datasets/small'], codes: [1, 2] },
  'dataset list': { words: ['--json'], codes: [1, 2] },
  'dataset unload': { words: ['week', '--dry-run'], codes: [1, 2] },
  lint: {
    words: ['--only', 'biome'],
    whole: (text) => /^1 passed, 0 failed$/m.test(text),
    codes: [0],
  },
  // A whole one, interrupted and resumed, is tried in suites/soak.test.ts.
  soak: { words: ['--resume', 'NOWHERE'], codes: [64] },
  doctor: { words: ['--json'], whole: isJson, codes: [0, 1] },
  query: { words: ['list'], whole: (text) => text.includes('session-trace'), codes: [0] },
  check: { words: ['RUN', '--json'], whole: isJson, codes: [0, 2] },
  'report merge': { words: ['RUN', '--out', 'MATRIX', '--json'], whole: isJson, codes: [0, 2] },
  test: { words: ['core/random.test.ts'], whole: (text) => /^\d+ passed, 0 failed$/m.test(text), codes: [0] },
}
