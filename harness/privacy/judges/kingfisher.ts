// The judge Kingfisher (Apache-2.0), offline: it never asks a provider whether a secret is valid, nor for a newer version of itself.
import { join } from 'node:path'
import { z } from 'zod'
import { cacheDirectory } from '../../../core/paths.ts'
import { fileOf, type Wheel } from '../packages/wheel.ts'
import { type Judge, linesOf, mustHaveEnded } from './judge.ts'

/** The last version with rules of its own only: from 2.0 on most are those of Betterleaks, and two judges would be one. */
const WHEEL: Wheel = {
  name: 'kingfisher-bin',
  version: '1.112.0',
  sha256: 'b4e95a485435d1d11fa4108be5b66038979a7d74b4ae55d5c3fc81248ce19b88',
  target: ['--platform', 'manylinux_2_17_x86_64'],
  file: 'kingfisher/bin/kingfisher',
  platform: 'linux-x64',
}

const OFFLINE = ['--no-validate', '--no-update-check']

const findingSchema = z.object({
  rule: z.object({ id: z.string() }),
  finding: z.object({ snippet: z.string(), line: z.number(), path: z.string() }),
})
const reportSchema = z.object({
  findings: z.array(findingSchema),
  metadata: z.object({ summary: z.object({ findings: z.number() }) }),
})

/** @throws MachineError with the reason where it cannot be had on this machine */
export async function kingfisher(progress: (message: string) => void): Promise<Judge> {
  const program = await fileOf(WHEEL, progress)
  const rules = join(cacheDirectory(), WHEEL.name, 'rules')
  return {
    name: 'kingfisher',
    version: WHEEL.version,
    scan: async (directory) => {
      const what = ['--git-history', 'none', '--confidence', 'low', '--no-dedup', '--no-ignore']
      const how = ['--quiet', '--format', 'json', '--jobs', '2', '--rule-cache-dir', rules]
      // 200: something was found. The report is one line.
      const lines = await linesOf({ program, args: ['scan', directory, ...OFFLINE, ...what, ...how], codes: [200] })
      mustHaveEnded(WHEEL.name, lines, (line) => reportSchema.safeParse(line).success)
      const { findings, metadata } = reportSchema.parse(lines[0])
      mustHaveEnded(WHEEL.name, [metadata.summary.findings], (count) => count === findings.length)
      return findings.map(({ rule, finding }) => {
        return { judge: 'kingfisher', rule: rule.id, file: finding.path, line: finding.line, match: finding.snippet }
      })
    },
  }
}
