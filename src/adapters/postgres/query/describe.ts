import type pg from 'pg'
import { ALLOWED_FUNCTIONS, ALLOWED_TYPES } from '../../../domain/sql-guard/allowed-names.ts'
import type { DatabaseSettings } from '../../../domain/sql-guard/settings.ts'
import type { DatabaseDescription, DescribedView } from '../../../ports/query-databases.ts'

/** The listed views that there are, with their columns, and what `row.name` may not call. */
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
  const calls = await client.query<{ name: string; is_type: boolean }>(ATTRIBUTE_CALLS)
  return {
    views: listed.flatMap((key) => views.get(key) ?? []),
    attributeCalls: calls.rows
      .filter(({ name, is_type: isType }) => !(isType ? ALLOWED_TYPES : ALLOWED_FUNCTIONS).has(name))
      .map(({ name }) => name),
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

const ATTRIBUTE_CALLS = `
  SELECT DISTINCT proname AS name, false AS is_type FROM pg_proc
  WHERE pronamespace = 'pg_catalog'::regnamespace AND provolatile <> 'i' AND pronargs >= 1 AND pronargs - pronargdefaults <= 1
  UNION ALL SELECT typname, true FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace`
