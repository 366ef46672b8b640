import { normaliseValue } from '../sealing/normalise-value.ts'
import type { ErasureRequest, Identifier } from './types.ts'

/** Most identifiers of one person, and characters of each and of a user id. */
export const MAX_IDENTIFIERS = 100
export const MAX_IDENTIFIER_LENGTH = 512

/** Text that is the same for two requests for the same person: the user id, or without one the set of identifiers. */
export function requestKey({ user, identifiers }: ErasureRequest): string {
  if (user !== null) return JSON.stringify(['user', user])
  return JSON.stringify(['identifiers', ...[...new Set(identifiers.map(identifierKey))].sort()])
}

/** What two requests for one person ask for together. */
export function mergeRequests(first: ErasureRequest, second: ErasureRequest): ErasureRequest {
  const identifiers = new Map([...first.identifiers, ...second.identifiers].map((one) => [identifierKey(one), one]))
  return {
    user: first.user ?? second.user,
    identifiers: [...identifiers.values()],
    reason: second.reason ?? first.reason,
  }
}

/** Whether the second one asks for more than the first. */
export function asksForMore(first: ErasureRequest, second: ErasureRequest): boolean {
  return mergeRequests(first, second).identifiers.length > new Set(first.identifiers.map(identifierKey)).size
}

function identifierKey({ type, value }: Identifier): string {
  return JSON.stringify([type, normaliseValue(type, value)])
}
