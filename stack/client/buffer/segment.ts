// A file of parked requests as its owner sees it: what is durable in it, and how far it is delivered.

export interface Segment {
  readonly path: string
  /** Bytes that are on disk for certain; nothing beyond is read. */
  size: number
  /** Events in those bytes; 0 for what was found on disk and not read yet. */
  events: number
  /** Everything before it is delivered or set aside. */
  cursor: number
  /** Whether more may be appended. */
  open: boolean
  /** It was written before there was a policy, or under another one, and could not be masked on disk: it is when it is read. */
  readonly unmasked?: boolean
}

/** Where a parked request is. */
export interface Place {
  readonly segment: Segment
  readonly offset: number
}
