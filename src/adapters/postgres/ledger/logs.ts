import { formatOrigin, logIdOf, parseOrigin } from '../../../domain/ledger/origin.ts'
import { formatVkey, type VerifierKey, verifierKey } from '../../../domain/ledger/vkey.ts'
import { type LogSigner, type SigningKey, SigningKeyRetired } from '../../../ports/log-signer.ts'
import type { Row, Sql, TransactionSql } from '../sql.ts'
import { ENTRY_COLUMNS, entryOf } from './entry-row.ts'
import { verifiedOpening } from './epoch-keys.ts'
import type { Log, LogKey } from './log.ts'
import { countRotations, firstUsable, followRotations, rotationsOf, signBeside, signWith } from './log-keys.ts'

/** The logs of each tenant, one a generation; the newest is the one in force. Made at a tenant's first use. */
export class Logs {
  private readonly known = new Map<string, Promise<Log[]>>()
  /** By log id in hex. */
  private readonly tenants = new Map<string, string>()
  /** What the signer has of a tenant, until something shows that is not there: a KMS is not asked without need. */
  private readonly versions = new Map<string, Promise<SigningKey[]>>()
  private readonly sql: Sql
  private readonly signer: LogSigner
  private readonly deployment: string
  private readonly now: () => number

  /** @param now milliseconds since the Unix epoch. */
  constructor(sql: Sql, signer: LogSigner, deployment: string, now: () => number = Date.now) {
    this.sql = sql
    this.signer = signer
    this.deployment = deployment
    this.now = now
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

  /** Forgets what another process has overtaken: a generation it opened, a key it brought in. */
  async refresh(): Promise<void> {
    const newest = await this.generations()
    for (const tenantId of this.known.keys()) {
      if (newest.get(tenantId) !== (await this.of(tenantId)).generation) this.forget(tenantId)
    }
    await this.catchUp(this.sql)
  }

  /** Looks for keys that entries have brought in since the logs were read. */
  async catchUp(sql: Sql | TransactionSql): Promise<void> {
    const counts = await countRotations(sql)
    for (const tenantId of this.known.keys()) {
      const { logId, rotations } = (await this.all(tenantId)).at(-1) as ReadLog
      if (rotations !== (counts.get(logId.toString('hex')) ?? 0)) this.forget(tenantId)
    }
  }

  /** By tenant, the newest generation that a recovery opened. */
  async generations(): Promise<Map<string, number>> {
    const rows = await this.sql`SELECT DISTINCT tenant_id FROM ledger_log`
    const logs = await Promise.all(rows.map((row) => this.load(row.tenant_id)))
    return new Map(logs.flatMap((all) => all.at(-1) ?? []).map((log) => [log.tenantId, log.generation]))
  }

  /** Reads a tenant's logs and keys anew when they are next asked for. */
  forget(tenantId: string): void {
    this.known.delete(tenantId)
    this.versions.delete(tenantId)
  }

  private async load(tenantId: string): Promise<ReadLog[]> {
    let rows = await this.rows(tenantId)
    if (rows.length === 0) {
      const origin = formatOrigin({ deployment: this.deployment, tenant: tenantId, generation: 1 })
      await insertLog(this.sql, origin, firstUsable(await this.versionsOf(tenantId)).publicKey)
      rows = await this.rows(tenantId)
    }
    const logs = await Promise.all(rows.map((row) => this.read(tenantId, row.origin, row.verifier_key)))
    const opened = await Promise.all(logs.map((log) => log.generation === 1 || isOpened(this.sql, log)))
    return logs.filter((_, index) => opened[index])
  }

  private async read(tenantId: string, origin: string, first: string): Promise<ReadLog> {
    const logId = logIdOf(origin)
    const rotations = await rotationsOf(this.sql, logId)
    const versions = await this.versionsWith(tenantId, origin, [
      first,
      ...rotations.map((row) => formatVkey(row.newKey)),
    ])
    const candidates = versions.map(({ publicKey }) => verifierKey(origin, publicKey))
    const believed = candidates.some((key) => formatVkey(key) === first)
    const begun = believed ? first : await firstSigner(this.sql, { logId, keys: candidates })
    const history = followRotations(origin, begun ?? first, versions, rotations)
    const current = history.at(-1) as LogKey
    return {
      tenantId,
      origin,
      generation: parseOrigin(origin).generation,
      logId,
      key: current.key,
      keys: history.map(({ key }) => key),
      sign: (message) =>
        signWith(current, message).catch((error: unknown) => {
          // Another key was brought in, and the overlap ended at once.
          if (error instanceof SigningKeyRetired) this.forget(tenantId)
          throw error
        }),
      signBeside: (message) => signBeside(history.at(-2), message, BigInt(this.now()) * 1000n),
      history,
      rotations: rotations.filter((row) => row.leafIndex !== null).length,
    }
  }

  private versionsOf(tenantId: string): Promise<SigningKey[]> {
    let versions = this.versions.get(tenantId)
    if (!versions) {
      versions = this.signer.keys(tenantId)
      this.versions.set(tenantId, versions)
      versions.catch(() => this.versions.delete(tenantId))
    }
    return versions
  }

  /** The tenant's versions, asked for anew where one of these keys is not among those that are known. */
  private async versionsWith(tenantId: string, origin: string, keys: readonly string[]): Promise<SigningKey[]> {
    const versions = await this.versionsOf(tenantId)
    const known = new Set(versions.map(({ publicKey }) => formatVkey(verifierKey(origin, publicKey))))
    if (keys.every((key) => known.has(key))) return versions
    this.versions.delete(tenantId)
    return this.versionsOf(tenantId)
  }

  private async rows(tenantId: string): Promise<Row[]> {
    return this.sql`SELECT origin, verifier_key FROM ledger_log WHERE tenant_id = ${tenantId} ORDER BY generation`
  }
}

/** A log with how many rotations its tree had when it was read. */
interface ReadLog extends Log {
  rotations: number
}

/** The key that let the first writer of a log in, where it is one of these: what is stored of the log may have been changed. */
async function firstSigner(sql: Sql, log: Pick<Log, 'logId' | 'keys'>): Promise<string | undefined> {
  const opening = await firstOpening(sql, log)
  return opening && formatVkey(opening.logKey)
}

async function firstOpening(sql: Sql, log: Pick<Log, 'logId' | 'keys'>): Promise<VerifiedOpening | undefined> {
  const [row] = await sql`
    SELECT ${sql.unsafe(ENTRY_COLUMNS)} FROM ledger_entry e JOIN ledger_leaf l ON l.entry_id = e.id
    WHERE l.log_id = ${log.logId} AND l.leaf_index = 0`
  const epoch = row && verifiedOpening(row, log)
  return row && epoch ? { kind: entryOf(row).envelope.kind, logKey: epoch.logKey } : undefined
}

interface VerifiedOpening {
  kind: string
  logKey: VerifierKey
}

/** A later generation begins with the entry of a recovery, under a key of the log; whatever else is in the table is nobody's. */
async function isOpened(sql: Sql, log: Log): Promise<boolean> {
  return (await firstOpening(sql, log))?.kind === 'recovery'
}

/** Inserts a log; that another process was faster is fine. */
export async function insertLog(sql: Sql | TransactionSql, origin: string, publicKey: Uint8Array): Promise<void> {
  const { tenant, generation } = parseOrigin(origin)
  await sql`
    INSERT INTO ledger_log (log_id, tenant_id, generation, origin, verifier_key, created_at)
    VALUES (${logIdOf(origin)}, ${tenant}, ${generation}, ${origin}, ${formatVkey(verifierKey(origin, publicKey))}, now())
    ON CONFLICT DO NOTHING`
}
