// Words as texts have them: few are used often, most seldom, so that what is written compresses like what people write.
import { base, en, type Faker } from '@faker-js/faker'

/** A word that the policy acts upon would make a private text where none is meant; as long, so that nothing else changes. */
const IN_PLACE_OF: Readonly<Record<string, string>> = { secret: 'sector' }

const listOf = (list: readonly string[] | null | undefined, name: string): readonly string[] => {
  if (!list || list.length === 0) throw new Error(`the locale has no ${name}`)
  return list.map((word) => IN_PLACE_OF[word] ?? word)
}

const lists = {
  noun: listOf(en.word?.noun, 'nouns'),
  verb: listOf(en.word?.verb, 'verbs'),
  adjective: listOf(en.word?.adjective, 'adjectives'),
  abbreviation: listOf(base.hacker?.abbreviation, 'abbreviations'),
} as const

/** The larger, the more the first words of a list are preferred. */
const PREFERENCE = 2.2

export interface Words {
  readonly faker: Faker
  noun(): string
  verb(): string
  adjective(): string
  abbreviation(): string
  /** `camelCase`, of one to three words. */
  identifier(): string
  /** `PascalCase`. */
  type(): string
  one<T>(all: readonly T[]): T
}

export function wordsOf(faker: Faker): Words {
  const preferred = (list: readonly string[]) =>
    list[Math.floor(list.length * faker.number.float() ** PREFERENCE)] ?? list[0] ?? ''
  const noun = () => preferred(lists.noun)
  const verb = () => preferred(lists.verb)
  const capital = (word: string) => plain(word).replace(/^./, (first) => first.toUpperCase())
  return {
    faker,
    noun,
    verb,
    adjective: () => preferred(lists.adjective),
    abbreviation: () => preferred(lists.abbreviation),
    identifier: () => {
      const first = plain(faker.datatype.boolean(0.6) ? verb() : noun())
      return first + Array.from({ length: faker.number.int({ min: 0, max: 2 }) }, () => capital(noun())).join('')
    },
    type: () => capital(noun()) + capital(noun()),
    one: (all) => faker.helpers.arrayElement(all),
  }
}

/** Letters only: a hyphen is no part of a name. */
function plain(word: string): string {
  return word.replace(/[^a-z]/gi, '').toLowerCase() || 'value'
}
