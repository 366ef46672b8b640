import type { ExportHead } from './export-file.ts'
import type { ExportedEntry } from './exported-entry.ts'

/** Text as HTML shows it, in content and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; color: #1d2025; max-width: 52rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem } h2 { font-size: 1.2rem; margin-top: 2.5rem }
article { border: 1px solid #c9ced6; border-radius: 6px; padding: .75rem 1rem; margin: 1rem 0 }
article h3 { font-size: 1rem; margin: 0 0 .25rem }
.facts { color: #59616d; font-size: .85rem; margin: 0 0 .5rem }
.text { white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0; padding: .5rem .75rem; border-left: 4px solid #8aa4c8;
  background: #f4f6f9; unicode-bidi: plaintext }
.answer { border-color: #7ab08a } .who { font-size: .75rem; color: #59616d; text-transform: uppercase; margin: .5rem 0 0 }
table { border-collapse: collapse; font-size: .9rem } td, th { text-align: left; padding: .15rem 1rem .15rem 0; vertical-align: top }
td { overflow-wrap: anywhere } @media print { article { break-inside: avoid } }`

/** The page up to its entries. Nothing in it is fetched or run. */
export function pageStart(head: ExportHead): string {
  const { summary } = head
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>What is stored of you</title><style>${STYLE}</style></head><body>
<h1>What is stored of you</h1>
<p class="facts">${escapeHtml(`Made ${head.made_at} · export ${head.export}${head.disclosure ? ` · ledger entry ${head.disclosure}` : ''}`)}</p>
${head.about.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n')}
${summary ? summaryOf(summary) : ''}
${head.not_included.length > 0 ? `<h2>What is not in here</h2><ul>${head.not_included.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul>` : ''}
${head.readable === 'all' ? '<h2>Entries, oldest first</h2>' : ''}
`
}

export const PAGE_END = '</body></html>\n'

function summaryOf(summary: NonNullable<ExportHead['summary']>): string {
  const rows: [string, string][] = [
    ['Entries', String(summary.entries)],
    ['First and last', summary.first_at === null ? 'none' : `${summary.first_at} to ${summary.last_at}`],
    ['Purposes', list(summary.purposes, ({ purpose, lawful_basis: basis }) => [purpose ?? 'not stated', basis])],
    ['Sent to', list(summary.recipients, ({ provider, model }) => [provider, model])],
    ['Apps', list(summary.apps, ({ app, tool }) => [app, tool])],
    ['Found and replaced', summary.found.map(({ type, values }) => `${type} (${values})`).join('\n')],
    ['Kept as', list(summary.retention, (one) => [one.class])],
    ['Times shown to somebody', String(summary.disclosures)],
    ['Entries that do not open', String(summary.unreadable)],
  ]
  return `<h2>In short</h2><table>${rows.map(([name, value]) => `<tr><th>${escapeHtml(name)}</th><td class="lines">${escapeHtml(value || 'none').replaceAll('\n', '<br>')}</td></tr>`).join('')}</table>`
}

function list<T extends { entries: number }>(items: readonly T[], words: (item: T) => (string | null)[]): string {
  return items
    .map(
      (item) =>
        `${words(item)
          .filter((word) => word !== null && word !== '')
          .join(', ')} (${item.entries})`,
    )
    .join('\n')
}

/** One entry on the page. */
export function pageEntry(entry: ExportedEntry): string {
  const facts = [
    entry.at,
    entry.status,
    entry.app,
    entry.tool,
    ...entry.sent_to.map(({ provider, model }) => `${provider} ${model}`),
    `entry ${entry.id}`,
  ]
  const parts = [
    `<h3>${escapeHtml(titleOf(entry.kind))}</h3>`,
    `<p class="facts">${escapeHtml(facts.filter((fact) => fact !== null).join(' · '))}</p>`,
    ...(entry.unreadable ? [`<p>${escapeHtml(WHY[entry.unreadable])}</p>`] : []),
    ...(entry.disclosed ? [disclosed(entry.disclosed)] : []),
    ...messagesOf(entry.prompt).map(({ who, text }) => message(who, text, false)),
    ...answersOf(entry.response).map((text) => message('answer', text, true)),
    ...named(entry),
  ]
  return `<article>${parts.join('\n')}</article>\n`
}

function titleOf(kind: string): string {
  return (Object.hasOwn(TITLES, kind) ? TITLES[kind] : undefined) ?? kind
}

const TITLES: Readonly<Record<string, string>> = {
  interaction: 'A request and its answer',
  refusal: 'A request that was refused',
  query: 'A statement to a database',
  disclosure: 'Shown to somebody',
}

const WHY = {
  damaged: 'What is stored of this entry does not open: it has been changed.',
  gone: 'Text of this entry has been deleted.',
} as const

function disclosed({ entry, by, purpose }: NonNullable<ExportedEntry['disclosed']>): string {
  const what = entry === null ? 'All entries, as an export' : `Entry ${entry}`
  return `<p>${escapeHtml(`${what}, to the holder of key ${by ?? 'unknown'}. Purpose: ${purpose ?? 'not readable'}`)}</p>`
}

function message(who: string, text: string, answer: boolean): string {
  return `<p class="who">${escapeHtml(who)}</p><div class="text${answer ? ' answer' : ''}" dir="auto">${escapeHtml(text)}</div>`
}

function named(entry: ExportedEntry): string[] {
  const rows: [string, string][] = [
    ['User id', entry.user ?? ''],
    ['Session', entry.session ?? ''],
    ['Consent', entry.consent ?? ''],
    ...entry.detected.map(({ type, placeholder, value }): [string, string] => [`${type} ${placeholder}`, value]),
  ]
  const shown = rows.filter(([, value]) => value !== '')
  if (shown.length === 0) return []
  return [
    `<table>${shown.map(([name, value]) => `<tr><th>${escapeHtml(name)}</th><td dir="auto">${escapeHtml(value)}</td></tr>`).join('')}</table>`,
  ]
}

/** Messages as a person reads them; what has another form is shown as JSON. */
function messagesOf(prompt: unknown): { who: string; text: string }[] {
  if (prompt === null || prompt === undefined) return []
  const { messages, ...rest } = (typeof prompt === 'object' ? prompt : {}) as { messages?: unknown }
  if (!Array.isArray(messages)) return [{ who: 'request', text: asText(prompt) }]
  const shown = messages.map((one: unknown) => {
    const { role, content, ...more } = (typeof one === 'object' && one !== null ? one : {}) as Record<string, unknown>
    const text = [textOf(content), Object.keys(more).length > 0 ? asText(more) : ''].filter((part) => part !== '')
    return { who: typeof role === 'string' ? role : 'message', text: text.join('\n') }
  })
  return Object.keys(rest).length > 0 ? [...shown, { who: 'settings', text: asText(rest) }] : shown
}

function answersOf(response: unknown): string[] {
  if (response === null || response === undefined) return []
  const { choices } = (typeof response === 'object' ? response : {}) as { choices?: unknown }
  if (!Array.isArray(choices)) return [asText(response)]
  return choices.map((choice: { message?: { content?: unknown } | null } | null) => {
    const { content, ...more } = (choice?.message ?? {}) as Record<string, unknown>
    const rest = Object.entries(more).filter(([name, value]) => name !== 'role' && value !== null)
    const parts = [textOf(content), rest.length > 0 ? asText(Object.fromEntries(rest)) : '']
    return parts.filter((part) => part !== '').join('\n')
  })
}

/** The text of a message's content: a string, or parts of which some are text. */
function textOf(content: unknown): string {
  if (content === null || content === undefined) return ''
  if (!Array.isArray(content)) return asText(content)
  return content
    .map((part: unknown) => {
      const text = typeof part === 'object' && part !== null ? (part as { text?: unknown }).text : undefined
      return typeof text === 'string' ? text : asText(part)
    })
    .join('\n')
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}
