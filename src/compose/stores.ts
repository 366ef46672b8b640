import { randomUUID } from 'node:crypto'
import { createBenchmarks } from '../adapters/postgres/benchmarks/benchmarks.ts'
import { createBudgets } from '../adapters/postgres/budgets/budgets.ts'
import { connectService } from '../adapters/postgres/connect.ts'
import { createConsents } from '../adapters/postgres/consents.ts'
import { type DatabaseLook, lookAtDatabase } from '../adapters/postgres/look.ts'
import { ensurePartitions } from '../adapters/postgres/partitions.ts'
import { createDatabaseQuestions } from '../adapters/postgres/questions/database-questions.ts'
import { createPieceWriter } from '../adapters/postgres/requests/piece-writer.ts'
import { createRequestStore } from '../adapters/postgres/requests/request-store.ts'
import { createSubjectDirectory } from '../adapters/postgres/subjects/subject-directory.ts'
import { createWebhookEvents } from '../adapters/postgres/webhooks/events.ts'
import type { Benchmarks } from '../ports/benchmarks.ts'
import type { Budgets } from '../ports/budgets.ts'
import type { Consents } from '../ports/consents.ts'
import type { DatabaseQuestions } from '../ports/database-questions.ts'
import type { KeyEpochs } from '../ports/key-epochs.ts'
import type { KeyFacts } from '../ports/key-facts.ts'
import type { KeyService } from '../ports/key-service.ts'
import type { PieceWriter } from '../ports/piece-writer.ts'
import type { RequestStore } from '../ports/request-store.ts'
import type { SubjectDirectory } from '../ports/subject-directory.ts'
import type { ErasureGate } from '../ports/tombstones.ts'
import type { WebhookEvents } from '../ports/webhooks.ts'
import { keepLifecycle } from './archive-lifecycle.ts'
import { type ArchiveStores, openArchiveStores } from './archive-store.ts'
import { type HistoryStores, openHistoryStores } from './histories.ts'
import { openKeystore } from './keystore.ts'
import { type Ledger, openLedger } from './ledger.ts'
import { openPolicyStores, type PolicyStores } from './policies.ts'
import type { GatewaySettings } from './settings.ts'
import { type AccessStores, openAccess } from './stores/access.ts'
import { type ArchiveEnds, openArchiveEnds } from './stores/archive-ends.ts'
import type { Asked } from './stores/asked.ts'
import { type ErasureStores, openErasureStores } from './stores/erasure.ts'
import { openPaperStores, type PaperStores } from './stores/papers.ts'
import { openPeriodStores, type PeriodStores } from './stores/periods.ts'
import { openReportStores, type ReportStores } from './stores/reports.ts'
import { openTombstones, type TombstoneStores } from './stores/tombstones.ts'

const POOL = 16
/** Connections of erasures: what makes a person unreadable does not wait behind requests for one. */
const ERASURE_POOL = 4

export interface Stores
  extends AccessStores,
    Ledger,
    PaperStores,
    ArchiveStores,
    PeriodStores,
    PolicyStores,
    ArchiveEnds,
    ReportStores {
  store: RequestStore
  pieces: PieceWriter
  keys: KeyService
  epochs: KeyEpochs
  keyFacts: KeyFacts
  /** Who requests belong to. */
  subjects: SubjectDirectory
  erasure: ErasureStores
  tombstones: TombstoneStores
  histories: HistoryStores
  benchmarks: Benchmarks
  questions: DatabaseQuestions
  budgets: Budgets
  webhookEvents: WebhookEvents
  consents: Consents
  /** Whether what was erased is gone from both databases. */
  gate: ErasureGate
  ensurePartitions(): Promise<number>
  /** How the database answers, for the metrics. */
  look(): Promise<DatabaseLook>
  /** Brings the archive store's own rules to what the policies ask; gives what differs all the same. */
  keepLifecycle(): Promise<readonly string[]>
  /** For `/readyz`. */
  ask: readonly Asked[]
  close(): Promise<void>
}

/** Opens everything over PostgreSQL and the KMS. */
export async function openStores(settings: GatewaySettings): Promise<Stores> {
  const sql = connectService(settings.databaseUrl, { max: POOL, name: 'palimpsest' })
  const erasing = connectService(settings.databaseUrl, { max: ERASURE_POOL, name: 'palimpsest-erasures' })
  const keystore = await openKeystore(settings)
  const { keys, epochs, keyFacts } = keystore
  const store = createRequestStore(sql, randomUUID())
  const ledger = await openLedger(settings, sql)
  const access = await openAccess(settings, sql)
  const archive = await openArchiveStores(settings)
  const histories = openHistoryStores(sql, archive.archiveObjects)
  const periods = openPeriodStores(sql, settings)
  const papers = openPaperStores(sql, erasing)
  await ensurePartitions(sql, Date.now())
  const tombstones = openTombstones({ ...settings, sql: erasing, keystore: keystore.tombstones, ledger })
  return {
    store,
    pieces: createPieceWriter(store),
    keys,
    epochs,
    keyFacts,
    subjects: createSubjectDirectory({ sql, keys }),
    erasure: openErasureStores(erasing, keys),
    tombstones,
    histories,
    benchmarks: createBenchmarks(sql),
    questions: createDatabaseQuestions(sql),
    budgets: createBudgets(sql),
    webhookEvents: createWebhookEvents(sql),
    consents: createConsents(sql),
    gate: tombstones.watch,
    ...access,
    ...archive,
    ...periods,
    ...papers,
    ...openPolicyStores(sql),
    ...openReportStores(sql),
    ...ledger,
    ...openArchiveEnds({ settings, sql, ledger, papers, ...archive, ...periods }),
    ensurePartitions: () => ensurePartitions(sql, Date.now()),
    look: () => lookAtDatabase(sql),
    keepLifecycle: () => keepLifecycle({ sql, store: archive.archiveStore, config: settings.config }),
    ask: [
      { name: 'postgres', fix: 'Start PostgreSQL, or correct DATABASE_URL.', ask: () => sql`SELECT 1` },
      {
        name: 'keystore',
        fix: 'Start its PostgreSQL, or correct KEYSTORE_DATABASE_URL.',
        ask: () => keystore.ask(),
      },
      {
        name: 'kms',
        fix: 'Make the KMS reachable, and correct its address and credentials.',
        ask: () => keystore.kms.check(),
      },
      {
        name: 'log keys',
        fix: 'Make the KMS reachable, and correct its address and credentials.',
        ask: () => ledger.askSigner(),
      },
      {
        name: 'ledger',
        fix: 'Make the anchor store reachable; where the database was restored, run palimpsest ledger recover.',
        ask: async () => {
          ledger.watch.require()
          tombstones.watch.require()
        },
      },
      {
        name: 'archive',
        fix: 'Make the archive store reachable, and its bucket as docs/operations.md says; requests are served meanwhile.',
        optional: true,
        ask: () => archive.archiveStore.check(),
      },
      {
        name: 'histories',
        fix: "Have Temporal's namespace keep ended workflows for 72 hours or more, and see why exportHistories fails.",
        optional: true,
        ask: async () => histories.require(),
      },
      ...access.askAccess,
    ],
    async close() {
      await ledger.ledger.close()
      archive.closeArchive()
      await access.closeAccess()
      await Promise.all([sql.end({ timeout: 5 }), erasing.end({ timeout: 5 }), keystore.close()])
    },
  }
}
