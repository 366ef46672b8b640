import { createHmac, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { type SealContext, seal, unseal } from '../../../domain/sealing/seal.ts'
import { secretKeyOf } from '../../../domain/sealing/secret-key.ts'
import { KeyDestroyed, type KeyService } from '../../../ports/key-service.ts'
import type { Subject, SubjectDirectory } from '../../../ports/subject-directory.ts'
import type { Query, Sql } from '../sql.ts'

const CACHE_TTL_MS = 60_000
const CACHE_ENTRIES = 10_000

/**
 * The directory over `data_subject`; identities are found by a blind index keyed with a secret of the tenant. A subject's key
 * is asked for each time, and nobody is kept in memory when the key service forgets a key.
 */
export function createSubjectDirectory({ sql, keys }: { sql: Sql; keys: KeyService }): SubjectDirectory {
  const cache = new LRUCache<string, Promise<Subject>>({ max: CACHE_ENTRIES, ttl: CACHE_TTL_MS })
  keys.onForget(() => cache.clear())

  function cached(cacheKey: string, read: () => Promise<Subject>): Promise<Subject> {
    const known = cache.get(cacheKey)
    if (known) return known
    const loading = read()
    cache.set(cacheKey, loading)
    loading.catch(() => cache.delete(cacheKey))
    return loading
  }

  async function blindIndexOf(tenantId: string, identity: string): Promise<Buffer> {
    const secret = await keys.tenantSecret(tenantId, 'subject-index')
    return createHmac('sha256', secretKeyOf(secret)).update(identity, 'utf8').digest()
  }

  return {
    async find(tenantId, identity) {
      const [row] = await sql.asTenant(tenantId)`
        SELECT pseudonym, data_key_id FROM data_subject
        WHERE tenant_id = ${tenantId} AND blind_index = ${await blindIndexOf(tenantId, identity)}`
      return row && { pseudonym: row.pseudonym, dataKeyId: row.data_key_id }
    },

    async byPseudonym(tenantId, pseudonym) {
      const [row] = await sql.asTenant(tenantId)`
        SELECT pseudonym, data_key_id FROM data_subject WHERE tenant_id = ${tenantId} AND pseudonym = ${pseudonym}`
      return row && { pseudonym: row.pseudonym, dataKeyId: row.data_key_id }
    },

    async resolve(tenantId, identity) {
      const blindIndex = await blindIndexOf(tenantId, identity)
      const cacheKey = `${tenantId}\n${blindIndex.toString('base64')}`
      const read = () => load(sql.asTenant(tenantId), keys, tenantId, identity, blindIndex)
      const subject = await cached(cacheKey, read)
      try {
        return { ...subject, dataKey: await keys.dataKey(subject.dataKey.keyId) }
      } catch (error) {
        if (!(error instanceof KeyDestroyed)) throw error
        // Erased since it was kept: who is detached from the identity by now is followed by a new subject.
        cache.delete(cacheKey)
        return cached(cacheKey, read)
      }
    },

    async resolveAnew(tenantId, identity) {
      cache.clear()
      return this.resolve(tenantId, identity)
    },
  }
}

async function load(
  sql: Query,
  keys: KeyService,
  tenantId: string,
  identity: string,
  blindIndex: Buffer,
): Promise<Subject> {
  return (
    (await find(sql, keys, tenantId, blindIndex)) ??
    (await create(sql, keys, tenantId, identity, blindIndex)) ??
    // Another process made the same subject between the two statements.
    (await find(sql, keys, tenantId, blindIndex)) ??
    raceLost()
  )
}

async function find(sql: Query, keys: KeyService, tenantId: string, blindIndex: Buffer): Promise<Subject | undefined> {
  const [row] = await sql`
    SELECT pseudonym, data_key_id, sealed_session_secret FROM data_subject
    WHERE tenant_id = ${tenantId} AND blind_index = ${blindIndex}`
  if (!row) return undefined
  const dataKey = await keys.dataKey(row.data_key_id)
  const context = subjectContext(tenantId, row.pseudonym, 'session_secret')
  return { pseudonym: row.pseudonym, dataKey, sessionSecret: unseal(dataKey, context, row.sealed_session_secret) }
}

async function create(
  sql: Query,
  keys: KeyService,
  tenantId: string,
  identity: string,
  blindIndex: Buffer,
): Promise<Subject | undefined> {
  const pseudonym = `sub_${randomBytes(16).toString('hex')}`
  const dataKey = await keys.createDataKey(tenantId, pseudonym)
  const sessionSecret = randomBytes(32)
  const sealField = (field: string, value: Uint8Array) =>
    seal(dataKey, subjectContext(tenantId, pseudonym, field), randomBytes(12), value)
  const [row] = await sql`
    INSERT INTO data_subject (pseudonym, tenant_id, data_key_id, blind_index, sealed_user_id, sealed_session_secret,
                              created_at)
    VALUES (${pseudonym}, ${tenantId}, ${dataKey.keyId}, ${blindIndex},
            ${sealField('user_id', Buffer.from(identity, 'utf8'))}, ${sealField('session_secret', sessionSecret)}, now())
    ON CONFLICT (tenant_id, blind_index) DO NOTHING RETURNING pseudonym`
  if (row) return { pseudonym, dataKey, sessionSecret }
  await keys.destroyDataKey(dataKey.keyId)
  return undefined
}

function subjectContext(tenantId: string, pseudonym: string, field: string): SealContext {
  return { tenantId, subjectPseudonym: pseudonym, table: 'data_subject', rowId: pseudonym, field }
}

function raceLost(): never {
  throw new Error('the data subject was removed while it was looked up; try again')
}
