import { createHash } from 'node:crypto'
import type { TextCut } from '../ports/ledger-reader.ts'

/** The cut that made this sealed text what it is; undefined where none did. */
export function findCut(
  cuts: readonly TextCut[],
  group: TextCut['group'],
  sealed: Uint8Array | null,
): TextCut | undefined {
  if (cuts.length === 0 || sealed === null) return undefined
  const digest = createHash('sha256').update(sealed).digest()
  return cuts.find((cut) => cut.group === group && digest.equals(cut.now))
}
