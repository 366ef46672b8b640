import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type LedgerStack, startLedgerStack } from '../drill/ledger-stack.ts'
import { SampleCalls } from '../drill/sample-ledger.ts'
import { appendLeaves } from '../src/adapters/postgres/ledger/append-leaves.ts'
import { createLedgerReader } from '../src/adapters/postgres/ledger/reader.ts'
import { every } from '../src/background/every.ts'
import { uuidv7 } from '../src/domain/ids/uuidv7.ts'
import { genesisChain } from '../src/domain/ledger/chain.ts'
import { CompactRange } from '../src/domain/ledger/compact-range.ts'
import type { BenchOptions, Measurement } from './support/measurement.ts'
import { cpuOfTree } from './support/processes.ts'
import { runVerifier, type VerifierRun } from './support/run-verifier.ts'
import { writeSamplePack } from './support/sample-pack.ts'
import { percentile } from './support/statistics.ts'
import { formatTable } from './support/table.ts'

const ENTRIES = 1_000_000
const APPENDED = 50_000
const IN_FLIGHT = 2_000
const LAG_RATE = 1_000
const LAG_SECONDS = 20
const TENANTS = 50
const PROOFS = 500
/** As in a gateway: between two looks of the sequencer. */
const SEQUENCER_PAUSE_MS = 500

/** What the ledger itself takes: appends through to leaves, how long an entry waits for its leaf, proofs, verification. */
export const ledger: Measurement = {
  name: 'ledger',
  about: 'appends through to leaves, sequencing lag, proofs at 1,000,000 leaves, verification offline',
  async run(options: BenchOptions) {
    const entries = options.entries ?? ENTRIES
    const stack = await startLedgerStack()
    try {
      options.say('warms up')
      await appendAll(stack, { tenants: 2, entries: APPENDED / 10, name: 'warm' })
      const appends = []
      for (const [tenants, name] of [
        [TENANTS, 'many'],
        [1, 'one'],
      ] as const) {
        options.say(`${APPENDED} entries of ${tenants === 1 ? 'one tenant' : `${tenants} tenants`}`)
        appends.push({ tenants, ...(await appendAll(stack, { tenants, entries: APPENDED, name })) })
      }
      const seconds = options.seconds ?? LAG_SECONDS
      options.say(`${LAG_RATE} entries a second for ${seconds} s`)
      const lag = await measureLag(stack, seconds)
      options.say(`${entries} leaves of one log, then ${PROOFS} proofs`)
      const proofs = await measureProofs(stack, entries)
      options.say(`packs of ${entries} leaves and of ${entries} entries with openings, verified`)
      const packs = await measureVerifier(stack, entries)
      return report({ entries, appends, lag, proofs, packs })
    } finally {
      await stack.stop()
    }
  },
}

interface Appended {
  perSecond: number
  /** CPU milliseconds for a thousand entries. */
  cpu: { own: number; database: number }
}

/**
 * Entries that are made before the clock runs, then appended as fast as they are taken, with the sequencer beside. The logs
 * and the writer's epochs are there already.
 */
async function appendAll(
  { ledger: { openWriter, sequencer, sequence }, serverPid }: LedgerStack,
  options: { tenants: number; entries: number; name: string },
): Promise<Appended> {
  const calls = new SampleCalls()
  const draftOf = (_: unknown, i: number) => calls.next(`${options.name}${i % options.tenants}`)
  const writer = openWriter()
  await Promise.all(Array.from({ length: options.tenants }, draftOf).map((draft) => writer.append(draft)))
  await sequence()
  const drafts = Array.from({ length: options.entries }, draftOf)
  const started = { database: cpuOfTree(serverPid), own: process.cpuUsage(), at: performance.now() }
  let appended = 0
  let leaves = 0
  const feed = async () => {
    for (let draft = drafts.pop(); draft !== undefined; draft = drafts.pop()) {
      await writer.append(draft)
      appended++
    }
  }
  const writing = Promise.all(Array.from({ length: IN_FLIGHT }, feed))
  while (appended < options.entries || leaves < options.entries) {
    leaves += (await sequencer.round()) ?? 0
    if (!sequencer.hasMore) await Promise.race([writing, sleep(SEQUENCER_PAUSE_MS)])
  }
  await writing
  const seconds = (performance.now() - started.at) / 1000
  const own = process.cpuUsage(started.own)
  const perThousand = (ms: number) => ms / (options.entries / 1000)
  return {
    perSecond: options.entries / seconds,
    cpu: {
      own: perThousand((own.user + own.system) / 1000),
      database: perThousand(cpuOfTree(serverPid) - started.database),
    },
  }
}

