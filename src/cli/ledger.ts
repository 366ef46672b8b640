import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { AnchorLog } from '../../activities/ledger/anchor-log.ts'
import { openLocalLogSigner } from '../adapters/kms/local/local-log-signer.ts'
import { connectPostgres } from '../adapters/postgres/connect.ts'
import { recoverLedger } from '../adapters/postgres/ledger/recover.ts'
import { createLedgerTrees } from '../adapters/postgres/ledger/trees.ts'
import { openAnchorStore } from '../compose/ledger.ts'
import { readEnvironment } from '../config/env.ts'
import { homeLayout, readRunFile } from '../config/home.ts'
import { equalBytes } from '../domain/ledger/bytes.ts'
import { parseOrigin } from '../domain/ledger/origin.ts'
import type { LedgerTrees } from '../ports/ledger-trees.ts'
import type { Io } from './io.ts'

const USAGE = 'palimpsest ledger recover --confirm [--force] [--json]'

/** `palimpsest ledger recover`: the way on after the database was restored to an earlier time. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { confirm: { type: 'boolean' }, force: { type: 'boolean' }, json: { type: 'boolean' } },
    allowPositionals: true,
    strict: false,
  })
  if (positionals[0] !== 'recover' || positionals.length > 1) {
    io.warn(USAGE)
    return 2
  }
  const env = readEnvironment(io.env)
  const home = homeLayout(io.env, process.cwd())
  const url = env.databaseUrl ?? readRunFile(home)?.adminDatabaseUrl
  if (!url) {
    io.warn('Set DATABASE_URL, or start the gateway whose embedded database is to be recovered.')
    return 2
  }
  const anchors = new AnchorLog(openAnchorStore(env, join(home.root, 'anchors')), env.deployment)
  await anchors.refresh()
  const sql = connectPostgres(url, { max: 1, name: 'palimpsest-recover', statementTimeoutMs: 120_000 })
  try {
    if (!values.force && (await holdsWhatIsAnchored(createLedgerTrees(sql), anchors))) {
      io.write('The database holds everything that is anchored: there is nothing to recover.')
      return 0
    }
    if (!values.confirm) {
      io.warn('This ends the generation in force of every log and opens the next one. Add --confirm to do it.')
      return 2
    }
    const recovered = await recoverLedger({
      sql,
      signer: await openLocalLogSigner(join(home.root, 'keys', 'signing')),
      anchors,
      deployment: env.deployment,
      gatewayVersion: 'recover',
      now: Date.now,
    })
    if (values.json) io.write(JSON.stringify(recovered, null, 2))
    else for (const log of recovered) io.write(describe(log))
    return 0
  } finally {
    await sql.end({ timeout: 5 })
  }
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

function describe(log: Awaited<ReturnType<typeof recoverLedger>>[number]): string {
  const { previous, origin, verifierKey, restoredSize, anchoredSize, unplaced, entryId } = log
  const lost =
    anchoredSize > restoredSize
      ? `lost the leaves ${restoredSize} to ${anchoredSize - 1}`
      : 'lost nothing that was anchored'
  const rest = unplaced > 0 ? `; ${unplaced} entries stay without a leaf` : ''
  return `${previous} ${lost}${rest}; ${origin} goes on (entry ${entryId}). Give auditors its key: ${verifierKey}`
}
