import postgres from 'postgres'

/** Sets the passwords of logins, by a superuser. The server stores SCRAM verifiers. */
export async function setPasswords(adminUrl: string, passwords: Record<string, string>): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined })
  try {
    for (const [login, password] of Object.entries(passwords)) {
      if (!/^palimpsest_[a-z]+$/.test(login) || !/^[\w-]{16,}$/.test(password))
        throw new Error('unfit login or password')
      await sql.unsafe(`ALTER ROLE ${login} PASSWORD '${password}'`)
    }
  } finally {
    await sql.end({ timeout: 5 })
  }
}

export interface SchemaState {
  /** Names of the migrations applied. */
  applied: string[]
  /** The login could change what the ledger must keep: it is superuser or owns a ledger table. */
  loginOwnsLedger: boolean
  /** The login may create roles and tables. */
  mayMigrate: boolean
  /** The login sees the rows of all tenants where it takes the role for it, and nowhere else. */
  heedsTenantLine: boolean
}

/** What a login finds in a database; no migrations where the schema is missing. */
export async function inspectSchema(url: string): Promise<SchemaState> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined, connect_timeout: 5 })
  try {
    const [login] = await sql`
      SELECT rolsuper OR EXISTS (
        SELECT FROM pg_class c WHERE c.relname = 'ledger_entry' AND pg_has_role(current_user, c.relowner, 'USAGE')) AS owns,
        rolsuper OR rolcreaterole AS may_migrate,
        NOT rolbypassrls AND EXISTS (
          SELECT FROM pg_roles s WHERE s.rolname = 'palimpsest_service' AND pg_has_role(current_user, s.oid, 'SET')
            AND NOT pg_has_role(current_user, s.oid, 'USAGE')) AS heeds
      FROM pg_roles WHERE rolname = current_user`
    const [table] = await sql`SELECT to_regclass('public.palimpsest_migration') IS NOT NULL AS known`
    const rows = table?.known ? await sql`SELECT name FROM public.palimpsest_migration ORDER BY name` : []
    return {
      applied: rows.map((row) => row.name),
      loginOwnsLedger: login?.owns === true,
      mayMigrate: login?.may_migrate === true,
      heedsTenantLine: login?.heeds === true,
    }
  } finally {
    await sql.end({ timeout: 5 })
  }
}
