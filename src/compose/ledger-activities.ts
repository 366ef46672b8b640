import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createLedgerActivities } from '../../activities/ledger/activities.ts'
import { createCosign } from '../../activities/ledger/cosign.ts'
import { createStamp } from '../../activities/ledger/stamp.ts'
import type { LedgerActivities } from '../../activities/ledger/types.ts'
import type { Result } from '../../verify/verify.mjs'
import { openHttpWitness } from '../adapters/witness/http/http-witness.ts'
import type { Log } from '../api/deps.ts'
import type { Metrics } from '../api/metrics.ts'
import type { AnchorConfig } from '../config/types.ts'
import { countCosignatures } from '../domain/ledger/witness.ts'
import { PalimpsestError } from '../errors.ts'
import type { TimeStamper } from '../ports/time-stamper.ts'
import type { Ledger } from './ledger.ts'
import { newEntryId } from './new-entry-id.ts'

const VERIFIER = fileURLToPath(new URL('../../verify/verify.mjs', import.meta.url))

export interface LedgerActivityDeps {
  ledger: Ledger
  anchors: AnchorConfig
  /** Null: anchors get no time stamp. */
  stamper: TimeStamper | null
  metrics: Metrics
  log: Log
}

export function buildLedgerActivities({
  ledger,
  anchors,
  stamper,
  metrics,
  log,
}: LedgerActivityDeps): LedgerActivities {
  const witnesses = anchors.witnesses.map(openHttpWitness)
  const keys = witnesses.map(({ key }) => key)
  return createLedgerActivities({
    ...ledger,
    now: Date.now,
    newEntryId,
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
    stamp: createStamp({
      anchors: ledger.anchors,
      stamper,
      retentionDays: anchors.retentionDays,
      now: Date.now,
      onStamped(error) {
        metrics.timeStamped(error === null)
        if (error === null) return
        const cause = error instanceof PalimpsestError ? error.code : error instanceof Error ? error.name : 'unknown'
        log.warn({ cause }, 'an anchor got no time stamp')
      },
    }),
    onDiverged: (error) => ledger.watch.diverged(error),
    async vouched(origin) {
      const head = ledger.anchors.heads.get(origin)
      const cosigned = head === undefined ? 0 : countCosignatures(head.note, keys)
      return {
        ...(keys.length > 0 && { witnesses: { cosigned, quorum: anchors.witnessQuorum } }),
        ...(stamper !== null && {
          time_stamp: head !== undefined && (await ledger.anchors.stamp(head.number)) !== undefined,
        }),
      }
    },
    onChecked: ({ holds }) => metrics.selfChecked(holds),
    async verify(tenantId, range) {
      const folder = await mkdtemp(join(tmpdir(), 'palimpsest-self-check-'))
      try {
        const file = join(folder, 'pack.zip')
        const pack = ledger.evidence.pack(tenantId, { range, open: null, wholeStore: true })
        await pipeline(Readable.from(pack), createWriteStream(file))
        const trusted = [...(await ledger.verifierKeys(tenantId)), ...anchors.witnesses.map(({ key }) => key)]
        const trust = trusted.flatMap((key) => ['--trust', key])
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
