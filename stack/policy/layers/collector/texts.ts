// Texts of a request that are masked together, and the names of attributes that the masks use meanwhile.
import { IDENTIFYING } from '../../identity.ts'

/** Texts whose plainness is looked at together. */
export interface Texts {
  readonly context: string
  readonly map: string
  /** Paths of texts beside the map. */
  readonly beside: readonly string[]
  /** A second map. */
  readonly mapBeside?: string
  /** The map that tells the next group what was found. */
  readonly hangOn: string
}

/** Where a group leaves for the next what it found. The guard takes it off what a client sends. */
export const HANGER = 'telemetry.mask'
export const IDS = `^(?:${IDENTIFYING.map((name) => name.replaceAll('.', '\\.')).join('|')})$`

/** The name of what stands among attributes while they are masked. */
export const besideName = (path: string) => `telemetry.beside.${nameOf(path)}`
/** A path as a name. */
export const nameOf = (path: string) => path.replaceAll('.', '_')
