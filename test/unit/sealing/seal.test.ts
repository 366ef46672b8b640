import { createDecipheriv } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SealContext, seal, sealedKeyId, UnsealError, unseal } from '../../../src/domain/sealing/seal.ts'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const context: fc.Arbitrary<SealContext> = fc.record({
  tenantId: fc.string({ unit: 'binary', maxLength: 20 }),
  subjectPseudonym: fc.string({ maxLength: 20 }),
  table: fc.string({ maxLength: 20 }),
  rowId: fc.string({ unit: 'binary', maxLength: 40 }),
  field: fc.string({ maxLength: 20 }),
})
const dataKey = fc.record({ keyId: fc.uuid(), key: bytes(32) })

describe('sealing', () => {
  it('gives back what was sealed, in the same context and under the same key', () => {
    fc.assert(
      fc.property(dataKey, context, bytes(12), fc.uint8Array({ maxLength: 300 }), (key, place, nonce, plaintext) => {
        const blob = seal(key, place, nonce, plaintext)
        expect(sealedKeyId(blob)).toBe(key.keyId)
        expect(Buffer.compare(unseal(key, place, blob), plaintext)).toBe(0)
        // Equal bytes in another object are the same key.
        expect(Buffer.compare(unseal({ ...key, key: Uint8Array.from(key.key) }, place, blob), plaintext)).toBe(0)
      }),
    )
  })

  it('does not open a blob that was moved, changed, or sealed under another key', () => {
    fc.assert(
      fc.property(
        dataKey,
        context,
        context,
        bytes(12),
        bytes(32),
        fc.nat(),
        (key, place, elsewhere, nonce, other, at) => {
          const blob = seal(key, place, nonce, Buffer.from('text'))
          fc.pre(JSON.stringify(place) !== JSON.stringify(elsewhere) && Buffer.compare(key.key, other) !== 0)
          expect(() => unseal(key, elsewhere, blob)).toThrow(UnsealError)
          expect(() => unseal({ keyId: key.keyId, key: other }, place, blob)).toThrow(UnsealError)
          const changed = Buffer.from(blob)
          changed[at % blob.length] = (changed[at % blob.length] ?? 0) ^ 1
          expect(() => unseal(key, place, changed)).toThrow(UnsealError)
        },
      ),
    )
  })

  it('keeps its format: version, key id, nonce, ciphertext, tag, and the context behind lengths as associated data', () => {
    const key = { keyId: '01938e2c-0000-7000-8000-00000000002a', key: Buffer.alloc(32, 7) }
    const place = { tenantId: 'dév', subjectPseudonym: 'sub_1', table: 'content', rowId: 'row', field: 'prompt' }
    const blob = seal(key, place, Buffer.alloc(12, 9), Buffer.from('hello'))
    expect(blob.subarray(0, 29).toString('hex')).toBe(`01${key.keyId.replaceAll('-', '')}${'09'.repeat(12)}`)
    const decipher = createDecipheriv('aes-256-gcm', key.key, blob.subarray(17, 29))
    const parts = ['dév', 'sub_1', key.keyId, 'content', 'row', 'prompt'].map((part) => Buffer.from(part))
    decipher.setAAD(Buffer.concat(parts.flatMap((part) => [Buffer.from([0, 0, 0, part.length]), part])))
    decipher.setAuthTag(blob.subarray(-16))
    expect(Buffer.concat([decipher.update(blob.subarray(29, -16)), decipher.final()]).toString()).toBe('hello')
  })
})
