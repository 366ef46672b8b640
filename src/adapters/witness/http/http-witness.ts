import { parseVkey } from '../../../domain/ledger/vkey.ts'
import { parseWitnessSize } from '../../../domain/ledger/witness.ts'
import type { Witness, WitnessAnswer } from '../../../ports/witness.ts'

const ANSWER_WITHIN_MS = 5_000
const MAX_ANSWER_BYTES = 64 * 1024
const FAULTS = { 403: 'untrusted', 404: 'unknown_log', 422: 'inconsistent' } as const

export interface HttpWitnessOptions {
  /** The submission prefix, without a slash at the end. */
  url: string
  /** Its verifier key in C2SP form, of the type of cosignatures. */
  key: string
  /** Milliseconds for one exchange; 5,000 by default. */
  withinMs?: number
}

/** A witness by HTTP (C2SP tlog-witness, `add-checkpoint`). Redirects are not followed. */
export function openHttpWitness({ url, key, withinMs = ANSWER_WITHIN_MS }: HttpWitnessOptions): Witness {
  return {
    key: parseVkey(key),
    async addCheckpoint(body) {
      try {
        const response = await fetch(`${url}/add-checkpoint`, {
          method: 'POST',
          body,
          headers: { 'content-type': 'text/plain; charset=utf-8' },
          redirect: 'manual',
          signal: AbortSignal.timeout(withinMs),
        })
        return answerOf(response, await readText(response))
      } catch {
        return { kind: 'unavailable' }
      }
    },
  }
}

function answerOf({ status, headers }: Response, body: string): WitnessAnswer {
  if (status === 200) return { kind: 'cosigned', lines: body }
  if (status === 409) {
    const isSize = headers.get('content-type')?.split(';')[0]?.trim() === 'text/x.tlog.size'
    const size = isSize ? parseWitnessSize(body) : null
    return size === null ? { kind: 'refused' } : { kind: 'conflict', size }
  }
  if (status >= 500 || status === 429) return { kind: 'unavailable' }
  return { kind: FAULTS[status as keyof typeof FAULTS] ?? 'refused' }
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) throw new RangeError('the answer of a witness is too long')
    chunks.push(chunk)
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
}
