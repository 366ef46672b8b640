import { randomUUID } from 'node:crypto'
import type { DataKey } from '../../../domain/sealing/seal.ts'
import {
  KeyDestroyed,
  KeyLost,
  type KeyService,
  KeyUnknown,
  type TenantSecretName,
} from '../../../ports/key-service.ts'
import { type Kms, KmsKeyGone, KmsKeyUnknown, type WrapContext } from '../../../ports/kms.ts'
import type { Sql } from '../connect.ts'
import type { Row } from '../sql.ts'
import type { Epoch, Epochs } from './epochs.ts'
import { KeyCache } from './key-cache.ts'
import { notifyDestroyed } from './notify.ts'

/** Times that another epoch is looked up, because the one at hand is in force no more. */
const TRIES = 5

export interface KeyServiceDeps {
  sql: Sql
  kms: Kms
  epochs: Epochs
  /** What is forgotten where a listener hears that a key was destroyed elsewhere. */
  cache: KeyCache<DataKey>
}

/** The key service over the keystore's own database and a KMS. */
export function createKeyService(deps: KeyServiceDeps): KeyService {
  const { sql, kms, cache } = deps
  const secrets = new KeyCache<Uint8Array>()

  return {
    async createDataKey(tenantId, subjectPseudonym) {
      const made = await insertDataKey(deps, tenantId, subjectPseudonym, randomUUID())
      return cache.get(made.keyId, async () => made)
    },

    dataKey: (keyId) => cache.get(keyId, () => readDataKey(deps, keyId)),

    tenantSecret(tenantId, name) {
      return secrets.get(`${name}\n${tenantId}`, async () => {
        const context = { purpose: name, tenantId, id: name }
        return openRow(kms, context, async () => {
          const row = await findSecret(sql, tenantId, name)
          if (row) return row
          await createSecretOnce(deps, tenantId, name, context)
          return findSecret(sql, tenantId, name)
        })
      })
    },

    async destroyDataKey(keyId) {
      cache.forget(keyId)
      await sql.begin(async (transaction) => {
        await transaction`
          UPDATE keystore.data_key SET state = 'destroyed', wrapped_key = NULL, destroyed_at = now()
          WHERE key_id = ${keyId} AND state = 'active'`
        await notifyDestroyed(transaction, keyId)
      })
      cache.forget(keyId)
    },

    onForget: (forget) => cache.onForget(forget),
  }
}

async function insertDataKey(
  { sql, kms, epochs }: KeyServiceDeps,
  tenantId: string,
  subjectPseudonym: string,
  keyId: string,
): Promise<DataKey> {
  let key: Uint8Array | null = null
  await underActiveEpoch(epochs, tenantId, async (epoch) => {
    const { plaintext, wrapped } = await kms.generate(epoch.keyRef, { purpose: 'data-key', tenantId, id: keyId })
    // The share lock holds back whoever retires the epoch until the row stands.
    const inserted = await sql`
      INSERT INTO keystore.data_key (key_id, tenant_id, subject_pseudonym, epoch, wrapped_key, state, created_at)
      SELECT ${keyId}::uuid, tenant_id, ${subjectPseudonym}, epoch, ${wrapped}, 'active', now() FROM keystore.key_epoch
      WHERE tenant_id = ${tenantId} AND epoch = ${epoch.epoch} AND state = 'active' FOR SHARE`
    if (inserted.count === 1) key = plaintext
    return inserted.count === 1
  })
  if (key === null) throw new KeyUnknown()
  return { keyId, key }
}

async function createSecretOnce(
  { sql, kms, epochs }: KeyServiceDeps,
  tenantId: string,
  name: TenantSecretName,
  context: WrapContext,
): Promise<void> {
  await underActiveEpoch(epochs, tenantId, async (epoch) => {
    const { wrapped } = await kms.generate(epoch.keyRef, context)
    const inserted = await sql`
      INSERT INTO keystore.tenant_secret (tenant_id, name, epoch, wrapped_secret, created_at)
      SELECT tenant_id, ${name}, epoch, ${wrapped}, now() FROM keystore.key_epoch
      WHERE tenant_id = ${tenantId} AND epoch = ${epoch.epoch} AND state = 'active' FOR SHARE
      ON CONFLICT DO NOTHING`
    if (inserted.count === 1) return true
    return (await findSecret(sql, tenantId, name)) !== undefined
  })
}

/** Does work that only an epoch in force may do: false from it, or a key that is gone, and another epoch is looked up. */
async function underActiveEpoch(
  epochs: Epochs,
  tenantId: string,
  work: (epoch: Epoch) => Promise<boolean>,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const epoch = await epochs.active(tenantId)
    try {
      if (await work(epoch)) return
      epochs.forget(tenantId)
    } catch (error) {
      if (!(error instanceof KmsKeyGone) || tries >= TRIES) throw error
      // An old keystore was restored: its epoch does not come back, and what is new needs another one.
      await epochs.replace(tenantId, epoch)
    }
    if (tries >= TRIES) throw new Error('the epoch of a tenant changes without end')
  }
}

async function readDataKey({ sql, kms }: KeyServiceDeps, keyId: string): Promise<DataKey> {
  const live = async () => {
    const [row] = await sql`
      SELECT d.tenant_id, d.state, d.epoch, d.wrapped_key AS wrapped, e.kms_key_ref, e.state AS epoch_state
      FROM keystore.data_key d LEFT JOIN keystore.key_epoch e USING (tenant_id, epoch) WHERE d.key_id = ${keyId}::uuid`
    if (row?.state === 'destroyed') throw new KeyDestroyed()
    return row
  }
  const first = await live()
  if (first === undefined) throw new KeyUnknown()
  const context = { purpose: 'data-key', tenantId: first.tenant_id, id: keyId }
  return { keyId, key: await openRow(kms, context, live, first) }
}

/**
 * Unwraps a row. One whose epoch was rotated away between reading and unwrapping is read again; one whose epoch is gone and
 * stays so is lost.
 */
async function openRow(
  kms: Kms,
  context: WrapContext,
  read: () => Promise<Row | undefined>,
  known?: Row,
): Promise<Uint8Array> {
  let row = known ?? (await read())
  for (;;) {
    if (!row) throw new KeyUnknown()
    try {
      return await kms.unwrap(row.kms_key_ref, row.wrapped, context)
    } catch (error) {
      const missing = error instanceof KmsKeyGone || error instanceof KmsKeyUnknown
      if (!missing) throw error
      const again = await read()
      if (again && again.epoch !== row.epoch) row = again
      else throw error instanceof KmsKeyGone || row.epoch_state === 'destroyed' ? new KeyLost({ cause: error }) : error
    }
  }
}

async function findSecret(sql: Sql, tenantId: string, name: TenantSecretName): Promise<Row | undefined> {
  const [row] = await sql`
    SELECT s.epoch, s.wrapped_secret AS wrapped, e.kms_key_ref, e.state AS epoch_state
    FROM keystore.tenant_secret s JOIN keystore.key_epoch e USING (tenant_id, epoch)
    WHERE s.tenant_id = ${tenantId} AND s.name = ${name}`
  return row
}
