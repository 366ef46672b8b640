import type { CertifiedRecipient } from '../../src/domain/erasure/certificate-facts.ts'
import { EXPORTED_KINDS } from '../../src/domain/exports/exported-entry.ts'
import type { ArchiveReader } from '../../src/ports/archive-reader.ts'

export interface ArchivedFacts extends Pick<ArchiveReader, 'ofPerson'> {
  /** Until when archived text of this tenant's people stays that is not opened any more, ISO 8601 in UTC; null: there is none. */
  othersTextUntil(tenantId: string): Promise<string | null>
}

interface ColdFacts {
  entries: number
  disclosures: number
  recipients: CertifiedRecipient[]
}

/** Entries that are read at once. */
const STRETCH = 500

/** What the archive tells of an erased person's entries that the database has no longer. */
export async function coldFacts(
  archive: ArchivedFacts,
  tenantId: string,
  pseudonyms: readonly string[],
): Promise<ColdFacts> {
  const facts: ColdFacts = { entries: 0, disclosures: 0, recipients: [] }
  for (const pseudonym of pseudonyms) {
    for (let after: string | null = null; ; ) {
      const range = { tenantId, pseudonym, after, kinds: EXPORTED_KINDS, from: null, to: null, limit: STRETCH }
      const some = await archive.ofPerson(range)
      for (const { envelope } of some) {
        facts.entries += 1
        if (envelope.kind === 'disclosure') facts.disclosures += 1
        const at = new Date(Number(envelope.occurred_at / 1000n)).toISOString()
        const unredacted = envelope.flags.includes('unredacted') ? 1 : 0
        const sent = providersOf(envelope.attempts).map((provider) => ({
          ...{ provider, entries: 1, unredacted, missed_mentions: 0, first_at: at, last_at: at },
        }))
        facts.recipients = mergeRecipients(facts.recipients, sent)
      }
      after = some.at(-1)?.envelope.id ?? null
      if (after === null) break
    }
  }
  return facts
}

function providersOf(attempts: string | null): string[] {
  const tried = JSON.parse(attempts ?? '[]') as { provider: string }[]
  return [...new Set(tried.map(({ provider }) => provider))]
}

/** Recipients of both, each once, in the order of their names. */
export function mergeRecipients(
  some: readonly CertifiedRecipient[],
  more: readonly CertifiedRecipient[],
): CertifiedRecipient[] {
  const all = new Map(some.map((one) => [one.provider, one]))
  for (const one of more) {
    const known = all.get(one.provider)
    all.set(one.provider, known === undefined ? one : sumOf(known, one))
  }
  return [...all.values()].sort((a, b) => (a.provider < b.provider ? -1 : 1))
}

function sumOf(a: CertifiedRecipient, b: CertifiedRecipient): CertifiedRecipient {
  const [first = a.first_at] = [a.first_at, b.first_at].sort()
  const [last = a.last_at] = [a.last_at, b.last_at].sort().reverse()
  return {
    provider: a.provider,
    entries: a.entries + b.entries,
    unredacted: a.unredacted + b.unredacted,
    missed_mentions: a.missed_mentions + b.missed_mentions,
    first_at: first,
    last_at: last,
  }
}
