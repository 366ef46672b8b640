import { createHash } from 'node:crypto'
import type postgres from 'postgres'
import { uuidv7 } from '../../../src/domain/ids/uuidv7.ts'

/** What the rows of a tenant hold: one id in every column that is one, so that all belong to each other. */
export interface PlantedTenant {
  tenantId: string
  id: string
  bytes: Buffer
  /** In every column with text but the tenant's. */
  text: string
}

export function plantedTenant(tenantId: string): PlantedTenant {
  const bytes = createHash('sha256').update(tenantId).digest()
  const id = uuidv7(Date.now(), bytes.subarray(0, 10))
  return { tenantId, id, bytes, text: JSON.stringify({ of: tenantId }) }
}

/** Tables of the schema, without partitions. */
export async function tablesOf(admin: postgres.Sql): Promise<string[]> {
  const rows = await admin`
    SELECT relname AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1`
  return rows.map(({ name }) => name)
}

/**
 * Puts one row of each tenant into every table, every column filled. What columns mean does not matter to who may see a row: checks
 * and triggers are taken off, for whatever tables there will be.
 */
export async function plantEverywhere(admin: postgres.Sql, tenants: readonly PlantedTenant[]): Promise<void> {
  for (const table of await tablesOf(admin)) {
    const checks = await admin`
      SELECT conname AS name FROM pg_constraint WHERE conrelid = ${table}::regclass AND contype = 'c'`
    for (const { name } of checks) await admin.unsafe(`ALTER TABLE ${table} DROP CONSTRAINT "${name}"`)
  }
  const columns = await admin`
    SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, NULL) AS type FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity = ''`
  await admin.begin(async (transaction) => {
    await transaction`SET LOCAL session_replication_role = replica`
    for (const [table, own] of Map.groupBy(columns, (row) => String(row.table))) {
      if (table === 'palimpsest_migration') continue
      for (const tenant of tenants) {
        const names = own.map(({ name }) => `"${name}"`).join(', ')
        const values = own.map(({ name, type }) => literal(tenant, name, type)).join(', ')
        await transaction.unsafe(`INSERT INTO ${table} (${names}) VALUES (${values}) ON CONFLICT DO NOTHING`)
      }
    }
  })
}

/** As the row of a tenant has a column; of another type than these: NULL. */
export function literal(tenant: PlantedTenant, column: string, type: string): string {
  if (column === 'tenant_id') return `'${tenant.tenantId}'`
  return LITERALS[type]?.(tenant) ?? 'NULL'
}

const LITERALS: Record<string, (tenant: PlantedTenant) => string> = {
  uuid: ({ id }) => `'${id}'`,
  'uuid[]': ({ id }) => `'{${id}}'`,
  text: ({ text }) => `'${text}'`,
  'text[]': () => `'{auditor}'`,
  json: () => `'{}'`,
  jsonb: () => `'{}'`,
  bytea: ({ bytes }) => `'\\x${bytes.toString('hex')}'`,
  'bytea[]': () => `'{}'`,
  boolean: () => 'true',
  smallint: () => '1',
  integer: () => '1',
  bigint: () => '1',
  numeric: () => '1',
  'double precision': () => '1',
  date: () => 'current_date',
  'timestamp with time zone': () => 'now()',
}
