// telemetrygen, the generator of the OpenTelemetry project, built where none is at hand.
import { fromCache } from '../../../stack/runtime/embedded/cache.ts'
import { buildProgram, requireGo } from '../../../stack/runtime/embedded/go.ts'

const VERSION = '0.161.0'
const MODULE = `github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen@v${VERSION}`
const GIB = 1024 ** 3

/** @returns its path @throws MachineError when it can neither be found nor built */
export async function telemetrygen(progress: (message: string) => void): Promise<string> {
  const given = process.env.TELEMETRY_PROOF_TELEMETRYGEN
  if (given !== undefined && given !== '') return given
  const { path } = await fromCache({
    name: 'telemetrygen',
    content: `${process.platform}-${process.arch} ${VERSION}`,
    file: 'telemetrygen',
    neededBytes: GIB,
    progress,
    make: async (directory) => {
      await requireGo('telemetrygen', 'TELEMETRY_PROOF_TELEMETRYGEN')
      await buildProgram(MODULE, '', 'telemetrygen', directory, progress)
    },
  })
  return path
}
