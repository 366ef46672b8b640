import { parseVkey } from '../domain/ledger/vkey.ts'
import { PalimpsestError } from '../errors.ts'

/** True for a C2SP verifier key of the type that cosigns. */
export function isCosignatureKey(text: string): boolean {
  try {
    return parseVkey(text).type === 'cosignature'
  } catch (error) {
    if (error instanceof PalimpsestError) return false
    throw error
  }
}
