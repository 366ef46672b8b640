import type { KeyEpochs, Rewrapped, TenantEpochs } from '../../../ports/key-epochs.ts'
import { KeyUnknown } from '../../../ports/key-service.ts'
import { type Kms, KmsKeyGone, KmsKeyUnknown, type WrapContext } from '../../../ports/kms.ts'
import type { Sql } from '../connect.ts'
import type { Row } from '../sql.ts'
import { KeyCache } from './key-cache.ts'

export interface Epoch {
  epoch: number
  keyRef: string
}

/** Keys that one process has wrapped anew at once. */
const AT_ONCE = 8
/** Numbers that are passed over because the KMS has destroyed their keys: a keystore that old was restored. */
const MOST_GONE = 10_000

/** Epochs over the keystore's tables and a KMS. */
export class Epochs implements KeyEpochs {
  private readonly sql: Sql
  private readonly kms: Kms
  private readonly cache = new KeyCache<Epoch>()

  constructor(sql: Sql, kms: Kms) {
    this.sql = sql
    this.kms = kms
  }

  /** The epoch that wraps a tenant's new keys, as this process knows it: whoever inserts under it checks that it still does. */
  active(tenantId: string): Promise<Epoch> {
    return this.cache.get(
      tenantId,
      async () => (await this.readActive(tenantId)) ?? (await this.openNext(tenantId, null)),
    )
  }

  forget(tenantId: string | null): void {
    this.cache.forget(tenantId)
  }

  /** Another epoch in place of one that no longer wraps: it was retired elsewhere, or the KMS has lost it. */
  async replace(tenantId: string, gone: Epoch): Promise<void> {
    const current = await this.readActive(tenantId)
    if (current === undefined || current.epoch === gone.epoch) await this.openNext(tenantId, gone.epoch)
    this.cache.forget(tenantId)
  }

  async tenants(): Promise<TenantEpochs[]> {
    const rows = await this.sql`
      SELECT tenant_id, max(epoch) FILTER (WHERE state = 'active') AS epoch,
        (extract(epoch FROM max(created_at) FILTER (WHERE state = 'active')) * 1000)::bigint AS opened_at,
        count(*) FILTER (WHERE state = 'retired')::integer AS retired
      FROM keystore.key_epoch GROUP BY tenant_id HAVING bool_or(state = 'active') ORDER BY tenant_id`
    return rows.map((row) => ({
      tenantId: row.tenant_id,
      epoch: row.epoch,
      openedAt: Number(row.opened_at),
      retired: row.retired,
    }))
  }

  async open(tenantId: string, olderThanMs: number): Promise<{ epoch: number; opened: boolean }> {
    const [row] = await this.sql`
      SELECT epoch, created_at <= now() - ${olderThanMs} * interval '1 millisecond' AS due
      FROM keystore.key_epoch WHERE tenant_id = ${tenantId} AND state = 'active'`
    if (!row) throw new KeyUnknown()
    if (!row.due) return { epoch: row.epoch, opened: false }
    const { epoch } = await this.openNext(tenantId, row.epoch)
    this.cache.forget(tenantId)
    return { epoch, opened: true }
  }

  async rewrap(tenantId: string, after: string | null, limit: number): Promise<Rewrapped> {
    const active = await this.readActive(tenantId)
    if (!active) throw new KeyUnknown()
    const secrets = after === null ? await this.rewrapSecrets(tenantId, active) : { moved: 0, lost: 0 }
    const rows = await this.sql`
      SELECT d.key_id AS id, d.epoch, d.wrapped_key AS wrapped, e.kms_key_ref
      FROM keystore.data_key d JOIN keystore.key_epoch e USING (tenant_id, epoch)
      WHERE d.tenant_id = ${tenantId} AND d.state = 'active' AND d.epoch < ${active.epoch}
        AND d.key_id > ${after ?? '00000000-0000-0000-0000-000000000000'}
      ORDER BY d.key_id LIMIT ${limit}`
    const moved = await this.wrapAnew(rows, active, (row) => ({ purpose: 'data-key', tenantId, id: row.id }))
    const changed = await this.sql`
      UPDATE keystore.data_key d SET wrapped_key = decode(given.wrapped, 'base64'), epoch = ${active.epoch}
      FROM jsonb_to_recordset(${JSON.stringify(moved)}::jsonb) AS given (id uuid, epoch integer, wrapped text)
      WHERE d.key_id = given.id AND d.state = 'active' AND d.epoch = given.epoch`
    return {
      moved: changed.count + secrets.moved,
      lost: rows.length - moved.length + secrets.lost,
      next: rows.length === limit ? (rows.at(-1)?.id ?? null) : null,
    }
  }

