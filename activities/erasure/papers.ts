import { createHash } from 'node:crypto'
import { buildCertificate } from '../../src/domain/erasure/certificate.ts'
import type { CertificateFacts, CertifiedEpoch } from '../../src/domain/erasure/certificate-facts.ts'
import { certificateNote, encodeCertificate } from '../../src/domain/erasure/certificate-file.ts'
import type { ErasurePapers, NoteSigner } from '../../src/ports/erasure-papers.ts'
import type { ErasureProgress } from '../../src/ports/erasure-progress.ts'
import type { EpochFacts, KeyFacts } from '../../src/ports/key-facts.ts'
import type { LedgerReader } from '../../src/ports/ledger-reader.ts'
import type { LegalHolds } from '../../src/ports/legal-holds.ts'
import { withoutData } from '../without-data.ts'
import { type ArchivedFacts, coldFacts, mergeRecipients } from './cold-facts.ts'
import type { ErasureActivities, ErasureCounts, StoreResidue } from './types.ts'

export interface ErasurePaperDeps {
  holds: Pick<LegalHolds, 'forbidding'>
  papers: ErasurePapers
  progress: Pick<ErasureProgress, 'facts'>
  cases: { certificate(tenantId: string, caseId: string): Promise<string | undefined> }
  entries: Pick<LedgerReader, 'entry'>
  keyFacts: KeyFacts
  signer: NoteSigner
  archive: ArchivedFacts
  /** Days after which an epoch is followed by the next, that a retired one is kept, and that the KMS keeps a destroyed one. */
  epochs: { rotatedAfterDays: number; keptForDays: number; pendingDays: number }
  /** Milliseconds since the Unix epoch. */
  now(): number
}

export type PaperSteps = Pick<ErasureActivities, 'findHolds' | 'signCertificate'>

/** What an erasure has to heed and what it leaves on paper: legal holds and the certificate. */
export function createErasurePapers(deps: ErasurePaperDeps): PaperSteps {
  const { holds, papers, progress, cases, signer } = deps
  const steps: PaperSteps = {
    findHolds: async ({ caseId }) => ({ holds: await holds.forbidding(caseId) }),

    async signCertificate({ caseId }) {
      const { tenantId } = await progress.facts(caseId)
      const standing = (await cases.certificate(tenantId, caseId)) ?? (await makeCertificate(caseId))
      return { sha256: createHash('sha256').update(standing, 'utf8').digest('hex') }
    },
  }

  async function makeCertificate(caseId: string): Promise<string> {
    const certificate = buildCertificate(await gatherFacts(deps, caseId))
    const signature = await signer.sign(certificate.tenant, certificateNote(certificate))
    return papers.keepCertificate(caseId, encodeCertificate(certificate, signature))
  }

  return withoutData(steps, 'a paper of the erasure could not be made and is tried again')
}

async function gatherFacts(deps: ErasurePaperDeps, caseId: string): Promise<CertificateFacts> {
  const facts = await deps.progress.facts(caseId)
  const { tenantId, announcedBy, endedBy, receiptNumber } = facts
  if (announcedBy === null || endedBy === null || receiptNumber === null) {
    throw new Error('an erasure that is not complete is not certified')
  }
  const [announced, completed, kept, log] = await Promise.all([
    deps.entries.entry(tenantId, announcedBy),
    deps.entries.entry(tenantId, endedBy),
    deps.papers.kept(caseId),
    deps.signer.origin(tenantId),
  ])
  if (!announced || completed?.envelope.status !== 'completed')
    throw new Error('the entries of an erasure are not there')
  const keys = await deps.keyFacts.ofKeys(
    tenantId,
    kept.subjects.map(({ dataKeyId }) => dataKeyId),
  )
  if (kept.subjects.length > 0 && keys.destroyedAt === null)
    throw new Error('a key of an erased person is not destroyed')
  const { counts, residue } = facts.outcome as { counts: ErasureCounts; residue: StoreResidue[] }
  const pseudonyms = kept.subjects.map(({ pseudonym }) => pseudonym)
  const cold = await coldFacts(deps.archive, tenantId, pseudonyms)
  return {
    case: caseId,
    tenant: tenantId,
    log,
    issued_at: iso(deps.now()),
    requested_by: facts.officer,
    approved_by: facts.approver,
    requested_at: iso(facts.requestedAt),
    deadline: iso(facts.deadline),
    announced_at: isoMicros(announced.envelope.occurred_at),
    unreadable_since: keys.destroyedAt === null ? null : iso(keys.destroyedAt),
    completed_at: isoMicros(completed.envelope.occurred_at),
    receipt: { number: receiptNumber, entries: [announcedBy, ...facts.announcedAlso], completed: endedBy },
    handles: kept.subjects.map(({ token }) => token),
    counts: countsOf(counts),
    stores: residue.map(storeOf),
    kept_entries: kept.entries + cold.entries,
    recipients: mergeRecipients(kept.recipients, cold.recipients),
    disclosures: kept.disclosures + cold.disclosures,
    archive: { others_text_until: await deps.archive.othersTextUntil(tenantId) },
    backups: { keystore_epochs: epochsThatOpen(deps, keys.epochs) },
  }
}

function countsOf(counts: ErasureCounts): CertificateFacts['counts'] {
  return {
    subjects: counts.subjects,
    keys: counts.keys,
    in_flight: counts.inFlight,
    entries: counts.entries,
    values: counts.values,
    others_values: counts.othersValues,
    texts_scanned: counts.textsScanned,
    texts_cut: counts.textsCut,
    texts_unreadable: counts.textsUnreadable,
    archive_objects: counts.archiveObjects,
  }
}

function storeOf({
  store,
  looked,
  found,
  held = 0,
  toChange = 0,
  sealedTried,
  sealedDestroyed,
}: StoreResidue): CertificateFacts['stores'][number] {
  return {
    ...{ store, looked, found, held },
    ...(toChange > 0 && { to_change: toChange }),
    sealed_tried: sealedTried ?? null,
    sealed_destroyed: sealedDestroyed ?? null,
  }
}

const DAY_MS = 86_400_000

/** Epochs under which an old backup of the keystore opens yet, and until when as rotation is set up. */
function epochsThatOpen({ epochs, now }: ErasurePaperDeps, all: readonly EpochFacts[]): CertifiedEpoch[] {
  const { rotatedAfterDays, keptForDays, pendingDays } = epochs
  return all.flatMap(({ epoch, state, openedAt, retiredAt, goneAt, destroyedAt }) => {
    const retires = retiredAt ?? openedAt + rotatedAfterDays * DAY_MS
    // The rotation runs once a day.
    const planned = retires + (keptForDays + pendingDays + 1) * DAY_MS
    const until = state === 'destroyed' ? (goneAt ?? destroyedAt ?? planned) : planned
    return state === 'destroyed' && until <= now() ? [] : [{ epoch, state, opens_until: iso(until) }]
  })
}

function iso(at: number): string {
  return new Date(at).toISOString()
}

function isoMicros(at: bigint): string {
  return iso(Number(at / 1000n))
}
