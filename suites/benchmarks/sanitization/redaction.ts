// The collector's own redaction processor with the two patterns that this project's first research proposed, in a collector of its own.
import { fromCache } from '../../../stack/runtime/embedded/cache.ts'
import { buildCollector, requireGo } from '../../../stack/runtime/embedded/go.ts'
import type { Processing } from './collector.ts'

const VERSION = '0.161.0'
const CORE = 'go.opentelemetry.io/collector'
const CONTRIB = 'github.com/open-telemetry/opentelemetry-collector-contrib'
const GIB = 1024 ** 3

/** Not the stack's: that has no such processor, and needs none. */
const MANIFEST = JSON.stringify({
  dist: {
    name: 'otelcol',
    module: 'telemetry-proof/redaction',
    description: 'OpenTelemetry Collector with the redaction processor, to compare with',
    version: VERSION,
  },
  receivers: [{ gomod: `${CORE}/receiver/otlpreceiver v${VERSION}` }],
  processors: [{ gomod: `${CONTRIB}/processor/redactionprocessor v${VERSION}` }],
  exporters: [
    { gomod: `${CORE}/exporter/nopexporter v${VERSION}` },
    { gomod: `${CONTRIB}/exporter/fileexporter v${VERSION}` },
  ],
  providers: ['env', 'file'].map((name) => ({ gomod: `${CORE}/confmap/provider/${name}provider v1.67.0` })),
})

const PATTERNS = ['(api_key|token|Authorization)=[^ ]+', '[a-z0-9+.-]+@[a-z0-9.-]+\\.[a-z]{2,}']

/** @throws MachineError when its collector can neither be found nor built */
export async function redaction(progress: (message: string) => void): Promise<Processing> {
  const { path } = await fromCache({
    name: 'otelcol-redaction',
    content: `${process.platform}-${process.arch}\n${MANIFEST}`,
    file: 'otelcol',
    neededBytes: 4 * GIB,
    progress,
    make: async (directory) => {
      await requireGo('the collector with the redaction processor', 'PATH')
      await buildCollector(MANIFEST, VERSION, directory, progress)
    },
  })
  const processor = { allow_all_keys: true, blocked_values: PATTERNS, summary: 'silent' }
  return { program: path, processors: { redaction: processor } }
}
