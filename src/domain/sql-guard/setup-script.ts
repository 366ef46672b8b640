import type { DatabaseSettings } from './settings.ts'

/**
 * Functions that everybody may call and that wait, write, lock, change a setting, or run text as SQL. The guard lists none of them;
 * the role may not call them either.
 */
export const HARMFUL_FUNCTIONS = [
  'set_config',
  'pg_sleep',
  'pg_sleep_for',
  'pg_sleep_until',
  'pg_notify',
  'pg_advisory_lock',
  'pg_advisory_lock_shared',
  'pg_advisory_xact_lock',
  'pg_advisory_xact_lock_shared',
  'pg_try_advisory_lock',
  'pg_try_advisory_lock_shared',
  'pg_try_advisory_xact_lock',
  'pg_try_advisory_xact_lock_shared',
  'lo_create',
  'lo_creat',
  'lo_from_bytea',
  'lo_open',
  'lo_put',
  'lo_get',
  'lo_unlink',
  'query_to_xml',
  'query_to_xmlschema',
  'query_to_xml_and_xmlschema',
  'table_to_xml',
  'table_to_xml_and_xmlschema',
  'schema_to_xml',
  'schema_to_xml_and_xmlschema',
  'database_to_xml',
  'database_to_xml_and_xmlschema',
  'cursor_to_xml',
  'ts_stat',
  'ts_rewrite',
  'pg_export_snapshot',
  'pg_current_xact_id',
  'txid_current',
  // Writes to the log of the server, also in a read-only transaction.
  'pg_logical_emit_message',
  // Ends what others run by the same login.
  'pg_terminate_backend',
] as const

/** What the script makes for the gateway itself. */
export const OWN_FUNCTIONS = ['palimpsest.memory_of'] as const

/**
 * The statements that make a role which may read the listed views and nothing else: for psql, as a superuser, in the database itself.
 * They may be run again. What they take from PUBLIC they give to the roles that there are by then: a role that is made later and needs
 * one of it is granted it by hand.
 * @throws RangeError where a name holds a NUL
 */
