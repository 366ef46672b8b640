import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AnchorLog } from '../../activities/ledger/anchor-log.ts'
import { LedgerWatch } from '../../activities/ledger/ledger-watch.ts'
import { openFileAnchorStore } from '../adapters/archive/files/file-anchor-store.ts'
import { createEvidencePacker } from '../adapters/postgres/ledger/evidence/packer.ts'
import { Logs } from '../adapters/postgres/ledger/logs.ts'
import { createLedgerReader } from '../adapters/postgres/ledger/reader.ts'
import { retireReplacedKeys } from '../adapters/postgres/ledger/rotate.ts'
import { Sequencer } from '../adapters/postgres/ledger/sequencer.ts'
import { createLedgerTrees } from '../adapters/postgres/ledger/trees.ts'
import { createLedgerWriter } from '../adapters/postgres/ledger/writer.ts'
import type { Sql } from '../adapters/postgres/sql.ts'
import type { Environment } from '../config/env.ts'
import { signNote } from '../domain/ledger/note.ts'
import { formatVkey } from '../domain/ledger/vkey.ts'
import type { AnchorStore } from '../ports/anchor-store.ts'
import type { EvidencePacker } from '../ports/evidence.ts'
import type { LedgerReader } from '../ports/ledger-reader.ts'
import type { LedgerTrees } from '../ports/ledger-trees.ts'
import type { LedgerWriter } from '../ports/ledger-writer.ts'
import type { LogSigner } from '../ports/log-signer.ts'
import { openLogSigner } from './log-signer.ts'
import type { GatewaySettings } from './settings.ts'

const VERIFY = fileURLToPath(new URL('../../verify/', import.meta.url))
/** What travels with every pack. */
const TOOLS = ['verify.mjs', 'verify.html', 'README.txt']

export interface Ledger {
  ledger: LedgerWriter
  entries: LedgerReader
  sequencer: Sequencer
  trees: LedgerTrees
  anchors: AnchorLog
  watch: LedgerWatch
  evidence: EvidencePacker
  /** Of all generations of a tenant's log, in C2SP form. */
  verifierKeys(tenantId: string): Promise<string[]>
  /** Where anchors stand, and tombstones beside them. */
  anchorStore: AnchorStore
  signer: LogSigner
  /** The name of a tenant's log in force, and so of its key. */
  originOf(tenantId: string): Promise<string>
  /** A C2SP signed note over a text, by the key of the tenant's log that is in force. */
  signNote(tenantId: string, text: string): Promise<string>
  /** Retires replaced log keys whose overlap is over; gives the tenants whose keys they were. */
  retireKeys(): Promise<string[]>
  /** Asks whether the signing keys can be reached. */
  askSigner(): Promise<void>
  /** How many pending entries nobody signed. */
  refused(): number
  /** Somebody waits for a leaf: whoever places leaves in this process does so at once. */
  hurry(): void
  onHurry(listener: () => void): void
}

/** Opens the ledger over its database, its signing keys and its anchor store. */
export async function openLedger(settings: GatewaySettings, sql: Sql): Promise<Ledger> {
  const { env, log, version } = settings
  const signer = await openLogSigner(env, join(settings.kmsFolder, 'signing'))
  const logs = new Logs(sql, signer, env.deployment)
  const trees = createLedgerTrees(sql)
  const anchorStore = await openAnchorStore(env, anchorFolderOf(settings))
  const anchors = new AnchorLog(anchorStore, env.deployment)
  let refused = 0
  const hurried: (() => void)[] = []
  const watch = new LedgerWatch({
    anchors,
    trees,
    deployment: env.deployment,
    refreshLogs: () => logs.refresh(),
    generations: () => logs.generations(),
    now: Date.now,
    onChange(state, origin) {
      if (state === 'restored') log.error({ origin }, 'the ledger is not the one that was anchored: nothing is written')
      else log.info({ state }, 'the ledger was compared with its anchors')
    },
  })
  return {
    ledger: createLedgerWriter({
      sql,
      logs,
      gatewayVersion: version,
      now: Date.now,
      guard: () => watch.require(),
    }),
    entries: createLedgerReader(sql, logs),
    sequencer: new Sequencer({
      sql,
      logs,
      anchored: anchors,
      onRefused(count) {
        refused = count
        log.warn({ count }, 'entries that no writer signed wait for a leaf and get none')
      },
    }),
    trees,
    anchors,
    watch,
    evidence: createEvidencePacker({
      sql,
      logs,
      trees,
      anchors,
      tools: TOOLS.map((name) => ({ name, bytes: readFileSync(join(VERIFY, name)) })),
      witnesses: settings.config.anchors.witnesses.map(({ key }) => key),
      madeBy: `palimpsest ${version}`,
      now: Date.now,
    }),
    anchorStore,
    signer,
    verifierKeys: async (tenantId) => (await logs.all(tenantId)).flatMap((log) => log.keys.map(formatVkey)),
    originOf: async (tenantId) => (await logs.of(tenantId)).origin,
    async signNote(tenantId, text) {
      const { key, sign } = await logs.of(tenantId)
      return signNote(text, [{ name: key.name, keyId: key.keyId, sign }])
    },
    retireKeys: () => retireReplacedKeys({ logs, signer, now: Date.now }),
    askSigner: () => signer.check(),
    refused: () => refused,
    hurry() {
      for (const tell of hurried) tell()
    },
    onHurry: (listener) => void hurried.push(listener),
  }
}

/** Where files stand that would be anchors in a bucket. */
function anchorFolderOf(settings: Pick<GatewaySettings, 'kmsFolder' | 'anchorFolder'>): string {
  return settings.anchorFolder ?? join(dirname(settings.kmsFolder), 'anchors')
}

/** Files below `folder`, or the bucket that the environment names. */
export async function openAnchorStore(env: Pick<Environment, 's3'>, folder: string): Promise<AnchorStore> {
  if (env.s3 === null) return openFileAnchorStore(folder)
  const { openS3AnchorStore } = await import('../adapters/archive/s3/s3-anchor-store.ts')
  return openS3AnchorStore(env.s3)
}
