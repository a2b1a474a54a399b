// Where a fault can strike: two links, and the processes at their ends.

export const linkStages = ['client-collector', 'collector-clickhouse'] as const
/** The way from the client's end to the collector, and from the collector to ClickHouse. */
export type LinkStage = (typeof linkStages)[number]

/** Services of a stack, and what stands before it: a relay, a client with buffered exporters. */
export type ProcessStage = 'collector' | 'clickhouse' | 'toxiproxy' | 'relay' | 'client'

/** A stand-in for the collector that answers as it is told. */
export type BackendStage = 'backend'
