import { expect, test } from 'vitest'
import type { AnyValue } from '../core/otlp/otlp.ts'
import { renderValue } from './render.ts'

const cases: readonly (readonly [string, AnyValue, string])[] = [
  ['a string as it is', { stringValue: 'a "b" <c> & \n' }, 'a "b" <c> & \n'],
  ['a truth value in words', { boolValue: false }, 'false'],
  ['an integer beyond 2^53 with every digit', { intValue: '9223372036854775807' }, '9223372036854775807'],
  ['an integer given as a number', { intValue: 5 }, '5'],
  ['an integral double without a point', { doubleValue: 3 }, '3'],
  ['a double with its shortest digits', { doubleValue: 0.010870000000000001 }, '0.010870000000000001'],
  ['a small double with an exponent of one digit', { doubleValue: 1e-7 }, '1e-7'],
  ['a large double with an exponent', { doubleValue: 1e21 }, '1e+21'],
  ['a double just below that in full', { doubleValue: 1e20 }, '100000000000000000000'],
  ['minus zero', { doubleValue: -0 }, '-0'],
  ['not a number', { doubleValue: Number.NaN }, 'NaN'],
  ['an infinity', { doubleValue: Number.NEGATIVE_INFINITY }, '-Infinity'],
  ['bytes in base64', { bytesValue: 'AQI=' }, 'AQI='],
  ['an empty list', { arrayValue: {} }, '[]'],
  [
    'a map as JSON: keys sorted, the last of equal keys, no HTML escapes',
    {
      kvlistValue: {
        values: [
          { key: 'b', value: { stringValue: '<&>\u2028' } },
          { key: 'a', value: { intValue: '1' } },
          { key: 'a', value: { arrayValue: { values: [{ boolValue: true }, { doubleValue: 0.5 }] } } },
        ],
      },
    },
    '{"a":[true,0.5],"b":"<&>\\u2028"}',
  ],
  [
    'a list with an infinity in it as nothing',
    { arrayValue: { values: [{ doubleValue: Number.POSITIVE_INFINITY }] } },
    '',
  ],
]

test.each(cases)('renders %s', (_, value, rendered) => {
  expect(renderValue(value)).toBe(rendered)
})
