import { existsSync } from 'node:fs'
import type { Shop } from './shop.ts'

/** The whole database as text: what is in it, who may what, sequences, large objects, settings, and locks of sessions. */
export async function fingerprintOf(
  { admin, role }: Pick<Shop, 'admin' | 'role'>,
  since: Date,
): Promise<Record<string, unknown>> {
  const tables = await admin`
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
    ORDER BY 1, 2`
  const data: Record<string, string> = {}
  for (const { nspname, relname } of tables) {
    const [row] = await admin.unsafe(
      `SELECT count(*) || ':' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS digest FROM "${nspname}"."${relname}" t`,
    )
    data[`${nspname}.${relname}`] = row?.digest
  }
  const one = async (query: string) => (await admin.unsafe(query)).map((row) => JSON.stringify(row)).sort()
  return {
    data,
    classes: await one(
      `SELECT oid, relname, relnamespace, relowner, relkind, relacl::text FROM pg_class WHERE oid >= 16384`,
    ),
    functions: await one(
      'SELECT oid, proname, proacl::text, md5(prosrc) FROM pg_proc WHERE oid >= 16384 OR proacl IS NOT NULL',
    ),
    schemas: await one(
      "SELECT nspname, nspowner, nspacl::text FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_'",
    ),
    // Those of other tests' shops come and go.
    roles: await one(
      `SELECT rolname, rolsuper, rolcanlogin, rolconfig::text FROM pg_roles WHERE rolname !~ '^shop_' OR rolname = '${role}'`,
    ),
    settings:
      await one(`SELECT setdatabase, setconfig::text FROM pg_db_role_setting LEFT JOIN pg_roles r ON r.oid = setrole
      WHERE r.rolname IS NULL OR r.rolname !~ '^shop_' OR r.rolname = '${role}'`),
    files: await one('SELECT sourcefile, name, setting FROM pg_file_settings'),
    types: await one('SELECT oid, typname FROM pg_type WHERE oid >= 16384'),
    extensions: await one('SELECT extname FROM pg_extension'),
    sequences: await one('SELECT schemaname, sequencename, last_value::text FROM pg_sequences'),
    largeObjects: await one('SELECT loid::text, pageno, md5(data) FROM pg_largeobject'),
    locks: await one(`SELECT locktype, classid::text, objid::text FROM pg_locks WHERE locktype = 'advisory'
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`),
    transactions: await one('SELECT gid FROM pg_prepared_xacts'),
    slots: await one('SELECT slot_name FROM pg_replication_slots'),
    restarted: (await admin`SELECT pg_postmaster_start_time() > ${since} AS restarted`)[0]?.restarted,
    file: existsSync('/tmp/palimpsest-attack'),
  }
}
