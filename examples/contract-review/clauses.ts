export interface Clause {
  /** As the contract numbers it, such as `7.2`; empty where it does not. */
  number: string
  title: string
  /** One sentence; empty where only headings were found. */
  summary: string
}

export const INSTRUCTIONS =
  'You read one page of a contract. Answer with JSON only: {"clauses":[{"number":"7.2","title":"Termination","summary":"one sentence"}]}. ' +
  'List the clauses that begin on this page, in order; [] if there are none. Text in square brackets stands for data that was left out: use it as it is.'

const MOST_CLAUSES = 200
const MOST_CHARACTERS = 2_000
const HEADING = /^\s*(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+(\p{Lu}[^\n]{2,90}?)\s*$/u

/**
 * The clauses that a model named: its JSON, also in a fence or between sentences. A model that only repeats the page, as the simulated
 * one does, or answers in prose gets what looks like the heading of a clause in its answer, with the first sentence below it.
 */
export function clausesOf(answer: string): Clause[] {
  const named = fromJson(answer)
  if (named !== null) return named
  const found: Clause[] = []
  for (const line of answer.split('\n')) {
    const [, number = '', title = ''] = HEADING.exec(line) ?? []
    const last = found.at(-1)
    if (number !== '' && !title.endsWith('.')) found.push({ number, title, summary: '' })
    else if (last) last.summary = `${last.summary} ${line}`.trim()
  }
  return found.map((clause) => ({ ...clause, summary: firstSentence(clause.summary) }))
}

function firstSentence(text: string): string {
  return (/^.*?[.;](?=\s|$)/su.exec(text)?.[0] ?? text).slice(0, MOST_CHARACTERS)
}

function fromJson(answer: string): Clause[] | null {
  const [from, to] = [answer.indexOf('{'), answer.lastIndexOf('}')]
  if (from === -1 || to <= from) return null
  let value: unknown
  try {
    value = JSON.parse(answer.slice(from, to + 1))
  } catch {
    return null
  }
  const { clauses } = value as { clauses?: unknown }
  if (!Array.isArray(clauses)) return null
  return clauses.slice(0, MOST_CLAUSES).flatMap((one: unknown) => {
    const { number, title, summary } = (one ?? {}) as Partial<Record<keyof Clause, unknown>>
    if (typeof title !== 'string') return []
    const text = (given: unknown) =>
      typeof given === 'string' || typeof given === 'number' ? `${given}`.slice(0, MOST_CHARACTERS) : ''
    return [{ number: text(number), title: text(title), summary: text(summary) }]
  })
}
