// Performance of the relay, each figure beside its limit: how fast it is against the collector alone, what it adds, and how much memory it takes.
import type { Definition } from '../../harness/scenario.ts'
import { relayMemory } from './relay-memory.ts'
import { relayRate } from './relay-rate.ts'

export const performance: readonly Definition[] = [
  {
    name: 'relay-rate',
    title: 'passes on at least half of what the collector takes directly, and adds little to the time of an answer',
    requirements: ['R11'],
    profile: 'full',
    run: relayRate,
  },
  {
    name: 'relay-memory',
    title:
      'keeps its memory while nobody takes a million events from it, and delivers a hundred thousand of them in seconds',
    requirements: ['R11', 'R12'],
    profile: 'full',
    run: relayMemory,
  },
]
