// Performance of the relay, each figure beside its limit: how fast it is against the collector alone, what it adds, and how much memory it takes.
import type { Definition } from '../../harness/scenario.ts'
import { relayMemory } from './relay-memory.ts'
import { relayRate } from './relay-rate.ts'

export const performance: readonly Definition[] = [
  {
    name: 'relay-rate',
    title: 'reaches at least half the throughput of the collector alone, and adds little latency',
    requirements: ['R11'],
    profile: 'full',
    run: relayRate,
  },
  {
    name: 'relay-memory',
    title: 'keeps its memory bounded while it buffers a million events, and delivers a hundred thousand in seconds',
    requirements: ['R11', 'R12'],
    profile: 'full',
    run: relayMemory,
  },
]
