import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createLedgerActivities } from '../../activities/ledger/activities.ts'
import { createCosign } from '../../activities/ledger/cosign.ts'
import type { LedgerActivities } from '../../activities/ledger/types.ts'
import type { Result } from '../../verify/verify.mjs'
import { openHttpWitness } from '../adapters/witness/http/http-witness.ts'
import type { Log } from '../api/deps.ts'
import type { Metrics } from '../api/metrics.ts'
import type { AnchorConfig } from '../config/types.ts'
import { uuidv7 } from '../domain/ids/uuidv7.ts'
import { countCosignatures } from '../domain/ledger/witness.ts'
import type { Ledger } from './ledger.ts'

const VERIFIER = fileURLToPath(new URL('../../verify/verify.mjs', import.meta.url))

export interface LedgerActivityDeps {
  ledger: Ledger
  anchors: AnchorConfig
  metrics: Metrics
  log: Log
}

export function buildLedgerActivities({ ledger, anchors, metrics, log }: LedgerActivityDeps): LedgerActivities {
  const witnesses = anchors.witnesses.map(openHttpWitness)
  const keys = witnesses.map(({ key }) => key)
  return createLedgerActivities({
    ...ledger,
    now: Date.now,
    newEntryId: () => uuidv7(Date.now(), randomBytes(10)),
    retentionDays: anchors.retentionDays,
    cosign: createCosign({
      witnesses,
      quorum: anchors.witnessQuorum,
      trees: ledger.trees,
      now: Date.now,
      onAnswer(witness, outcome, origin) {
        metrics.witnessAnswered(witness, outcome)
        if (outcome !== 'cosigned') log.warn({ witness, outcome, origin }, 'a witness did not cosign a tree head')
      },
      onRound: (count) => metrics.belowQuorum(count),
    }),
    stamp: async () => undefined,
    onDiverged: (error) => ledger.watch.diverged(error),
    vouched(origin) {
      const note = ledger.anchors.of(origin)?.note
      if (keys.length === 0) return {}
      const cosigned = note === undefined ? 0 : countCosignatures(note, keys)
      return { witnesses: { cosigned, quorum: anchors.witnessQuorum } }
    },
    onChecked: ({ holds }) => metrics.selfChecked(holds),
    async verify(tenantId, range) {
      const folder = await mkdtemp(join(tmpdir(), 'palimpsest-self-check-'))
      try {
        const file = join(folder, 'pack.zip')
        const pack = ledger.evidence.pack(tenantId, { range, open: null, wholeStore: true })
        await pipeline(Readable.from(pack), createWriteStream(file))
        const trust = (await ledger.verifierKeys(tenantId)).flatMap((key) => ['--trust', key])
        const result = await runVerifier([file, '--json', ...trust])
        const [first] = result.problems
        const leaves = result.logs.reduce((sum, log) => sum + Number(log.leaves), 0)
        return { exit: result.exit, leaves, first: first ? describe(first) : null }
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
  })
}

/** The verifier in a process of its own: it takes no time and no memory from the gateway's requests. */
function runVerifier(args: string[]): Promise<Result> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [VERIFIER, ...args], { maxBuffer: 1 << 26 }, (error, stdout) => {
      try {
        resolve(JSON.parse(stdout) as Result)
      } catch (cause) {
        reject(error ?? cause)
      }
    })
  })
}

function describe({ kind, leaf, entry, what }: Result['problems'][number]): string {
  const place = [leaf === null ? null : `leaf ${leaf}`, entry === null ? null : `entry ${entry}`]
  return [kind, ...place.filter((part) => part !== null), what].join(': ')
}
