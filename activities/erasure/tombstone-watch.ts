import { PalimpsestError } from '../../src/errors.ts'
import type { ErasureGate, LedgerTombstones, TombstoneKeeper } from '../../src/ports/tombstones.ts'
import type { createReplayReceipts } from './replay-receipts.ts'
import { missing, type TombstoneLog } from './tombstone-log.ts'

export interface TombstoneWatchDeps {
  log: TombstoneLog
  ledger: LedgerTombstones
  keystore: TombstoneKeeper
  receipts: ReturnType<typeof createReplayReceipts>
  /** Told of each tombstone that was carried out. */
  onReplayed(number: number, caseId: string): void
}

/**
 * Carries erasures out again in databases that were restored from before. At the start nothing is readable until every
 * tombstone above the lower of the two databases' numbers is done in both. Later a number that has gone back shows that a
 * database was restored under the gateway, and the same happens. A case that runs does its own work: its tombstone is passed
 * over until it has ended, and only noted then.
 */
export class TombstoneWatch implements ErasureGate {
  private readonly deps: TombstoneWatchDeps
  /** Up to which number both databases are known to be done; null: not looked at, or gone back. */
  private done: number | null = null
  private rounds = 0
  private failure: PalimpsestError | null = null
  private round: Promise<void> | null = null

  constructor(deps: TombstoneWatchDeps) {
    this.deps = deps
  }

  /** Carries out what is due. Throws where a database or the anchor store is away or does not hold what it has to. */
  check(): Promise<void> {
    this.round ??= this.replay().finally(() => {
      this.round = null
    })
    return this.round
  }

  /** @throws PalimpsestError 503 while something that was erased may be there again. */
  require(): void {
    if (this.failure) throw this.failure
    if (this.done === null) throw notReplayed()
  }

  async requireReplayed(): Promise<void> {
    this.require()
    const { done, rounds } = this
    const [ledger, keystore] = await this.applied()
    if (Math.min(ledger, keystore) >= (done ?? 0)) return
    // Unless a round has dealt with it meanwhile.
    if (rounds === this.rounds) this.done = null
    throw notReplayed()
  }

  /** Has the ledger say what is gone and why, where a restore took the entries that did. To be called where it may be written. */
  async explain(): Promise<void> {
    const { ledger, log, receipts } = this.deps
    const [from, until] = await Promise.all([ledger.receipted(), ledger.applied()])
    for (let number = from + 1; number <= until; number++) {
      const tombstone = await log.read(number)
      if (!tombstone) throw missing(number)
      await receipts.append(number, tombstone)
      await ledger.raiseReceipted(number)
    }
  }

  private async replay(): Promise<void> {
    try {
      const [ledger, keystore] = await this.applied()
      const lower = Math.min(ledger, keystore)
      const isRestored = this.done === null || lower < this.done
      if (isRestored) this.done = null
      const newest = await this.deps.log.newest(Math.max(ledger, keystore), isRestored)
      let done = lower
      while (done < newest && (await this.carryOut(done + 1, isRestored))) done += 1
      this.done = done
      this.rounds += 1
      this.failure = null
    } catch (error) {
      if (error instanceof PalimpsestError) this.failure = error
      throw error
    }
  }

  /** False: its case does it by itself. */
  private async carryOut(number: number, isRestored: boolean): Promise<boolean> {
    const { log, ledger, keystore, onReplayed } = this.deps
    const tombstone = await log.read(number)
    if (!tombstone) throw missing(number)
    if (!isRestored && (await ledger.isUnderWay(tombstone.case))) return false
    await keystore.carryOut(tombstone)
    await ledger.carryOut(tombstone)
    const raised = await Promise.all([keystore.raise(number), ledger.raise(number)])
    if (raised.includes(false)) {
      this.done = null
      throw new Error('a database went back while tombstones were carried out')
    }
    onReplayed(number, tombstone.case)
    return true
  }

  private applied(): Promise<[number, number]> {
    return Promise.all([this.deps.ledger.applied(), this.deps.keystore.applied()])
  }
}

function notReplayed(): PalimpsestError {
  return new PalimpsestError({
    code: 'erasures_not_replayed',
    status: 503,
    message:
      'A database may be older than the last erasures, which have to be carried out in it again first: make sure that the anchor store answers.',
    retryAfterSeconds: 5,
  })
}
