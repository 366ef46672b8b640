import { PalimpsestError } from '../../errors.ts'
import { openNote, parseNote } from '../ledger/note.ts'
import { parseOrigin } from '../ledger/origin.ts'
import { verifierKey } from '../ledger/vkey.ts'

/** Whether a note is signed by one of a tenant's log keys (32 bytes each), under the name of any generation of its log. */
export function isSignedByLog(
  note: string,
  log: { deployment: string; tenant: string; keys: readonly Uint8Array[] },
): boolean {
  try {
    const names = new Set(parseNote(note).signatures.map(({ name }) => name))
    const own = [...names].filter((name) => {
      const { deployment, tenant } = parseOrigin(name)
      return deployment === log.deployment && tenant === log.tenant
    })
    openNote(
      note,
      own.flatMap((name) => log.keys.map((key) => verifierKey(name, key))),
    )
    return true
  } catch (error) {
    if (error instanceof PalimpsestError && /^ledger_/.test(error.code)) return false
    throw error
  }
}
