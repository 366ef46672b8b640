import { createQueryDatabase } from '../adapters/postgres/query/query-database.ts'
import { loadConfigFile } from '../config/file.ts'
import type { DatabaseSettings } from '../domain/sql-guard/settings.ts'
import { setupScript } from '../domain/sql-guard/setup-script.ts'
import { PalimpsestError } from '../errors.ts'
import type { Io } from './io.ts'
import { parseOrNull } from './run-verb.ts'

const USAGE = `palimpsest sql setup <database>   the statements that make its login, for psql
palimpsest sql check [<database>] [--json]   what its login may do beyond reading the listed views
The databases are those of the file in PALIMPSEST_CONFIG.`

/** `setup` writes a script; `check` gives 0 where no login may do too much, 1 where one may, 2 where one cannot be asked. */
export async function run(args: string[], io: Io): Promise<number> {
  const parsed = parseOrNull({ args, allowPositionals: true, options: { json: { type: 'boolean' } } })
  const [verb, name] = parsed?.positionals ?? []
  if (parsed === null || (verb !== 'setup' && verb !== 'check')) {
    io.warn(USAGE)
    return 2
  }
  const databases = databasesOf(io).filter((database) => name === undefined || database.name === name)
  const [first] = databases
  if (!first) {
    io.warn(name === undefined ? 'The configuration has no databases.' : `The configuration has no database ${name}.`)
    return 2
  }
  if (verb === 'check') return check(databases, parsed.values.json === true, io)
  if (name === undefined) {
    io.warn(USAGE)
    return 2
  }
  io.write(setupScript(first, decodeURIComponent(new URL(first.url).username)))
  return 0
}

function databasesOf(io: Io): readonly DatabaseSettings[] {
  const path = io.env.PALIMPSEST_CONFIG
  if (!path) {
    throw new PalimpsestError({
      code: 'config_missing',
      status: 400,
      message: 'Set PALIMPSEST_CONFIG to the configuration file that names the databases.',
    })
  }
  return loadConfigFile(path, io.env).databases ?? []
}

async function check(databases: readonly DatabaseSettings[], asJson: boolean, io: Io): Promise<number> {
  const found: { database: string; excess: readonly string[] | null }[] = []
  for (const settings of databases) {
    const database = createQueryDatabase(settings, { now: Date.now })
    const excess = await database.excessRights().catch(() => null)
    found.push({ database: settings.name, excess })
    await database.close()
  }
  if (asJson) io.write(JSON.stringify(found))
  else for (const one of found) for (const line of linesOf(one)) io.write(line)
  if (found.some(({ excess }) => excess === null)) return 2
  return found.every(({ excess }) => excess?.length === 0) ? 0 : 1
}

function linesOf({ database, excess }: { database: string; excess: readonly string[] | null }): string[] {
  if (excess === null) return [`${database}: cannot be asked; start it, or correct its address and login`]
  if (excess.length === 0) return [`${database}: its login may read the listed views and nothing else`]
  return excess.map((sentence) => `${database}: ${sentence}`)
}
