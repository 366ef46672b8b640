import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { AnchorLog } from '../../activities/ledger/anchor-log.ts'
import { retainUntil } from '../../activities/ledger/retention.ts'
import { connectPostgres, connectService, withLogin } from '../adapters/postgres/connect.ts'
import { recoverLedger } from '../adapters/postgres/ledger/recover.ts'
import { createLedgerTrees } from '../adapters/postgres/ledger/trees.ts'
import { openAnchorStore } from '../compose/ledger.ts'
import { openLogSigner } from '../compose/log-signer.ts'
import { defaultAnchorRetentionDays } from '../config/defaults.ts'
import { readEnvironment } from '../config/env.ts'
import { loadConfigFile } from '../config/file.ts'
import { homeLayout, readRunFile } from '../config/home.ts'
import { equalBytes } from '../domain/ledger/bytes.ts'
import { parseOrigin } from '../domain/ledger/origin.ts'
import type { AnchorStore } from '../ports/anchor-store.ts'
import type { LedgerTrees } from '../ports/ledger-trees.ts'
import type { Io } from './io.ts'
import { type KeyDeps, type KeyFlags, listKeys, rotateKeys } from './ledger-keys.ts'
import { replayErasures } from './replay-erasures.ts'

const EMBEDDED_KEYSTORE = 'palimpsest_keystore'

const USAGE = `palimpsest ledger recover --confirm [--force] [--json]
palimpsest ledger rotate-key [--tenant <id>] [--overlap-hours <n> | --end-overlap] [--json]
palimpsest ledger keys [--tenant <id>] [--json]`

type Flags = KeyFlags & { confirm?: boolean | undefined; force?: boolean | undefined }
type Deps = KeyDeps & { store: AnchorStore; keystoreUrl: string }
type Verb = (flags: Flags, deps: Deps) => Promise<number>

const VERBS: Readonly<Record<string, { needs: 'any' | 'sound'; run: Verb }>> = {
  recover: { needs: 'any', run: recover },
  'rotate-key': { needs: 'sound', run: rotateKeys },
  keys: { needs: 'any', run: listKeys },
}

/** `palimpsest ledger <verb>`: what an operator does to the logs themselves. */
export async function run(args: string[], io: Io): Promise<number> {
  const parsed = parse(args)
  const [name = '', ...rest] = parsed?.positionals ?? []
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined
  if (!parsed || !verb || rest.length > 0) {
    io.warn(USAGE)
    return 2
  }
  const env = readEnvironment(io.env)
  const home = homeLayout(io.env, process.cwd())
  const embedded = readRunFile(home)?.adminDatabaseUrl
  const url = env.databaseUrl ?? embedded
  if (!url) {
    io.warn('Set DATABASE_URL, or start the gateway whose embedded database this is about.')
    return 2
  }
  const store = await openAnchorStore(env, join(home.root, 'anchors'))
  const anchors = new AnchorLog(store, env.deployment)
  await anchors.refresh()
  // The embedded database's superuser sees all rows as it is.
  const connect = env.databaseUrl === null ? connectPostgres : connectService
  const sql = connect(url, { max: 4, name: `palimpsest-${name}`, statementTimeoutMs: 120_000 })
  try {
    if (verb.needs === 'sound' && !(await holdsWhatIsAnchored(createLedgerTrees(sql), anchors))) {
      io.warn('The database is not the one that was anchored: run `palimpsest ledger recover` first.')
      return 1
    }
    const folder = join(home.root, 'keys', 'signing')
    const own = env.databaseUrl === null ? withLogin(url, { database: EMBEDDED_KEYSTORE }) : url
    const keystoreUrl = env.keystoreDatabaseUrl ?? own
    return await verb.run(parsed.flags, { sql, env, folder, anchors, io, store, keystoreUrl })
  } finally {
    await sql.end({ timeout: 5 })
  }
}

function parse(args: string[]): { flags: Flags; positionals: string[] } | null {
  const boolean = { type: 'boolean' } as const
  const text = { type: 'string' } as const
  try {
    const { values, positionals } = parseArgs({
      args,
      options: {
        confirm: boolean,
        force: boolean,
        json: boolean,
        tenant: text,
        'overlap-hours': text,
        'end-overlap': boolean,
      },
      allowPositionals: true,
    })
    const { 'overlap-hours': overlapHours, 'end-overlap': endOverlap, ...flags } = values
    return { flags: { ...flags, overlapHours, endOverlap }, positionals }
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** `palimpsest ledger recover`: the way on after the database was restored to an earlier time. */
async function recover(flags: Flags, deps: Deps): Promise<number> {
  const { sql, env, folder, anchors, io } = deps
  if (!flags.force && (await holdsWhatIsAnchored(createLedgerTrees(sql), anchors))) {
    io.write('The database holds everything that is anchored: there is nothing to recover.')
    return 0
  }
  if (!flags.confirm) {
    io.warn('This ends the generation in force of every log and opens the next one. Add --confirm to do it.')
    return 2
  }
  const config = env.configFile === null ? null : loadConfigFile(env.configFile, io.env)
  const retentionDays = config?.anchors.retentionDays ?? defaultAnchorRetentionDays
  // Before anything is opened anew: what was erased since the backup is not to be read again.
  const erased = await replayErasures(deps)
  if (!flags.json) io.write(sayErased(erased))
  const recovered = await recoverLedger({
    sql,
    signer: await openLogSigner(env, folder),
    anchors,
    deployment: env.deployment,
    gatewayVersion: 'recover',
    anchor: (items) => anchors.write(items, Date.now() * 1000, retainUntil(Date.now(), retentionDays)),
    now: Date.now,
  })
  if (flags.json) io.write(JSON.stringify(recovered, null, 2))
  else for (const log of recovered) io.write(describe(log))
  return 0
}

/** What a gateway noticed that still runs, and no anchor has seen, is recovered with `--force`. */
async function holdsWhatIsAnchored(trees: LedgerTrees, anchors: AnchorLog): Promise<boolean> {
  const newest = new Map<string, number>()
  for (const { origin } of await trees.heads()) newest.set(parseOrigin(origin).tenant, parseOrigin(origin).generation)
  for (const [origin, { treeSize, rootHash }] of anchors.heads) {
    const { tenant, generation } = parseOrigin(origin)
    if (generation < (newest.get(tenant) ?? 0)) continue
    const root = await trees.root(origin, treeSize)
    if (root === undefined || !equalBytes(root, rootHash)) return false
  }
  return true
}

function sayErased(erased: readonly number[] | null): string {
  if (erased === null) {
    return 'Erasures were not carried out again, because KEYSTORE_DATABASE_URL is not set: a gateway does it when it starts, before it serves.'
  }
  if (erased.length === 0) return 'The databases are not older than the last erasure.'
  return `Carried out again: ${erased.length} tombstones of erasures since the backup, up to number ${erased.at(-1)}`
}

function describe(log: Awaited<ReturnType<typeof recoverLedger>>[number]): string {
  const { previous, origin, verifierKey, restoredSize, anchoredSize, unplaced, entryId } = log
  const lost =
    anchoredSize > restoredSize
      ? `lost the leaves ${restoredSize} to ${anchoredSize - 1}`
      : 'lost nothing that was anchored'
  const rest = unplaced > 0 ? `; ${unplaced} entries stay without a leaf` : ''
  return `${previous} ${lost}${rest}; ${origin} goes on (entry ${entryId}). Give auditors its key: ${verifierKey}`
}
