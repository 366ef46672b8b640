import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { connectService } from '../../adapters/postgres/connect.ts'
import { Logs } from '../../adapters/postgres/ledger/logs.ts'
import { createLedgerWriter } from '../../adapters/postgres/ledger/writer.ts'
import { createSubjectDirectory } from '../../adapters/postgres/subjects/subject-directory.ts'
import { createGenaiPriceTable } from '../../adapters/prices/genai-prices.ts'
import type { ShareStore } from '../../demo/data/options.ts'
import { createLog } from '../../log.ts'
import { openKeystore } from '../keystore.ts'
import { openLogSigner } from '../log-signer.ts'
import type { GatewaySettings } from '../settings.ts'

/** Persons that are looked for at once. */
const SUBJECTS = 4
const CONNECTION = { name: 'palimpsest-demo-data', statementTimeoutMs: 60_000 }

/** What of the settings a thread is told. */
export type ShareSettings = Pick<GatewaySettings, 'env' | 'databaseUrl' | 'keystoreUrl' | 'kmsFolder' | 'version'>

/** A writer of the ledger, with what it writes for. Whether anything may be written has been looked at before. */
export async function openShareStore(settings: ShareSettings): Promise<ShareStore & { close(): Promise<void> }> {
  const { env, databaseUrl, kmsFolder, version } = settings
  const sql = connectService(databaseUrl, { ...CONNECTION, max: SUBJECTS + 1 })
  const locks = connectService(databaseUrl, { ...CONNECTION, max: SUBJECTS })
  const keystore = await openKeystore({ ...settings, log: createLog('warn') })
  const logs = new Logs(sql, await openLogSigner(env, join(kmsFolder, 'signing')), env.deployment)
  const ledger = createLedgerWriter({ sql, logs, gatewayVersion: version, now: Date.now })
  const subjects = createSubjectDirectory({ sql, keys: keystore.keys })
  return {
    ledger,
    prices: createGenaiPriceTable(),

    // Of two that make the same person at once, one would leave a destroyed key behind.
    resolve: (tenantId, identity) =>
      locks.begin(async (transaction) => {
        await transaction`SELECT pg_advisory_xact_lock(${lockOf(tenantId, identity)}::bigint)`
        return subjects.resolve(tenantId, identity)
      }),

    createDataKey: (tenantId, pseudonym) => keystore.keys.createDataKey(tenantId, pseudonym),

    async close() {
      await ledger.close()
      await Promise.all([sql.end({ timeout: 5 }), locks.end({ timeout: 5 }), keystore.close()])
    },
  }
}

function lockOf(tenantId: string, identity: string): string {
  const digest = createHash('sha256').update(`demo data\0${tenantId}\0${identity}`, 'utf8').digest()
  return String(digest.readBigInt64BE())
}
