// Sentences of presidio-evaluator (MIT) with e-mail addresses and telephone numbers in them, fetched on demand and never kept in this
// repository. The sentences are theirs; the values come from our own Faker, seeded, in the forms of several countries.
import { readFile } from 'node:fs/promises'
import { base, de, en, en_AU, en_GB, en_US, es, Faker, fr, it, nl, pt_BR } from '@faker-js/faker'
import { forkSeed } from '../../../core/random.ts'
import { fileOf, type Wheel } from '../packages/wheel.ts'
import type { Sample } from './sample.ts'

const WHEEL: Wheel = {
  name: 'presidio-evaluator',
  version: '0.3.2',
  sha256: '57614fe604e52b78e6de25b767c59265886b93bbcdc6c7e43ab2657d3f6302be',
  target: ['--platform', 'any', '--python-version', '311'],
  file: 'presidio_evaluator/data_generator/raw_data/templates.txt',
}

const LOCALES = { us: en_US, gb: en_GB, au: en_AU, de, fr, es, it, nl, br: pt_BR }
const STYLES = ['international', 'national', 'human'] as const
const EACH = 12

interface Value {
  readonly rule: string
  readonly text: string
}

/** So many samples of each sentence and form. @throws MachineError where the sentences cannot be had on this machine */
export async function presidioSamples(seed: number, progress: (message: string) => void): Promise<Sample[]> {
  const text = await readFile(await fileOf(WHEEL, progress), 'latin1')
  return samplesFrom(text.split('\n'), seed)
}

export function samplesFrom(templates: readonly string[], seed: number): Sample[] {
  const fakers = Object.entries(LOCALES).map(([name, locale]) => ({
    name,
    faker: new Faker({ locale: [locale, en, base], seed: forkSeed(seed, `presidio/${name}`) }),
  }))
  const english = new Faker({ locale: [en, base], seed: forkSeed(seed, 'presidio') })
  const email = (): Value => ({ rule: 'email', text: english.internet.email() })
  const phones = fakers.flatMap(({ name, faker }) =>
    STYLES.map((style) => (): Value => ({ rule: `phone-${name}-${style}`, text: faker.phone.number({ style }) })),
  )
  return templates.flatMap((line) => {
    // Line breaks are written as an escape there.
    const template = line.trim().replaceAll('\\n', '\n').replaceAll('\\,', ',')
    if (template.includes('{{email}}')) return filled(template, 'email', email, english, EACH)
    if (template.includes('{{phone_number}}'))
      return phones.flatMap((phone) => filled(template, 'phone_number', phone, english, Math.ceil(EACH / 4)))
    return []
  })
}

function filled(template: string, blank: string, make: () => Value, other: Faker, count: number): Sample[] {
  return Array.from({ length: count }, (): Sample => {
    const { rule, text: secret } = make()
    let isFirst = true
    const syntax = template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
      if (name !== blank) return otherValue(name, other)
      // Where there are several, the first is judged; the others are of the same kind.
      const text = isFirst ? '{s}' : make().text
      isFirst = false
      return text
    })
    const kind = blank === 'email' ? 'email' : 'phone'
    return { rule, kind, syntax: template, sample: syntax.replace('{s}', () => secret), secret }
  })
}

function otherValue(name: string, faker: Faker): string {
  if (name.includes('name') || name === 'person') return faker.person.fullName()
  if (name === 'address' || name.includes('street')) return faker.location.streetAddress()
  if (name === 'credit_card_number') return faker.finance.creditCardNumber()
  return faker.word.noun()
}
