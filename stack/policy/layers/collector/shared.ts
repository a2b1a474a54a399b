// What records share, their resource and scope, is masked with the first of them, as its guest: each copy of the rules takes time at the start.
import { ottl } from './ottl.ts'
import { besideName, HANGER, IDS, type Texts } from './texts.ts'

export const SHARED = {
  context: 'scope',
  map: 'resource.attributes',
  beside: ['resource.schema_url', 'scope.name', 'scope.version', 'scope.schema_url'],
  mapBeside: 'scope.attributes',
  hangOn: 'scope.attributes',
} as const satisfies Texts

const GUESTS = [
  { map: SHARED.map, prefix: 'telemetry.beside.resource.', cache: 'resource' },
  { map: SHARED.mapBeside, prefix: 'telemetry.beside.scope.', cache: 'scope' },
] as const

/** Not nil where what is shared has to be masked; true when its host is known. */
export const hangsShared = `${SHARED.hangOn}[${ottl(HANGER)}]`

/** The first record of a scope becomes the host: what is shared is searched with its texts. */
export function findHost(context: string, map: string): string[] {
  const cache = (name: string) => `${context}.cache["${name}"]`
  const hanger = `${map}[${ottl(HANGER)}]`
  const all = `Concat([${cache('text')}, ${cache('keys')}, ${cache('shared')}], "")`
  return [
    `set(${cache('shared')}, ${hangsShared}) where ${hangsShared} != nil and ${hangsShared} != true`,
    `set(${hanger}, "") where ${cache('shared')} != nil`,
    `set(${hanger}, ${all}) where ${cache('shared')} != nil and ${cache('shared')} != "" and ${cache('text')} != nil`,
    `set(${hangsShared}, true) where ${hangsShared} != nil`,
  ]
}

/** Puts what is shared into the host's map, each name behind a prefix; ids stay at home. */
export function comeIn(context: string, map: string): string[] {
  const isHost = `${context}.cache["isHost"] == true`
  return [
    `set(${context}.cache["isHost"], true) where ${hangsShared} != nil`,
    `delete_key(${SHARED.hangOn}, ${ottl(HANGER)})`,
    ...GUESTS.flatMap(({ map: home, prefix, cache }) => {
      const guests = `${context}.cache["${cache}"]`
      return [
        `set(${guests}, ${home})`,
        `delete_matching_keys(${guests}, ${ottl(IDS)})`,
        `replace_all_patterns(${guests}, "key", "^", ${ottl(prefix)})`,
        `merge_maps(${map}, ${guests}, "upsert")`,
      ].map((each) => `${each} where ${isHost}`)
    }),
    ...SHARED.beside.map(
      (path) => `set(${map}[${ottl(besideName(path))}], ${path}) where ${isHost} and ${path} != nil`,
    ),
  ]
}

/** And back. What was there is taken away first: should anything go wrong, it is missing instead of unmasked. */
export function goHome(context: string, map: string): string[] {
  return GUESTS.flatMap(({ map: home, prefix, cache }) => {
    const guests = `${context}.cache["${cache}"]`
    const pattern = ottl(`^${prefix.replaceAll('.', '\\.')}`)
    return [
      `set(${guests}, ${map})`,
      `keep_matching_keys(${guests}, ${pattern})`,
      `delete_matching_keys(${map}, ${pattern})`,
      `replace_all_patterns(${guests}, "key", ${pattern}, "")`,
      `keep_matching_keys(${home}, ${ottl(IDS)})`,
      `merge_maps(${home}, ${guests}, "upsert")`,
    ].map((each) => `${each} where ${context}.cache["isHost"] == true`)
  })
}
