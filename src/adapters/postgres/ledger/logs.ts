import { formatOrigin, logIdOf } from '../../../domain/ledger/origin.ts'
import { formatVkey, type VerifierKey, verifierKey } from '../../../domain/ledger/vkey.ts'
import type { LogSigner } from '../../../ports/log-signer.ts'
import type { Sql } from '../connect.ts'

export interface Log {
  tenantId: string
  logId: Buffer
  origin: string
  /** The log's key, as checkpoints and epochs name it. */
  key: VerifierKey
  sign(message: Uint8Array): Promise<Uint8Array>
}

/** Finds the log in force of each tenant; makes the first one of a tenant that has none. */
export class Logs {
  private readonly known = new Map<string, Promise<Log>>()
  private readonly sql: Sql
  private readonly signer: LogSigner
  private readonly deployment: string

  constructor(sql: Sql, signer: LogSigner, deployment: string) {
    this.sql = sql
    this.signer = signer
    this.deployment = deployment
  }

  of(tenantId: string): Promise<Log> {
    let log = this.known.get(tenantId)
    if (!log) {
      log = this.load(tenantId)
      this.known.set(tenantId, log)
      log.catch(() => this.known.delete(tenantId))
    }
    return log
  }

  private async load(tenantId: string): Promise<Log> {
    const publicKey = await this.signer.publicKey(tenantId)
    const origin = (await this.findOrigin(tenantId)) ?? (await this.createFirst(tenantId, publicKey))
    return {
      tenantId,
      origin,
      logId: logIdOf(origin),
      key: verifierKey(origin, publicKey),
      sign: (message) => this.signer.sign(tenantId, message),
    }
  }

  private async findOrigin(tenantId: string): Promise<string | undefined> {
    const [row] = await this.sql`
      SELECT origin FROM ledger_log WHERE tenant_id = ${tenantId} ORDER BY generation DESC LIMIT 1`
    return row?.origin
  }

  private async createFirst(tenantId: string, publicKey: Uint8Array): Promise<string> {
    const origin = formatOrigin({ deployment: this.deployment, tenant: tenantId, generation: 1 })
    await this.sql`
      INSERT INTO ledger_log (log_id, tenant_id, generation, origin, verifier_key, created_at)
      VALUES (${logIdOf(origin)}, ${tenantId}, 1, ${origin}, ${formatVkey(verifierKey(origin, publicKey))}, now())
      ON CONFLICT DO NOTHING`
    return (await this.findOrigin(tenantId)) ?? origin
  }
}
