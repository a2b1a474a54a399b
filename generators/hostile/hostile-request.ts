// One request of an unkind stranger.

export interface HostileRequest {
  /** What it is, for people. */
  readonly what: string
  /** Whether every OTLP endpoint must take it. */
  readonly valid: boolean
  readonly way: 'http' | 'grpc'
  readonly to: 'collector' | 'relay'
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Its records' session; no other request has it. */
  readonly session: string
  /** How many records must be stored if it is acknowledged. */
  readonly records: number
}
