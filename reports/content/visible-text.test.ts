// Text from outside can hide nothing.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clip, visibleLine, visibleText } from './visible-text.ts'

describe('visible text', () => {
  test('overrides, controls and zero-width characters become visible', () => {
    expect(visibleText('a\u202eb\u0000\u200b\u001b\ud800')).toBe('a\\u{202e}b\\u{0}\\u{200b}\\u{1b}\\u{d800}')
  })

  test('letters of any script, emoji, tabs and line feeds stay', () => {
    expect(visibleText('שלום 😀\n\tä')).toBe('שלום 😀\n\tä')
  })

  test('a line is one line', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[\n\r\u2028\u2029]/.test(visibleLine(text))))
  })

  test('clipping counts what it leaves out and breaks no character', () => {
    expect(clip('abcdef', 4)).toBe('abcd… (2 more characters)')
    expect(clip('abc😀', 4)).toBe('abc… (2 more characters)')
    expect(clip('abc', 3)).toBe('abc')
  })
})
