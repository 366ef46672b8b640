import { randomBytes, randomUUID } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { DataKey } from '../../../domain/sealing/seal.ts'
import { KeyDestroyed, type KeyService, KeyUnknown, type TenantSecretName } from '../../../ports/key-service.ts'
import type { Kms } from '../../../ports/kms.ts'
import type { Sql } from '../connect.ts'

const CACHE_TTL_MS = 60_000
const CACHE_ENTRIES = 10_000

interface Epoch {
  epoch: number
  keyRef: string
}

/** The key service over the keystore's own database and a KMS. */
export function createKeyService({ sql, kms }: { sql: Sql; kms: Kms }): KeyService {
  const dataKeys = new LRUCache<string, DataKey>({ max: CACHE_ENTRIES, ttl: CACHE_TTL_MS })
  const secrets = new LRUCache<string, Uint8Array>({ max: CACHE_ENTRIES, ttl: CACHE_TTL_MS })
  const epochs = new LRUCache<string, Epoch>({ max: CACHE_ENTRIES, ttl: CACHE_TTL_MS })

  async function activeEpoch(tenantId: string): Promise<Epoch> {
    const cached = epochs.get(tenantId)
    if (cached) return cached
    const found = (await readActiveEpoch(sql, tenantId)) ?? (await openFirstEpoch(sql, kms, tenantId))
    epochs.set(tenantId, found)
    return found
  }

  async function keyRefOf(tenantId: string, epoch: number): Promise<string> {
    const cached = epochs.get(tenantId)
    if (cached?.epoch === epoch) return cached.keyRef
    const [row] = await sql`
      SELECT kms_key_ref FROM keystore.key_epoch WHERE tenant_id = ${tenantId} AND epoch = ${epoch}`
    if (!row) throw new KeyUnknown()
    return row.kms_key_ref
  }

  return {
    async createDataKey(tenantId, subjectPseudonym) {
      const epoch = await activeEpoch(tenantId)
      const dataKey = { keyId: randomUUID(), key: randomBytes(32) }
      const wrapped = await kms.wrap(epoch.keyRef, dataKey.key, wrapContext('data-key', tenantId, dataKey.keyId))
      await sql`
        INSERT INTO keystore.data_key (key_id, tenant_id, subject_pseudonym, epoch, wrapped_key, state, created_at)
        VALUES (${dataKey.keyId}, ${tenantId}, ${subjectPseudonym}, ${epoch.epoch}, ${wrapped}, 'active', now())`
      dataKeys.set(dataKey.keyId, dataKey)
      return dataKey
    },

    async dataKey(keyId) {
      const cached = dataKeys.get(keyId)
      if (cached) return cached
      const [row] = await sql`
        SELECT tenant_id, epoch, wrapped_key, state FROM keystore.data_key WHERE key_id = ${keyId}`
      if (!row) throw new KeyUnknown()
      if (row.state === 'destroyed') throw new KeyDestroyed()
      const keyRef = await keyRefOf(row.tenant_id, row.epoch)
      const key = await kms.unwrap(keyRef, row.wrapped_key, wrapContext('data-key', row.tenant_id, keyId))
      const dataKey = { keyId, key }
      dataKeys.set(keyId, dataKey)
      return dataKey
    },

    async tenantSecret(tenantId, name) {
      const cacheKey = `${name}\n${tenantId}`
      const cached = secrets.get(cacheKey)
      if (cached) return cached
      const epoch = await activeEpoch(tenantId)
      const context = wrapContext(name, tenantId, name)
      await createSecretOnce(sql, kms, tenantId, name, epoch, context)
      const [row] = await sql`
        SELECT epoch, wrapped_secret FROM keystore.tenant_secret WHERE tenant_id = ${tenantId} AND name = ${name}`
      if (!row) throw new KeyUnknown()
      const secret = await kms.unwrap(await keyRefOf(tenantId, row.epoch), row.wrapped_secret, context)
      secrets.set(cacheKey, secret)
      return secret
    },

    async destroyDataKey(keyId) {
      dataKeys.delete(keyId)
      await sql`
        UPDATE keystore.data_key SET state = 'destroyed', wrapped_key = NULL, destroyed_at = now()
        WHERE key_id = ${keyId} AND state = 'active'`
      dataKeys.delete(keyId)
    },
  }
}

async function createSecretOnce(
  sql: Sql,
  kms: Kms,
  tenantId: string,
  name: TenantSecretName,
  epoch: Epoch,
  context: string,
): Promise<void> {
  const [known] = await sql`
    SELECT 1 AS one FROM keystore.tenant_secret WHERE tenant_id = ${tenantId} AND name = ${name}`
  if (known) return
  const wrapped = await kms.wrap(epoch.keyRef, randomBytes(32), context)
  await sql`
    INSERT INTO keystore.tenant_secret (tenant_id, name, epoch, wrapped_secret, created_at)
    VALUES (${tenantId}, ${name}, ${epoch.epoch}, ${wrapped}, now()) ON CONFLICT DO NOTHING`
}

async function readActiveEpoch(sql: Sql, tenantId: string): Promise<Epoch | undefined> {
  const [row] = await sql`
    SELECT epoch, kms_key_ref FROM keystore.key_epoch
    WHERE tenant_id = ${tenantId} AND state = 'active' ORDER BY epoch DESC LIMIT 1`
  return row ? { epoch: row.epoch, keyRef: row.kms_key_ref } : undefined
}

async function openFirstEpoch(sql: Sql, kms: Kms, tenantId: string): Promise<Epoch> {
  const keyRef = await kms.createKey(tenantId, 1)
  await sql`
    INSERT INTO keystore.key_epoch (tenant_id, epoch, kms_key_ref, state, created_at)
    VALUES (${tenantId}, 1, ${keyRef}, 'active', now()) ON CONFLICT DO NOTHING`
  const epoch = await readActiveEpoch(sql, tenantId)
  if (!epoch) throw new KeyUnknown()
  return epoch
}

function wrapContext(purpose: string, tenantId: string, id: string): string {
  return `palimpsest/v1/${purpose}\n${tenantId}\n${id}`
}
