import { createHash, randomBytes, type X509Certificate } from 'node:crypto'
import { PalimpsestError } from '../../errors.ts'
import type { TimeStamper } from '../../ports/time-stamper.ts'
import { checkReply } from './check-reply.ts'
import { encodeRequest } from './request.ts'

const ANSWER_WITHIN_MS = 10_000
const MAX_ANSWER_BYTES = 64 * 1024

export interface HttpTimeStamperOptions {
  url: string
  certificates: readonly X509Certificate[]
  /** Milliseconds for one exchange; 10,000 by default. */
  withinMs?: number
}

/** A time stamp authority by HTTP (RFC 3161 section 3.4). Redirects are not followed. */
export function openHttpTimeStamper({
  url,
  certificates,
  withinMs = ANSWER_WITHIN_MS,
}: HttpTimeStamperOptions): TimeStamper {
  return {
    async stamp(bytes) {
      const nonce = randomBytes(16)
      // A positive integer in its shortest form.
      nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40
      const body = encodeRequest(createHash('sha256').update(bytes).digest(), nonce)
      const reply = await ask(url, body, withinMs)
      return { reply, time: checkReply(reply, { bytes, nonce, certificates }).time }
    },
  }
}

async function ask(url: string, body: Uint8Array, withinMs: number): Promise<Uint8Array> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: new Uint8Array(body),
      headers: { 'content-type': 'application/timestamp-query' },
      redirect: 'manual',
      signal: AbortSignal.timeout(withinMs),
    })
    const type = response.headers.get('content-type')?.split(';')[0]?.trim()
    if (response.status !== 200 || type !== 'application/timestamp-reply') throw unavailable()
    const chunks: Uint8Array[] = []
    let bytes = 0
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length
      if (bytes > MAX_ANSWER_BYTES) throw unavailable()
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } catch (cause) {
    throw unavailable(cause)
  }
}

function unavailable(cause?: unknown): PalimpsestError {
  return new PalimpsestError({
    code: 'time_stamp_unavailable',
    status: 503,
    message: 'The time stamp authority gave no reply: make sure that its address answers RFC 3161.',
    cause,
  })
}
