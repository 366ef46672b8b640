import type { ExportedEntry } from './exported-entry.ts'

/** What an export says before its entries (Art. 15(1) GDPR), counted over all of them. */
export interface ExportSummary {
  entries: number
  /** ISO 8601 of the first and the last one. */
  first_at: string | null
  last_at: string | null
  unreadable: number
  disclosures: number
  purposes: { purpose: string | null; lawful_basis: string | null; entries: number }[]
  /** Providers of models that were sent requests, with the detected values replaced. */
  recipients: { provider: string; model: string; entries: number }[]
  apps: { app: string | null; tool: string | null; entries: number }[]
  /** Kinds of personal data that were found, by type. */
  found: { type: string; values: number }[]
  retention: { class: string; entries: number }[]
}

/** Counts entries one by one, in any number. */
export class SummaryOfEntries {
  #entries = 0
  #first: string | null = null
  #last: string | null = null
  #unreadable = 0
  #disclosures = 0
  readonly #purposes = new Counts()
  readonly #recipients = new Counts()
  readonly #apps = new Counts()
  readonly #found = new Counts()
  readonly #retention = new Counts()

  add(entry: ExportedEntry): void {
    this.#entries++
    if (this.#first === null || entry.at < this.#first) this.#first = entry.at
    if (this.#last === null || entry.at > this.#last) this.#last = entry.at
    if (entry.unreadable !== undefined) this.#unreadable++
    this.#retention.add([entry.retention_class])
    if (entry.kind === 'disclosure') {
      this.#disclosures++
      return
    }
    this.#purposes.add([entry.purpose, entry.lawful_basis])
    this.#apps.add([entry.app, entry.tool])
    for (const { provider, model } of entry.sent_to) this.#recipients.add([provider, model])
    for (const [type, count] of Object.entries(entry.personal_data_found ?? {})) this.#found.add([type], count)
  }

  summary(): ExportSummary {
    return {
      entries: this.#entries,
      first_at: this.#first,
      last_at: this.#last,
      unreadable: this.#unreadable,
      disclosures: this.#disclosures,
      purposes: this.#purposes.list().map(([[purpose, basis], entries]) => ({
        purpose: purpose ?? null,
        lawful_basis: basis ?? null,
        entries,
      })),
      recipients: this.#recipients.list().map(([[provider, model], entries]) => ({
        provider: provider ?? '',
        model: model ?? '',
        entries,
      })),
      apps: this.#apps.list().map(([[app, tool], entries]) => ({ app: app ?? null, tool: tool ?? null, entries })),
      found: this.#found.list().map(([[type], values]) => ({ type: type ?? '', values })),
      retention: this.#retention.list().map(([[name], entries]) => ({ class: name ?? '', entries })),
    }
  }
}

type Key = readonly (string | null)[]

/** How often each key was there, most often first. */
class Counts {
  readonly #counts = new Map<string, { key: Key; count: number }>()

  add(key: Key, by = 1): void {
    const name = JSON.stringify(key)
    const known = this.#counts.get(name)
    if (known) known.count += by
    else this.#counts.set(name, { key, count: by })
  }

  list(): [Key, number][] {
    const all = [...this.#counts].sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1))
    return all.map(([, { key, count }]) => [key, count])
  }
}