export function setupScript({ name, views, functions, limits }: DatabaseSettings, role: string): string {
  const schemas = [...new Set([...views, ...functions.map(nameOf)].map(({ schema }) => schema))]
  const who = identifier(role)
  const listed = HARMFUL_FUNCTIONS.map(literal).join(', ')
  return `-- Rights of the login that runs statements on the database ${name.replace(/[^\w.-]/g, '_')}. Run it with psql as a superuser, then set the password:
--   \\password ${who}
BEGIN;

DO $setup$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal(role)}) THEN
    CREATE ROLE ${who} LOGIN;
  END IF;
END $setup$;
ALTER ROLE ${who} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT CONNECTION LIMIT ${limits.connections + 4};
-- By this the script for another database knows that it is no role to be given anything.
ALTER ROLE ${who} SET palimpsest.reader = 'on';
ALTER ROLE ${who} SET default_transaction_read_only = on;
ALTER ROLE ${who} SET statement_timeout = ${limits.statementTimeoutMs};
ALTER ROLE ${who} SET lock_timeout = ${limits.lockTimeoutMs};
ALTER ROLE ${who} SET idle_in_transaction_session_timeout = ${limits.statementTimeoutMs};
ALTER ROLE ${who} SET temp_file_limit = '256MB';
ALTER ROLE ${who} SET search_path = pg_catalog, pg_temp;

-- What everybody may: roles that there are keep it, this one does not.
DO $setup$
DECLARE
  one record;
  others text := (SELECT string_agg(quote_ident(rolname), ', ') FROM pg_roles
                  WHERE rolname <> ${literal(role)} AND rolname NOT LIKE 'pg\\_%'
                    AND NOT coalesce('palimpsest.reader=on' = ANY (rolconfig), false));
BEGIN
  EXECUTE format('REVOKE TEMPORARY, CREATE ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO %s', current_database(), others);
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO %s', current_database(), ${literal(who)});
  FOR one IN SELECT lanname FROM pg_language WHERE lanpltrusted AND lanname NOT IN ('sql', 'internal', 'c') LOOP
    EXECUTE format('REVOKE USAGE ON LANGUAGE %I FROM PUBLIC', one.lanname);
    EXECUTE format('GRANT USAGE ON LANGUAGE %I TO %s', one.lanname, others);
  END LOOP;
  FOR one IN SELECT nspname FROM pg_namespace WHERE nspname = 'public' LOOP
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', one.nspname);
  END LOOP;
  FOR one IN
    SELECT p.oid::regprocedure AS signature FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE p.prokind IN ('f', 'w', 'a')
      AND ((n.nspname = 'pg_catalog' AND p.proname = ANY (ARRAY[${listed}]))
           OR (n.nspname NOT IN ('pg_catalog', 'information_schema', 'palimpsest') AND has_schema_privilege(${literal(role)}, n.oid, 'USAGE')))
      AND has_function_privilege(${literal(role)}, p.oid, 'EXECUTE')
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', one.signature);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s', one.signature, others);
  END LOOP;
END $setup$;

${schemas.map((schema) => `GRANT USAGE ON SCHEMA ${identifier(schema)} TO ${who};`).join('\n')}
${views.map((view) => `GRANT SELECT ON ${qualified(view)} TO ${who};`).join('\n')}
${functions.map((one) => `GRANT EXECUTE ON FUNCTION ${qualified(nameOf(one))} TO ${who};`).join('\n')}

-- How much memory a session of this login has taken, so that a statement which takes too much is stopped; NULL: it cannot be told.
CREATE SCHEMA IF NOT EXISTS palimpsest;
REVOKE ALL ON SCHEMA palimpsest FROM PUBLIC;
CREATE OR REPLACE FUNCTION palimpsest.memory_of(backend integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $memory$
DECLARE
  pages text[];
BEGIN
  IF NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = backend AND usename = session_user) THEN
    RETURN NULL;
  END IF;
  pages := string_to_array(pg_read_file('/proc/' || backend || '/statm'), ' ');
  RETURN (pages[2]::bigint - pages[3]::bigint) * 4096;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $memory$;
REVOKE ALL ON FUNCTION palimpsest.memory_of(integer) FROM PUBLIC;
GRANT USAGE ON SCHEMA palimpsest TO ${who};
GRANT EXECUTE ON FUNCTION palimpsest.memory_of(integer) TO ${who};

-- Functions in the schemas of the views, which everybody could call before there was this role.
DO $setup$
DECLARE
  one record;
  others text := (SELECT string_agg(quote_ident(rolname), ', ') FROM pg_roles
                  WHERE rolname <> ${literal(role)} AND rolname NOT LIKE 'pg\\_%'
                    AND NOT coalesce('palimpsest.reader=on' = ANY (rolconfig), false));
BEGIN
  FOR one IN
    SELECT p.oid::regprocedure AS signature FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'palimpsest') AND has_schema_privilege(${literal(role)}, n.oid, 'USAGE')
      AND has_function_privilege(${literal(role)}, p.oid, 'EXECUTE') AND p.prokind IN ('f', 'w', 'a')
      AND n.nspname || '.' || p.proname <> ALL (ARRAY[${functions.map(literal).join(', ')}]::text[])
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', one.signature);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s', one.signature, others);
  END LOOP;
END $setup$;

COMMIT;

-- Rows by tenant: the gateway names the caller's tenant in each transaction. On each table below the views, for example:
--   ALTER TABLE … ENABLE ROW LEVEL SECURITY;
--   CREATE POLICY by_tenant ON … USING (tenant_id = current_setting('palimpsest.tenant', true));
-- and make the views WITH (security_invoker = false, security_barrier = true), owned by a role that the policy binds (no superuser, no
-- BYPASSRLS; where it owns the tables: ALTER TABLE … FORCE ROW LEVEL SECURITY).
`
}

function nameOf(full: string): { schema: string; name: string } {
  const at = full.indexOf('.')
  return { schema: full.slice(0, at), name: full.slice(at + 1) }
}

function qualified({ schema, name }: { schema: string; name: string }): string {
  return `${identifier(schema)}.${identifier(name)}`
}

function identifier(name: string): string {
  if (name.includes('\0')) throw new RangeError('a name with a NUL')
  return `"${name.replaceAll('"', '""')}"`
}

function literal(text: string): string {
  if (text.includes('\0')) throw new RangeError('a text with a NUL')
  return `'${text.replaceAll("'", "''")}'`
}
