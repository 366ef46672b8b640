import { createHash } from 'node:crypto'

/** Milliseconds that a reference starts a workflow. */
export const REFERENCE_FOR_MS = 24 * 3_600_000

const REFERENCE = /^erasure_[A-Za-z0-9_-]{43}$/

/** What starts an erasure in place of its identifiers. @param random 32 bytes. */
export function formatReference(random: Uint8Array): string {
  return `erasure_${Buffer.from(random).toString('base64url')}`
}

export function isReference(text: unknown): text is string {
  return typeof text === 'string' && REFERENCE.test(text)
}

/** What is stored of a reference: SHA-256. Its 256 random bits cannot be found from that. */
export function referenceDigest(reference: string): Buffer {
  return createHash('sha256').update(reference, 'utf8').digest()
}
