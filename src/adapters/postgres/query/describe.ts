import type pg from 'pg'
import { ALLOWED_FUNCTIONS } from '../../../domain/sql-guard/allowed-names.ts'
import type { DatabaseSettings } from '../../../domain/sql-guard/settings.ts'
import type { DatabaseDescription, DescribedView } from '../../../ports/query-databases.ts'

/** The listed views that there are, with their columns, and the functions that `row.name` would call. */
export async function describeDatabase(
  client: pg.ClientBase,
  settings: DatabaseSettings,
): Promise<DatabaseDescription> {
  const listed = settings.views.map(({ schema, name }) => JSON.stringify([schema, name]))
  const { rows } = await client.query<ColumnRow>(COLUMNS, [
    settings.views.map(({ schema }) => schema),
    settings.views.map(({ name }) => name),
  ])
  const views = new Map<string, DescribedView & { columns: DescribedView['columns'][number][] }>()
  for (const row of rows) {
    const key = JSON.stringify([row.schema, row.view])
    const view = views.get(key) ?? { schema: row.schema, name: row.view, comment: row.view_comment, columns: [] }
    view.columns.push({ name: row.column, type: row.type, comment: row.comment })
    views.set(key, view)
  }
  const functions = await client.query<{ proname: string }>(ATTRIBUTE_FUNCTIONS)
  return {
    views: listed.flatMap((key) => views.get(key) ?? []),
    attributeFunctions: functions.rows.map(({ proname }) => proname).filter((name) => !ALLOWED_FUNCTIONS.has(name)),
  }
}

interface ColumnRow {
  schema: string
  view: string
  view_comment: string | null
  column: string
  type: string
  comment: string | null
}

const COLUMNS = `
  SELECT n.nspname AS schema, c.relname AS view, obj_description(c.oid, 'pg_class') AS view_comment, a.attname AS column,
         format_type(a.atttypid, a.atttypmod) AS type, col_description(c.oid, a.attnum) AS comment
  FROM unnest($1::text[], $2::text[]) AS listed (schema, name)
  JOIN pg_namespace n ON n.nspname = listed.schema
  JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = listed.name AND c.relkind IN ('v', 'm', 'r', 'p', 'f')
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY n.nspname, c.relname, a.attnum`

const ATTRIBUTE_FUNCTIONS = `
  SELECT DISTINCT proname FROM pg_proc
  WHERE pronamespace = 'pg_catalog'::regnamespace AND provolatile <> 'i' AND pronargs >= 1 AND pronargs - pronargdefaults <= 1`
