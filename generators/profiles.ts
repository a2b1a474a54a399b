// What differs between versions of the CLI, as far as telemetry shows it.

export interface VersionProfile {
  readonly name: string
  /** One version of the range, as it stands in service.version and in the scopes. */
  readonly version: string
  /** Every number of an event is sent as a string. */
  readonly numbersAsStrings: boolean
  /** The event assistant_response exists (from 2.1.193 on). */
  readonly assistantResponse: boolean
  /** The newest keys exist: prompt_text, ttft_ms, client_request_id, message.uuid. */
  readonly newestKeys: boolean
}

/** The versions that the generator imitates, oldest first; the key is the range of versions. */
export const versionProfiles = {
  '<=2.1.121': {
    name: '<=2.1.121',
    version: '2.1.121',
    numbersAsStrings: true,
    assistantResponse: false,
    newestKeys: false,
  },
  '2.1.122-192': {
    name: '2.1.122-192',
    version: '2.1.176',
    numbersAsStrings: false,
    assistantResponse: false,
    newestKeys: false,
  },
  '2.1.193-286': {
    name: '2.1.193-286',
    version: '2.1.197',
    numbersAsStrings: false,
    assistantResponse: true,
    newestKeys: false,
  },
  '>=2.1.287': {
    name: '>=2.1.287',
    version: '2.1.294',
    numbersAsStrings: false,
    assistantResponse: true,
    newestKeys: true,
  },
} as const satisfies Record<string, VersionProfile>

/** All profiles, oldest first: a load without a profile takes them in turn. */
export const allProfiles: readonly VersionProfile[] = Object.values(versionProfiles)

/** The profile for a position in a mixed load. */
export function profileAt(index: number): VersionProfile {
  return allProfiles[index % allProfiles.length] ?? versionProfiles['>=2.1.287']
}
