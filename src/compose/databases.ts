import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { withLogin } from '../adapters/postgres/connect.ts'
import { setPasswords } from '../adapters/postgres/logins.ts'
import { migrate } from '../adapters/postgres/migrate.ts'
import { writePrivateFile } from '../config/home.ts'

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
export async function migrateAll(ledgerAdminUrl: string, keystoreAdminUrl: string): Promise<string[]> {
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

function loadPasswords(file: string): Passwords {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Passwords
  const password = () => randomBytes(24).toString('base64url')
  const passwords = { palimpsest_app: password(), palimpsest_read: password(), palimpsest_keys: password() }
  writePrivateFile(file, `${JSON.stringify(passwords, null, 2)}\n`)
  return passwords
}
