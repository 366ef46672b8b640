import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { openLocalKms } from '../adapters/kms/local/local-kms.ts'
import { openLocalLogSigner } from '../adapters/kms/local/local-log-signer.ts'
import { connectPostgres } from '../adapters/postgres/connect.ts'
import { createKeyService } from '../adapters/postgres/keystore/key-service.ts'
import { Logs } from '../adapters/postgres/ledger/logs.ts'
import { createLedgerReader } from '../adapters/postgres/ledger/reader.ts'
import { Sequencer } from '../adapters/postgres/ledger/sequencer.ts'
import { createLedgerWriter } from '../adapters/postgres/ledger/writer.ts'
import { ensurePartitions } from '../adapters/postgres/partitions.ts'
import { createPieceWriter } from '../adapters/postgres/requests/piece-writer.ts'
import { createRequestStore } from '../adapters/postgres/requests/request-store.ts'
import { createSubjectDirectory } from '../adapters/postgres/subjects/subject-directory.ts'
import type { KeyService } from '../ports/key-service.ts'
import type { LedgerReader } from '../ports/ledger-reader.ts'
import type { LedgerWriter } from '../ports/ledger-writer.ts'
import type { PieceWriter } from '../ports/piece-writer.ts'
import type { RequestStore } from '../ports/request-store.ts'
import type { SubjectDirectory } from '../ports/subject-directory.ts'
import type { GatewaySettings } from './settings.ts'

const POOL = 16
const KEYSTORE_POOL = 4

export interface Stores {
  store: RequestStore
  pieces: PieceWriter
  keys: KeyService
  subjects: SubjectDirectory
  ledger: LedgerWriter
  entries: LedgerReader
  sequencer: Sequencer
  ensurePartitions(): Promise<number>
  /** For `/readyz`. */
  ask: readonly { name: string; fix: string; ask(): Promise<unknown> }[]
  close(): Promise<void>
}

/** Opens everything over PostgreSQL and the KMS. */
export async function openStores(settings: GatewaySettings): Promise<Stores> {
  const sql = connectPostgres(settings.databaseUrl, { max: POOL, name: 'palimpsest' })
  const keystore = connectPostgres(settings.keystoreUrl, { max: KEYSTORE_POOL, name: 'palimpsest-keys' })
  const kms = await openLocalKms(join(settings.kmsFolder, 'kms'))
  const signer = await openLocalLogSigner(join(settings.kmsFolder, 'signing'))
  const keys = createKeyService({ sql: keystore, kms })
  const logs = new Logs(sql, signer, settings.env.deployment)
  const store = createRequestStore(sql, randomUUID())
  const ledger = createLedgerWriter({
    sql,
    logs,
    gatewayVersion: settings.version,
    now: Date.now,
  })
  await ensurePartitions(sql, Date.now())
  return {
    store,
    pieces: createPieceWriter(store),
    keys,
    subjects: createSubjectDirectory({ sql, keys }),
    ledger,
    entries: createLedgerReader(sql, logs),
    sequencer: new Sequencer(sql, logs),
    ensurePartitions: () => ensurePartitions(sql, Date.now()),
    ask: [
      { name: 'postgres', fix: 'Start PostgreSQL, or correct DATABASE_URL.', ask: () => sql`SELECT 1` },
      {
        name: 'keystore',
        fix: 'Start its PostgreSQL, or correct KEYSTORE_DATABASE_URL.',
        ask: () => keystore`SELECT 1`,
      },
    ],
    async close() {
      await ledger.close()
      await Promise.all([sql.end({ timeout: 5 }), keystore.end({ timeout: 5 })])
    },
  }
}
