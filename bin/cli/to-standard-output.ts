// Standard output as a stream of its own.
import { Writable } from 'node:stream'

/** Waits for a slow reader, and never ends it: other words may follow. */
export function toStandardOutput(): Writable {
  return new Writable({ write: (chunk, _encoding, done) => void process.stdout.write(chunk, done) })
}
