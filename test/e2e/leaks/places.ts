import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import postgres from 'postgres'
import { withLogin } from '../../../src/adapters/postgres/connect.ts'
import type { CanaryScanner, Finding } from '../../support/canary-scanner.ts'
import type { ServedGateway } from '../../support/served-gateway.ts'

/** Everything in the histories of all workflows, and what the list says of them. */
export async function scanHistories(
  scanner: CanaryScanner,
  address: string,
): Promise<{ findings: Finding[]; workflows: number; events: number }> {
  const connection = await Connection.connect({ address })
  try {
    const client = new Client({ connection })
    const findings: Finding[] = []
    let workflows = 0
    let events = 0
    for await (const execution of client.workflow.list()) {
      workflows++
      const handle = client.workflow.getHandle(execution.workflowId, execution.runId)
      const history = await handle.fetchHistory()
      events += history.events?.length ?? 0
      const described = await handle.describe()
      for (const part of [history, described.raw, execution.raw]) {
        findings.push(...scanner.scan(allBytes(part), `history of ${execution.workflowId}`))
      }
    }
    return { findings, workflows, events }
  } finally {
    await connection.close()
  }
}

/** Every string, key and byte of an object, payloads opened to their bytes, one behind another. */
export function allBytes(value: unknown): Buffer {
  const parts: Uint8Array[] = []
  const gap = Buffer.from('\n')
  const walk = (inner: unknown): void => {
    if (typeof inner === 'string') parts.push(Buffer.from(inner, 'utf8'), gap)
    else if (inner instanceof Uint8Array) parts.push(inner, gap)
    else if (Array.isArray(inner)) inner.forEach(walk)
    else if (typeof inner === 'object' && inner !== null) {
      for (const [key, item] of Object.entries(inner)) {
        parts.push(Buffer.from(key, 'utf8'), gap)
        walk(item)
      }
    }
  }
  walk(value)
  return Buffer.concat(parts)
}

/** Tables of what is under way. */
export const IN_FLIGHT = /\.(inbox|attempt|attempt_chunk)$/

/** Every row of every table of both databases (or of some tables), as text: what a superuser's SELECT shows. */
export async function scanRows(
  scanner: CanaryScanner,
  gateway: ServedGateway,
  tables = /./,
): Promise<{ findings: Finding[]; rows: number }> {
  const findings: Finding[] = []
  let rows = 0
  for (const database of ['palimpsest', 'palimpsest_keystore']) {
    const sql = postgres(withLogin(gateway.run.adminDatabaseUrl ?? '', { database }), {
      max: 1,
      onnotice: () => undefined,
    })
    try {
      const names = await sql`
        SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`
      for (const { name } of names) {
        if (!tables.test(name)) continue
        const list = await sql.unsafe(`SELECT t::text AS row FROM ${name} t`)
        rows += list.length
        for (const { row } of list) findings.push(...scanner.scanText(row, `${database}: ${name}`))
      }
    } finally {
      await sql.end({ timeout: 5 })
    }
  }
  return { findings, rows }
}

/** PostgreSQL's data folder, after a checkpoint: heap, indexes, WAL and all. */
export async function scanDatabaseFiles(
  scanner: CanaryScanner,
  gateway: ServedGateway,
): Promise<{ findings: Finding[]; bytes: number }> {
  const sql = postgres(gateway.run.adminDatabaseUrl ?? '', { max: 1, onnotice: () => undefined })
  try {
    await sql.unsafe('CHECKPOINT')
    const [row] = await sql`SHOW data_directory`
    return scanFolder(scanner, row?.data_directory)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** Every file below a folder, byte by byte, but for those below `except`. What is removed meanwhile is passed over. */
export function scanFolder(
  scanner: CanaryScanner,
  folder: string,
  except?: string,
): { findings: Finding[]; bytes: number } {
  const findings: Finding[] = []
  let bytes = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    if (except !== undefined && path.startsWith(join(folder, except))) continue
    const content = readIfThere(path)
    bytes += content.length
    findings.push(...scanner.scan(content, path.slice(folder.length + 1)))
  }
  return { findings, bytes }
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}
