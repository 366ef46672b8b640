import { z } from 'zod'
import type { KeyIdentity } from '../config/types.ts'
import { uuidv7 } from '../domain/ids/uuidv7.ts'
import { actEntry, sealNote } from '../domain/requests/act-entry.ts'
import type { DataKey } from '../domain/sealing/seal.ts'
import { PalimpsestError } from '../errors.ts'
import type { StoredEntry } from '../ports/ledger-reader.ts'
import type { EntryDraft } from '../ports/ledger-writer.ts'
import type { ApiDeps } from './deps.ts'

/** Largest body that states a purpose. */
export const MAX_PURPOSE_BYTES = 64 * 1024

/** Why stored text is read, as a member of a body. */
export const purposeSchema = z.string().trim().min(3).max(2000)

export function invalidPurpose(): PalimpsestError {
  return new PalimpsestError({
    code: 'invalid_purpose',
    status: 400,
    message: 'Send {"purpose": "…"}: why the text is read, in 3 to 2000 characters.',
    param: 'purpose',
  })
}

/** What names an entry's sealed content. */
export function rowOf({ envelope }: Pick<StoredEntry, 'envelope'>) {
  return {
    requestId: envelope.id,
    subjectPseudonym: envelope.subject_pseudonym ?? '',
    context: { tenantId: envelope.tenant_id },
  }
}

/**
 * The entry that has to be durable before an entry's text is shown. Its purpose is sealed under the data subject's key, as
 * the text is. @param detail canonical JSON: what is shown, where it is less than all.
 */
export function disclosureEntry(
  deps: Pick<ApiDeps, 'now' | 'randomBytes'>,
  caller: KeyIdentity,
  shown: Pick<StoredEntry, 'envelope'>,
  dataKey: DataKey,
  purpose: string,
  detail: string | null = null,
): EntryDraft {
  const at = deps.now()
  const { subject_pseudonym: subjectPseudonym, retention_class: retentionClass, id: relatedEntry } = shown.envelope
  const act = { id: uuidv7(at, deps.randomBytes(10)), officer: caller, subjectPseudonym }
  const note = sealNote(act, dataKey, purpose, deps.randomBytes)
  return actEntry({ ...act, kind: 'disclosure', status: 'disclosed', at, relatedEntry, retentionClass, detail, note })
}
