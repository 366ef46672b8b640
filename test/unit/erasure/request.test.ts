import { describe, expect, it } from 'vitest'
import { formatReference, isReference, referenceDigest } from '../../../src/domain/erasure/reference.ts'
import { asksForMore, mergeRequests, requestKey } from '../../../src/domain/erasure/request.ts'
import type { ErasureRequest } from '../../../src/domain/erasure/types.ts'

const email = (value: string) => ({ type: 'EMAIL_ADDRESS', value })
const request = (user: string | null, ...values: string[]): ErasureRequest => ({
  user,
  identifiers: values.map(email),
  reason: null,
})

describe('a request to be erased', () => {
  it('is for the same person where the user is, whatever the identifiers are', () => {
    expect(requestKey(request('ann', 'a@x.org'))).toBe(requestKey(request('ann', 'b@x.org')))
    expect(requestKey(request('ann'))).not.toBe(requestKey(request('ben')))
  })

  it('without a user is for the same person where the identifiers are, in any order and spelling', () => {
    expect(requestKey(request(null, 'a@x.org', 'B@x.org'))).toBe(requestKey(request(null, 'b@X.org', 'a@x.org')))
    expect(requestKey(request(null, 'a@x.org'))).not.toBe(requestKey(request(null, 'a@x.org', 'b@x.org')))
    expect(requestKey(request('a@x.org'))).not.toBe(requestKey(request(null, 'a@x.org')))
  })

  it('asks for more only with an identifier that the one before has not', () => {
    const first = request('ann', 'a@x.org')
    expect(asksForMore(first, request('ann'))).toBe(false)
    expect(asksForMore(first, request('ann', 'A@X.org'))).toBe(false)
    expect(asksForMore(first, request('ann', 'b@x.org'))).toBe(true)
    expect(mergeRequests(first, request('ann', 'b@x.org')).identifiers).toEqual([email('a@x.org'), email('b@x.org')])
  })
})

describe('a reference', () => {
  it('has a form of its own, so that an identifier is never taken for one', () => {
    const reference = formatReference(Buffer.alloc(32, 7))
    expect(isReference(reference)).toBe(true)
    for (const other of ['ann', 'ann@x.org', '', 7, null, undefined, {}, `${reference}x`, reference.slice(1)]) {
      expect(isReference(other)).toBe(false)
    }
  })

  it('is stored as what it cannot be found from', () => {
    const reference = formatReference(Buffer.alloc(32, 7))
    expect(referenceDigest(reference)).toHaveLength(32)
    expect(referenceDigest(reference)).not.toEqual(referenceDigest(formatReference(Buffer.alloc(32, 8))))
  })
})
