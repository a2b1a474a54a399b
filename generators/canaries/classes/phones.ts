// Telephone numbers: international (ITU-T E.164, written as E.123 says and as people do) and in the forms of countries.
import type { CanaryClass, Form } from '../model/canary.ts'
import type { Draw } from '../model/draw.ts'

/** `#` is a digit, `N` one from 2 to 9; everything else stands for itself. */
function fill(draw: Draw, form: string): string {
  return form.replace(/[#N]/g, (mark) => (mark === '#' ? draw.digits(1) : draw.from('23456789', 1)))
}

const INTERNATIONAL = [
  ['us', '+1 N## N## ####'],
  ['gb', '+44 20 7### ####'],
  ['gb-mobile', '+44 7### ######'],
  ['de', '+49 30 N#######'],
  ['de-mobile', '+49 17N #######'],
  ['fr', '+33 N ## ## ## ##'],
  ['it', '+39 06 N### ####'],
  ['es', '+34 9## ### ###'],
  ['nl', '+31 20 ### ####'],
  ['be', '+32 4## ## ## ##'],
  ['ch', '+41 44 ### ## ##'],
  ['at', '+43 1 N######'],
  ['se', '+46 8 ### ### ##'],
  ['dk', '+45 N# ## ## ##'],
  ['pl', '+48 N## ### ###'],
  ['pt', '+351 9## ### ###'],
  ['ie', '+353 1 N## ####'],
  ['fi', '+358 40 ### ####'],
  ['in', '+91 9#### #####'],
  ['cn', '+86 13# #### ####'],
  ['jp', '+81 3 #### ####'],
  ['kr', '+82 2 #### ####'],
  ['au', '+61 4## ### ###'],
  ['br', '+55 11 9#### ####'],
  ['mx', '+52 55 #### ####'],
  ['za', '+27 82 ### ####'],
  ['il', '+972 5#-###-####'],
  ['ae', '+971 50 ### ####'],
  ['sg', '+65 9### ####'],
  ['ua', '+380 67 ### ## ##'],
] as const

/** As the country itself writes them. With no country code in them, a word beside them tells what they are. */
const NATIONAL = [
  ['us-parentheses', '(N##) N##-####'],
  ['us-hyphens', 'N##-N##-####'],
  ['us-dots', 'N##.N##.####'],
  ['us-blanks', 'N## N## ####'],
  ['us-one', '1-N##-N##-####'],
  ['us-parentheses-tight', '(N##)N##-####'],
  ['gb-london', '020 7### ####'],
  ['gb-mobile', '07### ######'],
  ['gb-parentheses', '(01N##) ######'],
  ['de-blank', '030 N#######'],
  ['de-slash', '0171/#######'],
  ['de-hyphen', '089-N#######'],
  ['fr-blanks', '06 ## ## ## ##'],
  ['fr-dots', '01.##.##.##.##'],
  ['it', '06 N### ####'],
  ['es', '9## ## ## ##'],
  ['nl', '06-########'],
  ['au', '(02) N### ####'],
  ['jp', '03-####-####'],
  ['br', '(11) 9####-####'],
  ['in', '0#####-#####'],
] as const

function phone(
  id: string,
  form: Form,
  make: (draw: Draw) => string,
  frame = 'NUMBER',
  keep: readonly string[] = [],
): CanaryClass {
  return {
    id: `phone/${id}`,
    kind: 'phone',
    form,
    build: (draw) => {
      const secret = make(draw)
      return { text: frame.replace('NUMBER', () => secret), secret, keep }
    },
  }
}

const compact = (form: string) => form.replace(/[ -]/g, '')
const some = (draw: Draw) => draw.pick(INTERNATIONAL)[1]

export const phoneClasses: readonly CanaryClass[] = [
  ...INTERNATIONAL.map(([id, form]) => phone(`international/${id}`, 'line', (draw) => fill(draw, form))),
  phone('international/compact', 'word', (draw) => fill(draw, compact(some(draw)))),
  phone('international/hyphens', 'word', (draw) => fill(draw, some(draw).replaceAll(' ', '-'))),
  phone('international/dots', 'word', (draw) => fill(draw, some(draw).replaceAll(/[ -]/g, '.'))),
  phone('international/us-parentheses', 'line', (draw) => fill(draw, '+1 (N##) N##-####')),
  phone('international/trunk-zero', 'line', (draw) => fill(draw, '+44 (0)20 7### ####')),
  phone('international/double-zero', 'line', (draw) => fill(draw, some(draw).replace('+', '00'))),
  phone('international/narrow-blanks', 'line', (draw) => fill(draw, some(draw)).replaceAll(' ', '\u00a0')),
  phone('uri/tel', 'line', (draw) => fill(draw, compact(some(draw))), '<a href="tel:NUMBER">call</a>', [
    'tel:',
    'call',
  ]),
  phone('uri/tel-hyphens', 'line', (draw) => fill(draw, '+1-N##-N##-####'), 'tel:NUMBER', ['tel:']),
  phone('extension', 'line', (draw) => fill(draw, '+1 N## N## ####'), 'NUMBER ext. 42'),
  phone('json', 'line', (draw) => fill(draw, compact(some(draw))), '{"phone":"NUMBER","lines":2}', ['lines']),
  phone('csv', 'line', (draw) => fill(draw, some(draw)), 'id,7,NUMBER,active', ['active']),
  ...NATIONAL.map(([id, form]) => phone(`national/${id}`, 'line', (draw) => fill(draw, form), 'phone: NUMBER')),
  ...NATIONAL.slice(0, 3).map(([id, form]) => phone(`alone/${id}`, 'line', (draw) => fill(draw, form))),
]
