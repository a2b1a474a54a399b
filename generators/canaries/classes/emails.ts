// E-mail addresses as they stand in texts: with tags, escapes and letters of other languages, at domains that belong to nobody.
import type { CanaryClass, Form } from '../model/canary.ts'
import type { Draw } from '../model/draw.ts'

const DOMAINS = [
  'example.com',
  'example.org',
  'mail.example.net',
  'dev-team.example.co.uk',
  'sub.dept.example.io',
] as const
const FIRST = ['jane', 'omar', 'li', 'sofia', 'piotr', 'anna', 'kofi', 'mary', 'raj', 'emil'] as const

/** The letters at its end make it unique. */
function local(draw: Draw): string {
  return `${draw.pick(FIRST)}${draw.pick(['.', '_', '-', ''])}${draw.of('lower', 7)}${draw.chance(30) ? draw.digits(2) : ''}`
}

export function plainEmail(draw: Draw): string {
  return `${local(draw)}@${draw.pick(DOMAINS)}`
}

/** @param frame `ADDRESS` stands for itself in it */
function email(id: string, make: (draw: Draw) => string, frame = 'ADDRESS', keep: readonly string[] = []): CanaryClass {
  const form: Form = frame === 'ADDRESS' ? 'word' : 'line'
  return {
    id,
    kind: 'email',
    form,
    build: (draw) => {
      const secret = make(draw)
      return { text: frame.replace('ADDRESS', () => secret), secret, keep }
    },
  }
}

export const emailClasses: readonly CanaryClass[] = [
  email('email/plain', plainEmail),
  email('email/upper', (draw) => plainEmail(draw).toUpperCase()),
  email('email/plus-tag', (draw) => `${local(draw)}+${draw.word()}@${draw.pick(DOMAINS)}`),
  email('email/percent-encoded', (draw) => plainEmail(draw).replace('@', '%40')),
  email('email/percent-plus', (draw) => `${local(draw)}%2B${draw.word()}%40${draw.pick(DOMAINS)}`),
  email('email/long-domain', (draw) => `${local(draw)}@mx.${draw.of('lower', 6)}.example.photography`),
  email(
    'email/non-ascii-local',
    (draw) => `${draw.pick(['jörg', 'zoë', 'łukasz', 'éva', 'иван'])}.${draw.of('lower', 7)}@example.de`,
  ),
  email('email/non-ascii-domain', (draw) => `${local(draw)}@${draw.pick(['bücher', 'señal', 'exämple'])}.example`),
  email('email/punycode', (draw) => `${local(draw)}@xn--bcher-kva.example`),
  email('email/apostrophe', (draw) => `o'${draw.of('lower', 9)}@example.ie`),
  email('email/digits', (draw) => `${draw.number(10)}@example.com`),
  email('email/mailto', plainEmail, '<a href="mailto:ADDRESS?subject=hello">write</a>', ['mailto:', 'subject=hello']),
  email('email/angle', plainEmail, 'From: Someone <ADDRESS>', ['From:']),
  email('email/git-trailer', plainEmail, 'Signed-off-by: Someone <ADDRESS>', ['Signed-off-by:']),
  email('email/json', plainEmail, '{"to":["ADDRESS"],"cc":[]}', ['to', 'cc']),
  email('email/list', plainEmail, 'cc=ADDRESS;subject=x', ['subject=x']),
  email('email/sql', plainEmail, "SELECT id FROM users WHERE email = 'ADDRESS' LIMIT 1", [
    'SELECT id FROM users',
    'LIMIT 1',
  ]),
  email('email/log', plainEmail, 'level=info user=ADDRESS status=200', ['level=info', 'status=200']),
  email('email/sentence-end', plainEmail, 'the owner is ADDRESS.', ['the owner is']),
]
