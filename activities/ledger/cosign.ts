import type { AnchorItem } from '../../src/domain/evidence/anchor.ts'
import type { NoteSignature } from '../../src/domain/ledger/note.ts'
import { cosignaturesIn, encodeAddCheckpoint, withSignatures } from '../../src/domain/ledger/witness.ts'
import { PalimpsestError } from '../../src/errors.ts'
import type { LedgerTrees } from '../../src/ports/ledger-trees.ts'
import type { Witness, WitnessAnswer } from '../../src/ports/witness.ts'

/** `ahead`: it has a larger tree than we have. `forged`: its answer does not hold. `skipped`: no time was left. */
export type WitnessOutcome = Exclude<WitnessAnswer['kind'], 'conflict'> | 'ahead' | 'forged' | 'skipped'

export interface CosignDeps {
  witnesses: readonly Witness[]
  /** How many of them should cosign each tree head. */
  quorum: number
  trees: Pick<LedgerTrees, 'consistency'>
  /** Milliseconds since the Unix epoch. */
  now(): number
  onAnswer(witness: string, outcome: WitnessOutcome, origin: string): void
  /** Told at the end of each round how many of its tree heads have fewer cosignatures than the quorum. */
  onRound(belowQuorum: number): void
}

/** Milliseconds of one round in which a witness is still asked; an anchor is not held up for longer. */
const ROUND_MS = 15_000
const HEADS_AT_ONCE = 8
/** Questions about one tree head at most: what the witness has is learned from a conflict. */
const MOST_TRIES = 3

/**
 * Asks every witness to cosign the tree heads of an anchor (C2SP tlog-witness) and gives the items with what they signed.
 * Never rejects and never waits long: an anchor is written with the cosignatures that came. A witness that does not answer
 * is left alone for the rest of the round.
 */
export function createCosign(deps: CosignDeps): (items: readonly AnchorItem[]) => Promise<AnchorItem[]> {
  /** By witness and origin, the size it cosigned last, as far as this process knows. */
  const known = new Map<string, number>()
  return async (items) => {
    if (deps.witnesses.length === 0) return [...items]
    const round: Round = { endsAt: deps.now() + ROUND_MS, silent: new Set(), known }
    const cosigned: AnchorItem[] = []
    let belowQuorum = 0
    for (let at = 0; at < items.length; at += HEADS_AT_ONCE) {
      const some = items.slice(at, at + HEADS_AT_ONCE)
      for (const lines of await Promise.all(some.map((item) => askAll(deps, round, item)))) {
        const item = items[cosigned.length] as AnchorItem
        if (lines.length < deps.quorum) belowQuorum++
        cosigned.push({ ...item, note: withSignatures(item.note, lines) })
      }
    }
    deps.onRound(belowQuorum)
    return cosigned
  }
}

interface Round {
  endsAt: number
  silent: Set<Witness>
  known: Map<string, number>
}

async function askAll(deps: CosignDeps, round: Round, item: AnchorItem): Promise<NoteSignature[]> {
  const answers = deps.witnesses.map(async (witness) => {
    const { outcome, lines } = await ask(deps, round, witness, item)
    deps.onAnswer(witness.key.name, outcome, item.origin)
    return lines
  })
  return (await Promise.all(answers)).flat()
}

interface Asked {
  outcome: WitnessOutcome
  lines: readonly NoteSignature[]
}

async function ask(deps: CosignDeps, round: Round, witness: Witness, item: AnchorItem): Promise<Asked> {
  const place = `${witness.key.name} ${item.origin}`
  let oldSize = round.known.get(place) ?? 0
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    if (oldSize > item.treeSize) return none('ahead')
    if (round.silent.has(witness) || deps.now() > round.endsAt) return none('skipped')
    const proof = await deps.trees.consistency(item.origin, oldSize, item.treeSize).catch(() => null)
    if (proof === null) return none('skipped')
    const answer = await witness.addCheckpoint(encodeAddCheckpoint(oldSize, proof, item.note))
    if (answer.kind === 'cosigned') {
      const lines = linesOf(deps, witness, item, answer.lines)
      if (lines !== null) round.known.set(place, item.treeSize)
      return lines === null ? none('forged') : { outcome: 'cosigned', lines }
    }
    if (answer.kind === 'unavailable') round.silent.add(witness)
    if (answer.kind !== 'conflict') return none(answer.kind)
    if (answer.size === oldSize) break
    oldSize = answer.size
    round.known.set(place, oldSize)
  }
  return none('refused')
}

function none(outcome: WitnessOutcome): Asked {
  return { outcome, lines: [] }
}

function linesOf(deps: CosignDeps, witness: Witness, { note }: AnchorItem, answer: string) {
  try {
    return cosignaturesIn(note, answer, witness.key, Math.floor(deps.now() / 1000))
  } catch (error) {
    if (error instanceof PalimpsestError) return null
    throw error
  }
}
