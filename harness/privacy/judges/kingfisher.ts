// The judge Kingfisher (Apache-2.0), offline: it never asks a provider whether a secret is valid, nor for a newer version of itself.
import { join } from 'node:path'
import { z } from 'zod'
import { cacheDirectory } from '../../../core/paths.ts'
import { fileOf, type Wheel } from '../packages/wheel.ts'
import { type Judge, linesOf, mustHaveEnded } from './judge.ts'

const WHEEL: Wheel = {
  name: 'kingfisher-bin',
  version: '2.14.0',
  sha256: '50f2b9bc05560058c1e7712dd4493cbe145f415b753e76af84ee1bfc2f583799',
  target: ['--platform', 'manylinux_2_17_x86_64'],
  file: 'kingfisher/bin/kingfisher',
  platform: 'linux-x64',
}

const OFFLINE = ['--no-validate', '--no-update-check']

const lineSchema = z.object({
  rule: z.object({ id: z.string() }),
  finding: z.object({ snippet: z.string(), line: z.number(), path: z.string() }),
})

const endSchema = z.object({
  audit: z.object({
    summary: z.object({ scan_succeeded: z.literal(1), scan_partial: z.literal(0), scan_failed: z.literal(0) }),
  }),
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
      const how = ['--quiet', '--format', 'jsonl', '--jobs', '2', '--rule-cache-dir', rules]
      // 200: something was found.
      const lines = await linesOf({ program, args: ['scan', directory, ...OFFLINE, ...what, ...how], codes: [200] })
      mustHaveEnded(WHEEL.name, lines, (line) => endSchema.safeParse(line).success)
      return lines.flatMap((line) => {
        const parsed = lineSchema.safeParse(line)
        if (!parsed.success) return []
        const { rule, finding } = parsed.data
        return [{ judge: 'kingfisher', rule: rule.id, file: finding.path, line: finding.line, match: finding.snippet }]
      })
    },
  }
}
