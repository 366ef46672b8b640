import type pg from 'pg'
import type { DatabaseSettings } from '../../../domain/sql-guard/settings.ts'
import { HARMFUL_FUNCTIONS, OWN_FUNCTIONS } from '../../../domain/sql-guard/setup-script.ts'

/** What the connection's login may do in this database beyond reading the listed views, each a sentence. */
export async function excessRightsOf(client: pg.ClientBase, settings: DatabaseSettings): Promise<string[]> {
  const views = settings.views.map(({ schema, name }) => `${schema}.${name}`)
  const { rows } = await client.query<{ excess: string }>(EXCESS, [
    views,
    [...settings.functions, ...OWN_FUNCTIONS],
    [...HARMFUL_FUNCTIONS],
  ])
  return rows.map(({ excess }) => excess)
}

/** Each branch names objects of the catalogue, and nothing of a row. */
const EXCESS = `
  WITH me AS (SELECT * FROM pg_roles WHERE rolname = current_user),
  relations AS (
    SELECT c.oid, n.nspname || '.' || c.relname AS name, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_toast%' AND n.nspname NOT LIKE 'pg\\_temp%'
      AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND has_schema_privilege(n.oid, 'USAGE'))
  SELECT 'it is a superuser' AS excess FROM me WHERE rolsuper
  UNION ALL SELECT 'it may create roles' FROM me WHERE rolcreaterole
  UNION ALL SELECT 'it may create databases' FROM me WHERE rolcreatedb
  UNION ALL SELECT 'it may replicate' FROM me WHERE rolreplication
  UNION ALL SELECT 'it passes row-level security (BYPASSRLS)' FROM me WHERE rolbypassrls
  UNION ALL SELECT 'it is a member of ' || r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid JOIN me ON me.oid = m.member
  UNION ALL SELECT 'it logged in as another role' FROM me WHERE session_user <> current_user
  UNION ALL SELECT 'it may make temporary tables' FROM me WHERE has_database_privilege(current_database(), 'TEMP')
  UNION ALL SELECT 'it may create schemas' FROM me WHERE has_database_privilege(current_database(), 'CREATE')
  UNION ALL SELECT 'it owns the database' FROM pg_database d JOIN me ON me.oid = d.datdba WHERE d.datname = current_database()
  UNION ALL SELECT 'it may create in the schema ' || nspname FROM pg_namespace
    WHERE nspname NOT LIKE 'pg\\_temp%' AND nspname NOT LIKE 'pg\\_toast%' AND has_schema_privilege(oid, 'CREATE')
  UNION ALL SELECT 'it owns ' || r.name FROM relations r JOIN pg_class c ON c.oid = r.oid JOIN me ON me.oid = c.relowner
  UNION ALL SELECT 'it may read ' || name FROM relations
    WHERE name <> ALL ($1::text[]) AND CASE WHEN relkind <> 'S' THEN has_any_column_privilege(oid, 'SELECT') END
  UNION ALL SELECT 'it may change ' || name FROM relations
    WHERE CASE WHEN relkind <> 'S' THEN has_table_privilege(oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
                                     OR has_any_column_privilege(oid, 'INSERT, UPDATE, REFERENCES') END
  UNION ALL SELECT 'it may use the sequence ' || name FROM relations
    WHERE CASE WHEN relkind = 'S' THEN has_sequence_privilege(oid, 'USAGE, SELECT, UPDATE') END
  UNION ALL SELECT 'it may call ' || n.nspname || '.' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND has_schema_privilege(n.oid, 'USAGE')
      AND has_function_privilege(p.oid, 'EXECUTE') AND n.nspname || '.' || p.proname <> ALL ($2::text[])
  UNION ALL SELECT 'it may call ' || p.oid::regprocedure FROM pg_proc p
    WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname = ANY ($3::text[]) AND has_function_privilege(p.oid, 'EXECUTE')
  UNION ALL SELECT 'it may use the language ' || lanname FROM pg_language
    WHERE lanname NOT IN ('internal', 'c', 'sql') AND has_language_privilege(oid, 'USAGE')
  UNION ALL SELECT 'it may use the foreign server ' || srvname FROM pg_foreign_server WHERE has_server_privilege(oid, 'USAGE')
  UNION ALL SELECT 'its temporary files have no limit (temp_file_limit)' FROM me WHERE current_setting('temp_file_limit') = '-1'
  ORDER BY 1`
