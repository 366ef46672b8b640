import postgres from 'postgres'

/** What a row is found by. */
export type Key = Record<string, unknown>

export interface TableShape {
  keys: readonly string[]
  columns: readonly { name: string; type: string }[]
}

/** Tables of the ledger, with what names a row of them. */
const KEYS = {
  ledger_log: ['log_id'],
  ledger_entry: ['id'],
  ledger_leaf: ['log_id', 'leaf_index'],
  ledger_subtree: ['log_id', 'level', 'subtree_index'],
  ledger_batch: ['writer_epoch', 'batch_no'],
  ledger_checkpoint: ['log_id', 'tree_size'],
  ledger_key_rotation: ['log_id', 'old_key'],
  ledger_pending: ['entry_id'],
  content: ['entry_id'],
} as const

export type Table = keyof typeof KEYS
export const TABLES = Object.keys(KEYS) as Table[]

/** The database as its superuser has it: no trigger and no permission in the way, and a way back after each attempt. */
export class Store {
  readonly sql: postgres.Sql
  readonly shapes = new Map<Table, TableShape>()

  constructor(adminUrl: string) {
    this.sql = postgres(adminUrl, {
      max: 1,
      onnotice: () => undefined,
      // Triggers do not fire for a replication session.
      connection: { session_replication_role: 'replica' },
    })
  }

  /** Keeps a copy of every row. */
  async keep(): Promise<void> {
    await this.sql.unsafe('DROP SCHEMA IF EXISTS drill CASCADE; CREATE SCHEMA drill')
    for (const table of TABLES) {
      await this.sql.unsafe(`CREATE TABLE drill.${table} AS SELECT * FROM public.${table}`)
      const columns = await this.sql`
        SELECT column_name AS name, CASE WHEN data_type = 'ARRAY' THEN 'text[]' ELSE data_type END AS type
        FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = ${table} ORDER BY ordinal_position`
      this.shapes.set(table, { keys: KEYS[table], columns: columns as unknown as TableShape['columns'] })
    }
  }

  /** Puts every row back. */
  async restore(tables: readonly Table[] = TABLES): Promise<void> {
    await this.sql.begin(async (transaction) => {
      for (const table of tables) {
        await transaction.unsafe(`DELETE FROM public.${table}`)
        await transaction.unsafe(`INSERT INTO public.${table} SELECT * FROM drill.${table}`)
      }
    })
  }

  async rows(table: Table, where = 'true', order = '1'): Promise<postgres.Row[]> {
    return this.sql.unsafe(`SELECT * FROM public.${table} WHERE ${where} ORDER BY ${order}`)
  }

  async change(table: Table, key: Key, column: string, expression: string): Promise<void> {
    const { text, values } = this.where(table, key)
    await this.sql.unsafe(`UPDATE public.${table} SET ${column} = ${expression} WHERE ${text}`, values)
  }

  async remove(table: Table, key: Key): Promise<void> {
    const { text, values } = this.where(table, key)
    await this.sql.unsafe(`DELETE FROM public.${table} WHERE ${text}`, values)
  }

  /** A copy of a row with other values in some columns. */
  async copy(table: Table, key: Key, others: Record<string, string>): Promise<void> {
    const columns = this.shape(table).columns.map(({ name }) => others[name] ?? name)
    const { text, values } = this.where(table, key)
    await this.sql.unsafe(
      `INSERT INTO public.${table} SELECT ${columns.join(', ')} FROM drill.${table} WHERE ${text}`,
      values,
    )
  }

  /** Exchanges everything but the keys of two rows. */
  async swap(table: Table, a: Key, b: Key): Promise<void> {
    const { keys } = this.shape(table)
    await this.remove(table, a)
    await this.remove(table, b)
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      await this.copy(table, from, Object.fromEntries(keys.map((key) => [key, literal(to[key])])))
    }
  }

  /** Inserts a row of bytes, numbers and texts. */
  async insert(table: Table, row: Record<string, unknown>): Promise<void> {
    const names = Object.keys(row)
    const places = names.map((_, i) => `$${i + 1}`)
    const values = Object.values(row) as postgres.ParameterOrJSON<never>[]
    await this.sql.unsafe(`INSERT INTO public.${table} (${names.join(', ')}) VALUES (${places.join(', ')})`, values)
  }

  shape(table: Table): TableShape {
    const shape = this.shapes.get(table)
    if (shape === undefined) throw new Error('keep() comes first')
    return shape
  }

  keyOf(table: Table, row: postgres.Row): Key {
    return Object.fromEntries(this.shape(table).keys.map((key) => [key, row[key]]))
  }

  private where(table: Table, key: Key): { text: string; values: postgres.ParameterOrJSON<never>[] } {
    const names = KEYS[table]
    return {
      text: names.map((name, i) => `${name} = $${i + 1}`).join(' AND '),
      values: names.map((name) => key[name]) as postgres.ParameterOrJSON<never>[],
    }
  }

  async close(): Promise<void> {
    await this.sql.end({ timeout: 5 })
  }
}

export function literal(value: unknown): string {
  if (Buffer.isBuffer(value)) return `'\\x${value.toString('hex')}'::bytea`
  return typeof value === 'number' ? String(value) : `'${String(value).replaceAll("'", "''")}'`
}

/** Another value of a column's type, as an expression over the column. */
export function otherValue(name: string, type: string): string {
  if (name === 'kind') return `CASE WHEN ${name} = 'refusal' THEN 'interaction' ELSE 'refusal' END`
  switch (type) {
    case 'uuid':
      return `coalesce(overlay(${name}::text placing CASE right(${name}::text, 1) WHEN 'a' THEN 'b' ELSE 'a' END from 36)::uuid,
                       '019ac8b1-0000-7000-8000-00000000000a')`
    case 'timestamp with time zone':
      return `${name} + interval '1 microsecond'`
    case 'boolean':
      return `NOT coalesce(${name}, false)`
    case 'bytea':
      return `coalesce(set_byte(${name}, 5, (get_byte(${name}, 5) + 1) % 256), decode(repeat('ab', 32), 'hex'))`
    case 'text[]':
      return `array_append(${name}, 'zz')`
    case 'text':
      return `coalesce(${name}, '') || 'x'`
    case 'numeric':
      return `coalesce(${name}, 0) + 0.0000000001`
    default:
      return `coalesce(${name}, 0) + 1`
  }
}
