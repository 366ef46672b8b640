import { createHmac } from 'node:crypto'
import type { EntryDraft } from '../ledger/entry-draft.ts'
import { factEntry } from '../ledger/fact-entry.ts'
import { jcs } from '../ledger/json.ts'
import { changesBetween } from '../policy/changes.ts'
import { type KeyLimits, limitsDetail } from './key-entry.ts'

/** A key of the configuration file. */
export interface ConfiguredKey {
  keyId: string
  roles: readonly string[]
  app: string
  team: string | null
  limits?: KeyLimits
  /** The key's SHA-256 in hex. */
  hash: string
}

/** What is said of each key, by its id. */
export type KeyFacts = Readonly<Record<string, object>>

export interface KeysOnRecord {
  /** Of the entry that says so. */
  entryId: string
  keys: KeyFacts
}

const MARK_DIGITS = 16

/**
 * What each key is for, by its id, and a mark that shows that another key has come under the same id: an HMAC of its hash, so that nobody finds
 * out by trying what somebody made up for a key. @param secret of the tenant, 32 bytes; null: it is lost, and there are no marks
 */
export function factsOfKeys(keys: readonly ConfiguredKey[], secret: Uint8Array | null): KeyFacts {
  return Object.fromEntries(
    keys.map(({ keyId, roles, app, team, limits, hash }) => [
      keyId,
      {
        roles: [...roles],
        app,
        team,
        limits: limits ? limitsDetail(limits) : null,
        mark: secret && createHmac('sha256', secret).update(hash, 'utf8').digest('hex').slice(0, MARK_DIGITS),
      },
    ]),
  )
}

/**
 * The configuration file of a start brings other keys than the one before: the entry has all of them, and what changed as JSON Patch.
 * Null: they are the same. Nobody did it by a key: it names none.
 */
export function configuredKeysEntry(
  keys: KeyFacts,
  before: KeysOnRecord | null,
  entry: { id: string; at: number; tenantId: string },
): EntryDraft | null {
  const changes = changesBetween(before?.keys ?? {}, keys)
  if (changes.length === 0) return null
  return factEntry({
    id: entry.id,
    kind: 'administration',
    occurred_at: BigInt(entry.at) * 1000n,
    tenant_id: entry.tenantId,
    status: 'configured_keys',
    retention_class: 'proof',
    related_entry: before?.entryId ?? null,
    detail: jcs({ keys, changes }),
  })
}
