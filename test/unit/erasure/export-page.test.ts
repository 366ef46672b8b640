import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exportHead } from '../../../src/domain/exports/export-file.ts'
import { escapeHtml, PAGE_END, pageEntry, pageStart } from '../../../src/domain/exports/export-page.ts'
import { SummaryOfEntries } from '../../../src/domain/exports/export-summary.ts'
import type { ExportedEntry } from '../../../src/domain/exports/exported-entry.ts'

const json = fc.jsonValue({ maxDepth: 4 })
const text = fc.oneof(
  fc.string(),
  fc.constantFrom('<script>', '</div>', '"', "'", '&lt;', '<!--', ']]>', 'javascript:'),
)
const nullable = fc.option(text)

const entry: fc.Arbitrary<ExportedEntry> = fc.record({
  id: text,
  kind: fc.oneof(fc.constantFrom('interaction', 'refusal', 'disclosure'), text),
  at: text,
  status: text,
  app: nullable,
  team: nullable,
  tool: nullable,
  feature: nullable,
  region: nullable,
  purpose: nullable,
  lawful_basis: nullable,
  sent_to: fc.array(fc.record({ provider: text, model: text }), { maxLength: 3 }),
  prompt_tokens: fc.option(fc.nat()),
  response_tokens: fc.option(fc.nat()),
  cost_usd: nullable,
  personal_data_found: fc.option(fc.dictionary(text, fc.nat(), { maxKeys: 3 })),
  personal_data_replaced: fc.boolean(),
  retention_class: text,
  user: nullable,
  session: nullable,
  consent: nullable,
  prompt: fc.oneof(json, fc.record({ messages: fc.array(json), model: json })),
  response: fc.oneof(json, fc.record({ choices: fc.array(json) })),
  detected: fc.array(fc.record({ placeholder: text, type: text, value: text }), { maxLength: 3 }),
})

/** Every tag of a page, by name. */
const tagsOf = (page: string) => [...page.matchAll(/<[/!]?([^\s>]*)/g)].map(([, name = '']) => name.toLowerCase())
const OURS = new Set(
  'doctype html head meta title style body h1 h2 h3 p table tr th td ul li br article div'
    .split(' ')
    .concat('!doctype'),
)

describe('the page of an export', () => {
  it('has no tag but its own, whatever an entry holds', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 4 }), text, (entries, id) => {
        const summary = new SummaryOfEntries()
        for (const one of entries) summary.add(one)
        const head = exportHead({
          export: id,
          tenant: id,
          made_at: id,
          subject: id,
          readable: 'all',
          disclosure: id,
          summary: summary.summary(),
        })
        const page = `${pageStart(head)}${entries.map(pageEntry).join('')}${PAGE_END}`
        expect(tagsOf(page).filter((name) => !OURS.has(name))).toEqual([])
        expect(page.match(/<article>/g) ?? []).toHaveLength(entries.length)
        expect(page.match(/<\/html>/g)).toHaveLength(1)
      }),
      { numRuns: 300 },
    )
  })

  it('shows every text of a message and of an answer, and what is of another kind as JSON', () => {
    fc.assert(
      fc.property(entry, text, text, (one, asked, answered) => {
        const prompt = { messages: [{ role: 'user', content: [{ type: 'text', text: asked }] }] }
        const page = pageEntry({ ...one, prompt, response: { choices: [{ message: { content: answered } }] } })
        expect(page).toContain(`>${escapeHtml(asked)}</div>`)
        expect(page).toContain(`>${escapeHtml(answered)}</div>`)
      }),
    )
  })
})
