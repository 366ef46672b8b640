import { randomBytes } from 'node:crypto'
import type { Config } from '../config/types.ts'
import {
  type ConfiguredKey,
  configuredKeysEntry,
  factsOfKeys,
  type KeysOnRecord,
} from '../domain/access/configured-keys.ts'
import { uuidv7 } from '../domain/ids/uuidv7.ts'
import type { ConfiguredKeys } from '../ports/configured-keys.ts'
import { KeyLost, type KeyService } from '../ports/key-service.ts'
import type { LedgerWriter } from '../ports/ledger-writer.ts'

interface Records {
  configuredKeys: ConfiguredKeys
  keys: Pick<KeyService, 'tenantSecret'>
  ledger: LedgerWriter
}

/** Of keys that another gateway that starts just now may put on record first. */
const TRIES = 5

/**
 * Puts on record which keys the configuration brings: a tenant whose keys are not those last recorded gets an entry with all of them and
 * what changed, also a tenant that is configured no longer. @throws Error while the keystore, the KMS or the ledger is away
 */
export async function recordConfiguredKeys(
  config: Pick<Config, 'tenants' | 'keys'>,
  records: Records,
  nowMs: number,
): Promise<void> {
  const recorded = await records.configuredKeys.all()
  const tenants = new Set([...config.tenants.keys(), ...recorded.keys()])
  const record = (tenantId: string) => recordOf(config, tenantId, recorded.get(tenantId) ?? null, records, nowMs)
  await Promise.all([...tenants].map(record))
}

async function recordOf(
  config: Pick<Config, 'keys'>,
  tenantId: string,
  first: KeysOnRecord | null,
  { configuredKeys, keys, ledger }: Records,
  nowMs: number,
): Promise<void> {
  const own = [...config.keys].flatMap(([hash, key]): ConfiguredKey[] =>
    key.tenantId === tenantId ? [{ ...key, hash }] : [],
  )
  const facts = own.length === 0 ? {} : factsOfKeys(own, await secretOf(keys, tenantId))
  let before = first
  for (let tries = 1; ; tries++) {
    const entry = configuredKeysEntry(facts, before, { id: uuidv7(nowMs, randomBytes(10)), at: nowMs, tenantId })
    if (entry === null) return
    try {
      await ledger.append(entry)
      return
    } catch (error) {
      // Another gateway that started just now was faster.
      const now = (await configuredKeys.all()).get(tenantId) ?? null
      if (tries === TRIES || now?.entryId === before?.entryId) throw error
      before = now
    }
  }
}

/** Null: the epoch that wraps it was destroyed. */
async function secretOf(keys: Records['keys'], tenantId: string): Promise<Uint8Array | null> {
  try {
    return await keys.tenantSecret(tenantId, 'key-mark')
  } catch (error) {
    if (error instanceof KeyLost) return null
    throw error
  }
}
