import type { EntryDraft } from '../../src/domain/ledger/entry-draft.ts'
import type { ErasureCoreDeps } from './core-deps.ts'

/** Appends an entry whose id was noted before: whoever else does the same step just now may be faster, which is as good. */
export async function appendOnce(
  { ledger, entries }: Pick<ErasureCoreDeps, 'ledger'> & { entries: Pick<ErasureCoreDeps['entries'], 'entry'> },
  draft: EntryDraft,
): Promise<void> {
  try {
    await ledger.append(draft)
  } catch (error) {
    if ((await entries.entry(draft.envelope.tenant_id, draft.envelope.id)) === undefined) throw error
  }
}