  async destroyRetired(tenantId: string, retiredForMs: number): Promise<{ destroyed: number[]; blocked: number[] }> {
    const rows = await this.sql`
      SELECT epoch, kms_key_ref FROM keystore.key_epoch
      WHERE tenant_id = ${tenantId} AND state = 'retired'
        AND retired_at <= now() - ${retiredForMs} * interval '1 millisecond'
      ORDER BY epoch`
    const destroyed: number[] = []
    for (const { epoch, kms_key_ref } of rows) {
      const [live] = await this.sql`
        SELECT EXISTS (SELECT FROM keystore.data_key
                       WHERE tenant_id = ${tenantId} AND state = 'active' AND epoch <= ${epoch})
          OR EXISTS (SELECT FROM keystore.tenant_secret WHERE tenant_id = ${tenantId} AND epoch <= ${epoch}) AS any`
      // An epoch that cannot go keeps the newer ones: a KMS may destroy whatever is older as well.
      if (live?.any !== false) break
      const goneAt = await this.kms.destroyKey(kms_key_ref)
      await this.sql`
        UPDATE keystore.key_epoch
        SET state = 'destroyed', destroyed_at = now(), gone_at = to_timestamp(${goneAt}::bigint / 1000.0)
        WHERE tenant_id = ${tenantId} AND epoch = ${epoch} AND state = 'retired'`
      destroyed.push(epoch)
    }
    return { destroyed, blocked: rows.map(({ epoch }) => epoch).filter((epoch) => !destroyed.includes(epoch)) }
  }

  private async rewrapSecrets(tenantId: string, active: Epoch): Promise<{ moved: number; lost: number }> {
    const rows = await this.sql`
      SELECT s.name AS id, s.epoch, s.wrapped_secret AS wrapped, e.kms_key_ref
      FROM keystore.tenant_secret s JOIN keystore.key_epoch e USING (tenant_id, epoch)
      WHERE s.tenant_id = ${tenantId} AND s.epoch < ${active.epoch}`
    const moved = await this.wrapAnew(rows, active, (row) => ({ purpose: row.id, tenantId, id: row.id }))
    for (const { id, epoch, wrapped } of moved) {
      await this.sql`
        UPDATE keystore.tenant_secret SET wrapped_secret = decode(${wrapped}, 'base64'), epoch = ${active.epoch}
        WHERE tenant_id = ${tenantId} AND name = ${id} AND epoch = ${epoch}`
    }
    return { moved: moved.length, lost: rows.length - moved.length }
  }

  /** What the KMS no longer opens is left out. */
  private async wrapAnew(
    rows: readonly Row[],
    active: Epoch,
    contextOf: (row: Row) => WrapContext,
  ): Promise<{ id: string; epoch: number; wrapped: string }[]> {
    const moved: { id: string; epoch: number; wrapped: string }[] = []
    const queue = [...rows]
    const work = async () => {
      for (let row = queue.shift(); row; row = queue.shift()) {
        try {
          const wrapped = await this.kms.rewrap(row.kms_key_ref, active.keyRef, row.wrapped, contextOf(row))
          moved.push({ id: row.id, epoch: row.epoch, wrapped: wrapped.toString('base64') })
        } catch (error) {
          if (!(error instanceof KmsKeyGone || error instanceof KmsKeyUnknown)) throw error
        }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    return moved
  }

  private async readActive(tenantId: string): Promise<Epoch | undefined> {
    const [row] = await this.sql`
      SELECT epoch, kms_key_ref FROM keystore.key_epoch WHERE tenant_id = ${tenantId} AND state = 'active'`
    return row ? { epoch: row.epoch, keyRef: row.kms_key_ref } : undefined
  }

  /**
   * Opens the epoch behind the newest one and retires `previous`. Where somebody else was faster, theirs is given. The lock
   * on the epoch's row waits for whoever inserts a key under it.
   */
  private async openNext(tenantId: string, previous: number | null): Promise<Epoch> {
    const [newest] = await this.sql`
      SELECT coalesce(max(epoch), 0) AS epoch FROM keystore.key_epoch WHERE tenant_id = ${tenantId}`
    const next = await this.createLiveKey(tenantId, Number(newest?.epoch ?? 0) + 1)
    return this.sql.begin(async (transaction) => {
      await transaction`SELECT pg_advisory_xact_lock(hashtextextended(${`epoch\n${tenantId}`}, 7010212027))`
      const [active] = await transaction`
        SELECT epoch, kms_key_ref FROM keystore.key_epoch WHERE tenant_id = ${tenantId} AND state = 'active'`
      if (active && active.epoch !== previous) return { epoch: active.epoch, keyRef: active.kms_key_ref }
      await transaction`
        UPDATE keystore.key_epoch SET state = 'retired', retired_at = now()
        WHERE tenant_id = ${tenantId} AND state = 'active'`
      await transaction`
        INSERT INTO keystore.key_epoch (tenant_id, epoch, kms_key_ref, state, created_at)
        VALUES (${tenantId}, ${next.epoch}, ${next.keyRef}, 'active', now())`
      return next
    })
  }

  private async createLiveKey(tenantId: string, from: number): Promise<Epoch> {
    for (let epoch = from; ; epoch++) {
      try {
        return { epoch, keyRef: await this.kms.createKey(tenantId, epoch) }
      } catch (error) {
        if (!(error instanceof KmsKeyGone) || epoch >= from + MOST_GONE) throw error
      }
    }
  }
}
