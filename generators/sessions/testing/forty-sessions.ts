// Forty sessions full of private texts, and single ones, for the tests of what a session is made of.
import { versionProfiles } from '../../profiles.ts'
import { generateSession, type SessionOptions } from '../session.ts'

const startMs = 1_800_000_000_000
export const newest = versionProfiles['>=2.1.287']

export function session(options: Partial<SessionOptions> = {}) {
  return generateSession({ seed: 1, index: 0, startMs, profile: newest, ...options })
}

export const forty = Array.from({ length: 40 }, (_, index) => session({ index, planting: 'dense' }))
export const events = forty.flatMap((each) => each.events)
export const points = forty.flatMap((each) => each.metrics.flatMap(({ expected }) => expected))
