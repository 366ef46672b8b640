import { equalBytes } from '../../../domain/ledger/bytes.ts'
import { formatOrigin, logIdOf, parseOrigin } from '../../../domain/ledger/origin.ts'
import { formatVkey, type VerifierKey, verifierKey } from '../../../domain/ledger/vkey.ts'
import type { LogSigner } from '../../../ports/log-signer.ts'
import type { Sql, TransactionSql } from '../sql.ts'
import { ENTRY_COLUMNS, entryOf } from './entry-row.ts'
import { verifiedOpening } from './epoch-keys.ts'

export interface Log {
  tenantId: string
  logId: Buffer
  origin: string
  generation: number
  /** The key that signs, as checkpoints and epochs name it. */
  key: VerifierKey
  /** Every key that signed or signs this log, from the signer: the database does not say who may write. */
  keys: readonly VerifierKey[]
  sign(message: Uint8Array): Promise<Uint8Array>
}

/** The logs of each tenant, one a generation; the newest is the one in force. Made at a tenant's first use. */
export class Logs {
  private readonly known = new Map<string, Promise<Log[]>>()
  /** By log id in hex. */
  private readonly tenants = new Map<string, string>()
  private readonly sql: Sql
  private readonly signer: LogSigner
  private readonly deployment: string

  constructor(sql: Sql, signer: LogSigner, deployment: string) {
    this.sql = sql
    this.signer = signer
    this.deployment = deployment
  }

  /** The tenant's log in force. */
  async of(tenantId: string): Promise<Log> {
    return (await this.all(tenantId)).at(-1) as Log
  }

  /** All generations, oldest first. */
  all(tenantId: string): Promise<Log[]> {
    let logs = this.known.get(tenantId)
    if (!logs) {
      logs = this.load(tenantId)
      this.known.set(tenantId, logs)
      logs.catch(() => this.known.delete(tenantId))
    }
    return logs
  }

  /** The log in force of each tenant that has one. */
  async inForce(): Promise<Log[]> {
    const rows = await this.sql`SELECT DISTINCT tenant_id FROM ledger_log ORDER BY tenant_id`
    return Promise.all(rows.map((row) => this.of(row.tenant_id)))
  }

  /** A log by its id, of any generation; undefined where the store has none. */
  async byId(sql: Sql | TransactionSql, logId: Buffer): Promise<Log | undefined> {
    const name = logId.toString('hex')
    let tenantId = this.tenants.get(name)
    if (tenantId === undefined) {
      const [row] = await sql`SELECT tenant_id FROM ledger_log WHERE log_id = ${logId}`
      tenantId = row?.tenant_id
    }
    const logs = tenantId === undefined ? [] : await this.all(tenantId)
    const log = logs.find((one) => one.logId.equals(logId))
    // A log's id comes of its origin, which names the tenant: what was found once stays right.
    if (log) this.tenants.set(name, log.tenantId)
    return log
  }

  /** Forgets what another process has overtaken: a generation it opened, a key it made. */
  async refresh(): Promise<void> {
    const newest = await this.generations()
    for (const tenantId of this.known.keys()) {
      const log = await this.of(tenantId)
      const key = (await this.signer.keys(tenantId)).at(-1)
      const same = newest.get(tenantId) === log.generation && key && equalBytes(key.publicKey, log.key.publicKey)
      if (!same) this.known.delete(tenantId)
    }
  }

  /** By tenant, the newest generation that a recovery opened. */
  async generations(): Promise<Map<string, number>> {
    const rows = await this.sql`SELECT DISTINCT tenant_id FROM ledger_log`
    const logs = await Promise.all(rows.map((row) => this.load(row.tenant_id)))
    return new Map(logs.flatMap((all) => all.at(-1) ?? []).map((log) => [log.tenantId, log.generation]))
  }

  private async load(tenantId: string): Promise<Log[]> {
    const versions = await this.signer.keys(tenantId)
    const current = versions.at(-1)
    if (current === undefined) throw new Error('a signer has to give at least one key')
    let origins = await this.origins(tenantId)
    if (origins.length === 0) {
      const first = formatOrigin({ deployment: this.deployment, tenant: tenantId, generation: 1 })
      await insertLog(this.sql, first, current.publicKey)
      origins = await this.origins(tenantId)
    }
    const logs = origins.map((origin) => ({
      tenantId,
      origin,
      generation: parseOrigin(origin).generation,
      logId: logIdOf(origin),
      key: verifierKey(origin, current.publicKey),
      keys: versions.map(({ publicKey }) => verifierKey(origin, publicKey)),
      sign: (message: Uint8Array) => current.sign(message),
    }))
    const opened = await Promise.all(logs.map((log) => log.generation === 1 || isOpened(this.sql, log)))
    return logs.filter((_, index) => opened[index])
  }

  private async origins(tenantId: string): Promise<string[]> {
    const rows = await this.sql`SELECT origin FROM ledger_log WHERE tenant_id = ${tenantId} ORDER BY generation`
    return rows.map((row) => row.origin)
  }
}

/** A later generation begins with the entry of a recovery, under a key of the log; whatever else is in the table is nobody's. */
async function isOpened(sql: Sql, log: Log): Promise<boolean> {
  const [row] = await sql`
    SELECT ${sql.unsafe(ENTRY_COLUMNS)} FROM ledger_entry e JOIN ledger_leaf l ON l.entry_id = e.id
    WHERE l.log_id = ${log.logId} AND l.leaf_index = 0`
  return row !== undefined && entryOf(row).envelope.kind === 'recovery' && verifiedOpening(row, log) !== null
}

/** Inserts a log; that another process was faster is fine. */
export async function insertLog(sql: Sql | TransactionSql, origin: string, publicKey: Uint8Array): Promise<void> {
  const { tenant, generation } = parseOrigin(origin)
  await sql`
    INSERT INTO ledger_log (log_id, tenant_id, generation, origin, verifier_key, created_at)
    VALUES (${logIdOf(origin)}, ${tenant}, ${generation}, ${origin}, ${formatVkey(verifierKey(origin, publicKey))}, now())
    ON CONFLICT DO NOTHING`
}
