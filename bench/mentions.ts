import { randomBytes } from 'node:crypto'
import { openStretch, rowOf } from '../activities/erasure/open-others.ts'
import { cutJson } from '../src/domain/erasure/cut-text.ts'
import { createSearch } from '../src/domain/erasure/find-mentions.ts'
import { needlesOf } from '../src/domain/erasure/needles.ts'
import { sealText } from '../src/domain/requests/sealing.ts'
import type { OthersText } from '../src/ports/mention-texts.ts'
import type { BenchOptions, Measurement } from './support/measurement.ts'
import { formatTable } from './support/table.ts'
import { code, letter, mailThread } from './support/texts.ts'

const KINDS: readonly { name: string; textOf(n: number): string }[] = [
  { name: 'letters of 1 KB', textOf: letter },
  { name: 'mail threads of 7 KB', textOf: mailThread },
  { name: 'code, logs and tables', textOf: code },
]
const TEXTS = 300
/** Every so manieth text names the person. */
const NAMED_EVERY = 25

const PERSON = {
  user: 'emp-0004217',
  identifiers: [
    { type: 'EMAIL_ADDRESS', value: 'annabel.leeward@example.com' },
    { type: 'PHONE_NUMBER', value: '+1 415 555 2671' },
    { type: 'PERSON', value: 'Annabel Leeward' },
    { type: 'US_SSN', value: '536-22-1234' },
    { type: 'ADDRESS', value: '12 Oak Street, Springfield' },
  ],
}

/** What it costs to look through what others wrote, without the database: open, find, cut. */
export const mentions: Measurement = {
  name: 'mentions',
  about: "CPU for 1,000 of other people's texts that an erasure looks through for mentions",
  async run({ repeats = 3, say }: BenchOptions) {
    const search = createSearch(needlesOf(PERSON))
    const key = { keyId: '0190a1b2-7c3d-4e4f-8a5b-6c7d8e9fa0b1', key: randomBytes(32) }
    const keys = { dataKey: async () => key }
    const gate = { requireReplayed: async () => undefined }
    const data = []
    for (const { name, textOf } of KINDS) {
      say(name)
      const texts = Array.from({ length: TEXTS }, (_, n) => sealed(n, textOf(n), key))
      const bytes = texts.reduce((sum, text) => sum + text.sealed.length, 0)
      const costs = []
      // The first round warms up.
      for (let round = 0; round <= repeats; round++) {
        const before = process.cpuUsage()
        const { texts: opened } = await openStretch({ keys, gate }, 'bench', { texts, values: [] })
        const open = process.cpuUsage(before)
        const cuts = opened.filter((text) => cutJson(text.opened, search) !== null).length
        const all = process.cpuUsage(before)
        if (cuts !== TEXTS / NAMED_EVERY) throw new Error(`${cuts} texts name the person`)
        if (round > 0) costs.push({ openMs: millis(open), allMs: millis(all) })
      }
      const best = costs.reduce((least, cost) => (cost.allMs < least.allMs ? cost : least))
      const per1000 = 1000 / TEXTS
      data.push({
        name,
        openMs: best.openMs * per1000,
        allMs: best.allMs * per1000,
        msPerMb: best.allMs / (bytes / 1024 ** 2),
      })
    }
    const rows = data.map((row) => [row.name, row.openMs.toFixed(0), row.allMs.toFixed(0), row.msPerMb.toFixed(0)])
    return { text: formatTable(['1,000 texts', 'open, CPU ms', 'open, find and cut', 'a MB'], rows), data }
  },
}

function sealed(n: number, content: string, key: { keyId: string; key: Uint8Array }): OthersText {
  const entryId = `0190a1b2-7c3d-7e4f-8a5b-${String(n).padStart(12, '0')}`
  const said = n % NAMED_EVERY === 0 ? `${content}\nAsk Annabel Leeward.` : content
  const text = JSON.stringify({ model: 'bench', messages: [{ role: 'user', content: said }] })
  const of = { entryId, subjectPseudonym: 'sub_bench' }
  return { ...of, group: 'prompt', sealed: sealText(rowOf('bench', of), key, 'prompt', text, randomBytes).sealed }
}

function millis({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000
}
