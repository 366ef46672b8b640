import type { EntryDraft } from '../../domain/ledger/entry-draft.ts'
import type { LedgerWriter } from '../../ports/ledger-writer.ts'
import type { Share, ShareStore } from './options.ts'
import { yearsOf } from './shares.ts'
import { TenantYear } from './tenant-year.ts'

const AT_ONCE = 4096

/**
 * Writes a share of a made-up year through the ledger's own writer: entries with their days' ids, content sealed under keys of
 * persons, so that whatever checks, archives or reports real entries does so with these.
 * @param told how many entries of each kind were written since it was told last.
 */
export async function writeShare(
  store: ShareStore,
  share: Share,
  told: (written: Record<string, number>) => void,
): Promise<void> {
  const { seed, tenants, days, index, of } = share
  const years = yearsOf(share)
  const all = tenants.map((tenant, at) => new TenantYear(store, seed, years[at] as (typeof years)[number], tenant))
  const appending = new Appending(store.ledger, told)
  let planned = 0
  for (let day = 0; day < days; day++) {
    for (const tenant of all) {
      const { calls, lookedInto } = tenant.plan(day)
      const own = calls.filter(() => Math.floor(planned++ / AT_ONCE) % of === index)
      for await (const drafts of tenant.calledOn(own, AT_ONCE)) await appending.add(drafts)
      // In one share, so that what is released or completed comes behind what it is about.
      if (index === 0) await appending.add(await tenant.actedOn(day, lookedInto))
    }
  }
  await appending.finish()
}

/** Appends while the next entries are made. */
class Appending {
  private readonly ledger: LedgerWriter
  private readonly told: (written: Record<string, number>) => void
  private under: Promise<unknown> = Promise.resolve()
  private held: EntryDraft[] = []

  constructor(ledger: LedgerWriter, told: (written: Record<string, number>) => void) {
    this.ledger = ledger
    this.told = told
  }

  async add(drafts: readonly EntryDraft[]): Promise<void> {
    this.held.push(...drafts)
    if (this.held.length >= AT_ONCE) await this.flush()
  }

  async finish(): Promise<void> {
    await this.flush()
    await this.under
  }

  private async flush(): Promise<void> {
    const drafts = this.held
    this.held = []
    await this.under
    this.under = this.append(drafts)
    // What it rejects with is heard when it is waited for.
    this.under.catch(() => undefined)
  }

  private async append(drafts: readonly EntryDraft[]): Promise<void> {
    await Promise.all(drafts.map((draft) => this.ledger.append(draft)))
    const written: Record<string, number> = {}
    for (const { envelope } of drafts) written[envelope.kind] = (written[envelope.kind] ?? 0) + 1
    this.told(written)
  }
}
