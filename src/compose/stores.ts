import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { openLocalKms } from '../adapters/kms/local/local-kms.ts'
import { connectPostgres } from '../adapters/postgres/connect.ts'
import { createKeyService } from '../adapters/postgres/keystore/key-service.ts'
import { ensurePartitions } from '../adapters/postgres/partitions.ts'
import { createPieceWriter } from '../adapters/postgres/requests/piece-writer.ts'
import { createRequestStore } from '../adapters/postgres/requests/request-store.ts'
import { createSubjectDirectory } from '../adapters/postgres/subjects/subject-directory.ts'
import type { KeyService } from '../ports/key-service.ts'
import type { PieceWriter } from '../ports/piece-writer.ts'
import type { RequestStore } from '../ports/request-store.ts'
import type { SubjectDirectory } from '../ports/subject-directory.ts'
import { type Ledger, openLedger } from './ledger.ts'
import type { GatewaySettings } from './settings.ts'

const POOL = 16
const KEYSTORE_POOL = 4

export interface Stores extends Ledger {
  store: RequestStore
  pieces: PieceWriter
  keys: KeyService
  subjects: SubjectDirectory
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
  const keys = createKeyService({ sql: keystore, kms })
  const store = createRequestStore(sql, randomUUID())
  const ledger = await openLedger(settings, sql)
  await ensurePartitions(sql, Date.now())
  return {
    store,
    pieces: createPieceWriter(store),
    keys,
    subjects: createSubjectDirectory({ sql, keys }),
    ...ledger,
    ensurePartitions: () => ensurePartitions(sql, Date.now()),
    ask: [
      { name: 'postgres', fix: 'Start PostgreSQL, or correct DATABASE_URL.', ask: () => sql`SELECT 1` },
      {
        name: 'keystore',
        fix: 'Start its PostgreSQL, or correct KEYSTORE_DATABASE_URL.',
        ask: () => keystore`SELECT 1`,
      },
      {
        name: 'log keys',
        fix: 'Make the KMS reachable, and correct its address and credentials.',
        ask: () => ledger.askSigner(),
      },
      {
        name: 'ledger',
        fix: 'Make the anchor store reachable; where the database was restored, run palimpsest ledger recover.',
        ask: async () => ledger.watch.require(),
      },
    ],
    async close() {
      await ledger.ledger.close()
      await Promise.all([sql.end({ timeout: 5 }), keystore.end({ timeout: 5 })])
    },
  }
}