/** Appends at a fixed rate with the sequencer's pauses as in a gateway: from the append to the commit of the leaf. */
async function measureLag({ ledger }: LedgerStack, seconds: number) {
  const calls = new SampleCalls()
  const drafts = Array.from({ length: LAG_RATE * seconds }, (_, i) => calls.next(`lag${i % TENANTS}`))
  const writer = ledger.openWriter()
  const begun = new Map<string, number>()
  const heads = new Map<string, number>()
  const note = async () => {
    const rows = await ledger.sql`
      SELECT encode(log_id, 'hex') AS log, tree_size::float8 AS size FROM ledger_checkpoint
      WHERE signed_at > now() - interval '20 seconds'`
    const at = performance.now()
    for (const { log, size } of rows) if (!heads.has(`${log} ${size}`)) heads.set(`${log} ${size}`, at)
  }
  const sequence = async () => {
    do {
      await ledger.sequencer.round()
      await note()
    } while (ledger.sequencer.hasMore)
  }
  const failures: unknown[] = []
  const loop = every(SEQUENCER_PAUSE_MS, sequence, (error) => failures.push(error))
  const started = performance.now()
  const appends: Promise<unknown>[] = []
  while (drafts.length > 0) {
    const due = Math.floor(((performance.now() - started) / 1000) * LAG_RATE) - appends.length
    for (const draft of drafts.splice(0, Math.max(0, due))) {
      begun.set(draft.envelope.id, performance.now())
      appends.push(writer.append(draft))
    }
    await sleep(5)
  }
  await Promise.all(appends)
  await loop.stop()
  await sequence()
  if (failures.length > 0) throw failures[0]
  const placed = await ledger.sql`
    SELECT l.entry_id, encode(l.log_id, 'hex') AS log,
           (SELECT min(tree_size) FROM ledger_checkpoint c
            WHERE c.log_id = l.log_id AND c.tree_size > l.leaf_index)::float8 AS size
    FROM ledger_leaf l JOIN ledger_log g USING (log_id) WHERE g.tenant_id LIKE 'lag%'`
  const lags = placed.flatMap(({ entry_id, log, size }) => {
    const from = begun.get(entry_id)
    return from === undefined ? [] : [(heads.get(`${log} ${size}`) ?? Number.NaN) - from]
  })
  if (lags.length !== begun.size || lags.some(Number.isNaN)) throw new Error('not every entry got its leaf')
  return { entries: lags.length, p50: percentile(lags, 0.5), p99: percentile(lags, 0.99), max: Math.max(...lags) }
}

/** Fills one log with leaves as the sequencer does, and proves entries at random places of it. */
async function measureProofs({ ledger }: LedgerStack, entries: number) {
  const log = await ledger.logs.of('proofs')
  const state = { range: new CompactRange(), chain: genesisChain(log.logId) }
  const ids: string[] = []
  const started = performance.now()
  while (state.range.size < entries) {
    const rows = Array.from({ length: Math.min(2000, entries - state.range.size) }, () => ({
      entry_id: uuidv7(Date.now(), randomBytes(10)),
      leaf: randomBytes(210),
    }))
    await ledger.sql.begin((transaction) => appendLeaves(transaction, [{ log, state, rows }]))
    for (const { entry_id } of rows) ids.push(entry_id)
  }
  const filledPerSecond = entries / ((performance.now() - started) / 1000)
  await ledger.sql`ANALYZE ledger_leaf`.catch(() => undefined)
  const reader = createLedgerReader(ledger.sql, ledger.logs)
  const times: number[] = []
  for (let i = 0; i < PROOFS + 50; i++) {
    const id = ids[Math.floor(Math.random() * ids.length)] ?? ''
    const from = performance.now()
    if ((await reader.proof('proofs', id)) === undefined) throw new Error('an entry has no proof')
    if (i >= 50) times.push(performance.now() - from)
  }
  return { filledPerSecond, p50: percentile(times, 0.5), p99: percentile(times, 0.99) }
}

async function measureVerifier({ ledger, folder }: LedgerStack, entries: number) {
  const file = join(folder, 'pack.zip')
  const run = async (shown: boolean): Promise<VerifierRun> => {
    const key = await writeSamplePack(file, { signer: ledger.signer, entries, shown })
    return runVerifier([file, '--trust', key])
  }
  return { leaves: await run(false), entries: await run(true) }
}

function report(found: {
  entries: number
  appends: (Appended & { tenants: number })[]
  lag: { entries: number; p50: number; p99: number; max: number }
  proofs: { filledPerSecond: number; p50: number; p99: number }
  packs: { leaves: VerifierRun; entries: VerifierRun }
}) {
  const { entries, appends, lag, proofs, packs } = found
  const perSecond = ({ seconds }: VerifierRun) => (entries / seconds).toFixed(0)
  const count = entries.toLocaleString('en')
  const text = [
    formatTable(
      ['', 'goal', 'reached'],
      [
        ...appends.map(({ tenants, perSecond: rate }) => [
          `appends/s through to leaves, ${tenants === 1 ? 'one tenant' : `${tenants} tenants`}`,
          '≥ 5000',
          rate.toFixed(0),
        ]),
        ['lag from append to leaf at 1000/s, p50', '≤ 1000 ms', `${lag.p50.toFixed(0)} ms`],
        ['the same, p99', '≤ 2000 ms', `${lag.p99.toFixed(0)} ms`],
        [`proof at ${count} leaves, p50`, '≤ 5 ms', `${proofs.p50.toFixed(1)} ms`],
        ['the same, p99', '', `${proofs.p99.toFixed(1)} ms`],
        ['verification of leaves, leaves/s', '≥ 200000', perSecond(packs.leaves)],
        [`verification of ${count} entries with openings`, '≤ 60 s', `${packs.entries.seconds.toFixed(0)} s`],
        ['the same, peak memory', '< 300 MB', `${packs.entries.peakMb.toFixed(0)} MB`],
      ],
    ),
    '',
    ...appends.map(
      ({ tenants, cpu }) =>
        `CPU ms for 1000 entries of ${tenants === 1 ? 'one tenant' : `${tenants} tenants`}: writer and sequencer ` +
        `${cpu.own.toFixed(0)}, PostgreSQL ${cpu.database.toFixed(0)}.`,
    ),
    `Leaves alone, without writers: ${proofs.filledPerSecond.toFixed(0)}/s.`,
    `CPU of the verifier: ${packs.leaves.cpuSeconds.toFixed(1)} s for the leaves, ` +
      `${packs.entries.cpuSeconds.toFixed(1)} s for the entries.`,
  ].join('\n')
  return { text, data: found }
}
