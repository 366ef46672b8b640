import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { CanaryScanner } from '../../support/canary-scanner.ts'

const value = 'Ann "Zoë" Lee +1 415 556 2671'
const scanner = new CanaryScanner([
  { label: 'first', value },
  { label: 'other', value: 'Quillfeather9Zqx' },
])
const utf8 = Buffer.from(value)
const hidden: [string, Buffer][] = [
  ['plain', utf8],
  ['plain', Buffer.from(value.toUpperCase().replace('Ë', 'ë'))],
  ['URL', Buffer.from(encodeURIComponent(value))],
  ['form', Buffer.from(new URLSearchParams([['k', value]]).toString())],
  ['JSON', Buffer.from(JSON.stringify([value]))],
  ['hex', Buffer.from(utf8.toString('hex').toUpperCase())],
  ['UTF-16LE', Buffer.from(value, 'utf16le')],
  ['UTF-16BE', Buffer.from(value, 'utf16le').swap16()],
  ['digits', Buffer.from('tel:14155562671')],
  ['sha256', createHash('sha256').update(utf8).digest()],
  ['md5 in hex', Buffer.from(createHash('md5').update(utf8).digest('hex'))],
  ...[0, 1, 2, 3, 4].map((shift): [string, Buffer] => [
    `base64 +${shift % 3}`,
    Buffer.from(Buffer.concat([Buffer.alloc(shift, 'x'), utf8, Buffer.from('tail')]).toString('base64')),
  ]),
  ['base64url +1', Buffer.from(Buffer.concat([Buffer.from('\u00ff?'), utf8]).toString('base64url'))],
]

describe('the search for canaries', () => {
  it.each(hidden)('finds a value written as %s, wherever it stands', (encoding, bytes) => {
    for (const before of [0, 1, 5000]) {
      const haystack = Buffer.concat([Buffer.alloc(before, 'z'), bytes, Buffer.alloc(before, 'y')])
      const findings = scanner.scan(haystack, 'here')
      expect(findings.map((finding) => finding.label)).toContain('first')
      if (!encoding.startsWith('base64url')) expect(findings.map((finding) => finding.encoding)).toContain(encoding)
    }
  })

  it('finds nothing where nothing is', () => {
    const near = ['Quillfeather9Zq', 'Quillfeather8Zqx', utf8.toString('latin1').slice(1), '4155562671']
    expect(scanner.scanText(near.join('\n'), 'here')).toEqual([])
    expect(scanner.scan(Buffer.alloc(0), 'here')).toEqual([])
    expect(scanner.scan(Buffer.from('An'), 'here')).toEqual([])
  })

  it('refuses a value too short to be told from chance', () => {
    expect(() => new CanaryScanner([{ label: 'short', value: 'zq7' }])).toThrow('too short')
  })
})
