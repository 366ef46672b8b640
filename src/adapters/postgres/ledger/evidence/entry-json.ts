import { toBase64 } from '../../../../domain/ledger/bytes.ts'
import { envelopeToJson } from '../../../../domain/ledger/envelope-json.ts'
import type { Openings } from '../../../../ports/evidence.ts'
import type { StoredEntry } from '../../../../ports/ledger-reader.ts'
import type { LeafRow } from './leaf-rows.ts'

/** An entry as a line of a pack shows it, with what opens its groups and what became of its sealed content. */
export function entryJson(
  entry: StoredEntry,
  content: LeafRow['content'],
  openings: Openings = {},
): Record<string, unknown> {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
  const shown = Object.entries(openings).map(([group, opening]) => [
    group,
    { bytes: toBase64(opening.bytes), nonce: hex(opening.nonce) },
  ])
  const { envelope, subject, prompt, response } = entry.commitments
  return {
    envelope: envelopeToJson(entry.envelope),
    envelope_nonce: hex(entry.envelopeNonce),
    commitments: { envelope: hex(envelope), subject: hex(subject), prompt: hex(prompt), response: hex(response) },
    ...(shown.length > 0 && { openings: Object.fromEntries(shown) }),
    ...(Object.keys(content).length > 0 && { content }),
  }
}
