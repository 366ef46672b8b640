import { TombstoneWatch } from '../../activities/erasure/tombstone-watch.ts'
import { connectPostgres, type Sql } from '../adapters/postgres/connect.ts'
import { createLedgerTombstones } from '../adapters/postgres/erasure/tombstones.ts'
import { createKeystoreTombstones } from '../adapters/postgres/keystore/tombstones.ts'
import { openLogSigner } from '../compose/log-signer.ts'
import { openTombstoneLog } from '../compose/stores/tombstones.ts'
import type { Environment } from '../config/env.ts'
import type { AnchorStore } from '../ports/anchor-store.ts'

export interface ReplayDeps {
  sql: Sql
  env: Environment
  /** Folder of the signing keys, where they are files. */
  folder: string
  store: AnchorStore
  keystoreUrl: string
}

/**
 * Carries erasures out again that the databases are older than. What the ledger says of it comes with the next gateway, which
 * may write. Gives their numbers, null where this login has no keystore at hand.
 */
export async function replayErasures(deps: ReplayDeps): Promise<number[] | null> {
  const { sql, env, folder, store, keystoreUrl } = deps
  const keystore = connectPostgres(keystoreUrl, { max: 2, name: 'palimpsest-recover-keys' })
  try {
    const [row] = await keystore`SELECT to_regclass('keystore.tombstones_applied') IS NOT NULL AS there`
    if (row?.there !== true) return null
    const done: number[] = []
    const readsOnly = () => Promise.reject(new Error('a recovery signs no tombstone'))
    const watch = new TombstoneWatch({
      log: openTombstoneLog(store, env.deployment, await openLogSigner(env, folder), readsOnly),
      ledger: createLedgerTombstones(sql),
      keystore: createKeystoreTombstones(keystore),
      receipts: { append: readsOnly },
      onReplayed: (number) => done.push(number),
    })
    await watch.check()
    return done
  } finally {
    await keystore.end({ timeout: 5 })
  }
}
