import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { serviceUrl, withLogin, withRole } from '../adapters/postgres/connect.ts'
import { inspectSchema, setPasswords } from '../adapters/postgres/logins.ts'
import { migrate, migrationNames } from '../adapters/postgres/migrate.ts'
import type { Environment } from '../config/env.ts'
import { writePrivateFile } from '../config/home.ts'
import { PalimpsestError } from '../errors.ts'

const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url))
const KEYSTORE_MIGRATIONS = fileURLToPath(new URL('../../migrations/keystore', import.meta.url))

/** Connection strings of the logins that the gateway and its readers use. */
export interface DatabaseUrls {
  /** `palimpsest_app`. */
  app: string
  /** `palimpsest_keys`. */
  keystore: string
  /** `palimpsest_read`. */
  read: string
}

interface Passwords {
  palimpsest_app: string
  palimpsest_read: string
  palimpsest_keys: string
}

/** Applies all migrations; for a login that may create roles. Gives the names of those applied now. */
async function migrateAll(ledgerAdminUrl: string, keystoreAdminUrl: string): Promise<string[]> {
  const ledger = await migrate(ledgerAdminUrl, MIGRATIONS, 'ledger')
  const keystore = await migrate(keystoreAdminUrl, KEYSTORE_MIGRATIONS, 'keystore')
  return [...ledger, ...keystore.map((name) => `keystore/${name}`)]
}

/**
 * Prepares databases of which we are the superuser: migrations, and logins with random passwords that are kept in
 * `passwordFile` (0600).
 */
export async function prepareOwnDatabases(
  adminUrl: (database: string) => string,
  names: { ledger: string; keystore: string },
  passwordFile: string,
): Promise<DatabaseUrls> {
  const ledgerUrl = adminUrl(names.ledger)
  const keystoreUrl = adminUrl(names.keystore)
  await migrateAll(ledgerUrl, keystoreUrl)
  const passwords = loadPasswords(passwordFile)
  await setPasswords(ledgerUrl, { ...passwords })
  const login = (url: string, user: keyof Passwords) => withLogin(url, { user, password: passwords[user] })
  return {
    app: login(ledgerUrl, 'palimpsest_app'),
    read: login(ledgerUrl, 'palimpsest_read'),
    keystore: login(keystoreUrl, 'palimpsest_keys'),
  }
}

/**
 * Prepares databases that somebody else runs. Migrations are applied with `DATABASE_ADMIN_URL`, or in development with
 * `DATABASE_URL` itself where that login may; a schema that is missing or behind refuses the start. A login that owns the
 * ledger could change it: production refuses it, development takes the application's role instead.
 * @throws PalimpsestError `database_schema_behind`, `database_login_owns_ledger`, `database_login_passes_tenant_line`,
 * `database_unreachable`
 */
export async function prepareGivenDatabases(
  env: Pick<Environment, 'production' | 'databaseAdminUrl' | 'keystoreDatabaseUrl' | 'keystoreAdminUrl'> & {
    databaseUrl: string
  },
  say: (line: string) => void,
): Promise<DatabaseUrls> {
  const keystoreUrl = env.keystoreDatabaseUrl ?? env.databaseUrl
  const before = await inspectSchema(env.databaseUrl).catch(unreachable)
  const behind = before.applied.length < (await migrationNames(MIGRATIONS)).length
  const admin = env.databaseAdminUrl ?? (behind && !env.production && before.mayMigrate ? env.databaseUrl : null)
  if (admin !== null) {
    const applied = await migrateAll(admin, env.keystoreAdminUrl ?? env.keystoreDatabaseUrl ?? admin)
    say(applied.length > 0 ? `migrations applied: ${applied.join(', ')}` : 'migrations: nothing to apply')
  } else if (behind) {
    throw new PalimpsestError({
      code: 'database_schema_behind',
      status: 503,
      message:
        'The database lacks migrations: start once with DATABASE_ADMIN_URL (and KEYSTORE_ADMIN_URL), a login that may ' +
        'create roles and tables.',
    })
  }
  const { loginOwnsLedger, heedsTenantLine } = await inspectSchema(env.databaseUrl)
  if (!loginOwnsLedger && !heedsTenantLine) throw passesTenantLine()
  if (!loginOwnsLedger) return { app: env.databaseUrl, read: serviceUrl(env.databaseUrl), keystore: keystoreUrl }
  if (env.production) throw ownsLedger()
  say('DATABASE_URL names a login that owns the ledger: the gateway takes the role palimpsest_app for its connections')
  return {
    app: withRole(env.databaseUrl, 'palimpsest_app'),
    read: withRole(env.databaseUrl, 'palimpsest_read'),
    keystore: env.keystoreDatabaseUrl === null ? withRole(keystoreUrl, 'palimpsest_keys') : keystoreUrl,
  }
}

function unreachable(cause: unknown): never {
  throw new PalimpsestError({
    code: 'database_unreachable',
    status: 503,
    message: 'DATABASE_URL cannot be connected to: start PostgreSQL, or correct host, login and password.',
    cause,
  })
}

function passesTenantLine(): PalimpsestError {
  return new PalimpsestError({
    code: 'database_login_passes_tenant_line',
    status: 503,
    message:
      'The login in DATABASE_URL cannot work within one tenant: it has to be a member of palimpsest_service WITH INHERIT FALSE, ' +
      'SET TRUE and must not have BYPASSRLS. Use palimpsest_app, whose memberships the migrations set.',
  })
}

function ownsLedger(): PalimpsestError {
  return new PalimpsestError({
    code: 'database_login_owns_ledger',
    status: 503,
    message:
      'The login in DATABASE_URL owns the ledger tables or is a superuser, so it could change them: give the gateway a ' +
      'login with the memberships of palimpsest_app and no others.',
  })
}

function loadPasswords(file: string): Passwords {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Passwords
  const password = () => randomBytes(24).toString('base64url')
  const passwords = { palimpsest_app: password(), palimpsest_read: password(), palimpsest_keys: password() }
  writePrivateFile(file, `${JSON.stringify(passwords, null, 2)}\n`)
  return passwords
}
