import { isNoName } from '../../no-names.ts'
import { indexed } from '../../patterns/indexed-pattern.ts'
import { TAG } from './account-words.ts'
import { isInvented, isNumbered, isOfPerson, isOfService, isUnknownWord } from './person-account.ts'

/** Who speaks at the start of a line: `[14:03] mwangi_k: found it`, `<mwangi_k> found it`. */
const SPEAKER = indexed(
  /(?:^|\n)[ \t>]{0,4}(?!\[ *[0-9]{1,6}\.[0-9]{3,9}\])(\[?(?:(?=[T .-]{0,4}[0-9]{1,4}[:.-][0-9])[0-9T:. -]{4,24}(?:[AaPp][Mm])?)\]?[ \t]{1,2})?([@<]?)([A-Za-z][A-Za-z0-9]{0,24}(?:[._-][A-Za-z0-9]{1,24}){0,3})>?(?=:[ \t]|>[ \t])(:?)/dg,
)
/** The same with the time behind the name: `mwangi_k 14:03  found it`. */
const NAME_FIRST = indexed(
  /(?:^|\n)[ \t>]{0,4}([A-Za-z][A-Za-z0-9]{1,24}(?:[._-][A-Za-z0-9]{1,24}){0,3})[ \t]{1,3}\[?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\]?[ \t]{1,3}(?!(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL)(?![a-z]))(?=[^\s=]{1,24} \S)/dg,
)
/** What is said, rather than the value of a setting. */
const IS_SAID = /^[>:]? ?[^\n:={}[\]]{0,40}[\p{L}'’?!,.]{2,} [\p{L}'’?!,.]+ \S/u

/** Two words at least: a setting has one value. */
const HAS_WORDS = /^: ["'¿¡(]?[\p{L}@][^\n:={}[\]]{0,40}? \S/u

const IS_REPORT =
  /^: (?:(?:(?:fatal )?error|warning|fatal|note|info|debug): |build (?:stopped|failed): |(?:FAILURE|SUCCESS)(?![A-Za-z])|undefined reference to )/

interface Line {
  start: number
  end: number
  name: string
  /** How the line begins: with a time, a sign, or the name. */
  form: string
  isSaid: boolean
  hasWords: boolean
  /** What a program says of its work. */
  isReport: boolean
}

/**
 * Accounts that speak in a chat. One that is made of a name is believed where its line is marked; others where several
 * speak in lines of the same form. Linear.
 */
export function speakersIn(text: string): { start: number; end: number }[] {
  const lines = Array.from(SPEAKER.matchesIn(text), (match): Line => {
    const [start, end] = match.indices?.[3] ?? [0, 0]
    const sign = match[2] ?? ''
    const form = `${match[1] === undefined ? '' : 'time'}${sign === '<' ? '<' : ''}`
    return {
      start,
      end,
      name: match[3] ?? '',
      form,
      isSaid: IS_SAID.test(text.slice(end, end + 80)),
      hasWords: HAS_WORDS.test(text.slice(end, end + 80)),
      isReport: IS_REPORT.test(text.slice(end, end + 40)),
    }
  })
  const chats = chatsOf(lines)
  const named = namedFirst(text)
  const marked = lines.filter((line) => {
    if (line.isReport) return false
    const isMarked = line.form !== '' || /[._-]/.test(line.name)
    if (isMarked && isOfPerson(line.name) && (line.form !== '' || line.hasWords))
      return line.name === line.name.toLowerCase()
    return (
      chats.has(line.form) && (line.form !== '' || line.isSaid || isNumbered(line.name)) && isNick(line.name, line.form)
    )
  })
  return [...marked, ...named]
}

/** Turns of which such a chat consists at least. */
const MIN_TURNS = 3

/** Those before a time, where at least two speak of whom one is surely somebody. */
function namedFirst(text: string): { start: number; end: number }[] {
  const turns = Array.from(NAME_FIRST.matchesIn(text), (match) => {
    const [start, end] = match.indices?.[1] ?? [0, 0]
    return { start, end, name: match[1] ?? '' }
  }).filter(({ name }) => isOfPerson(name) || isNick(name, 'time'))
  const names = new Set(turns.map(({ name }) => name))
  if (turns.length < MIN_TURNS || names.size < 2 || ![...names].some(isOfPerson)) return []
  return turns
}

/** Forms of lines in which at least two speak of whom one is surely somebody. */
function chatsOf(lines: readonly Line[]): Set<string> {
  const names = new Map<string, Set<string>>()
  const sure = new Set<string>()
  const seen = new Set<string>()
  const said = new Set<string>()
  const reports = new Set(lines.flatMap(({ form, isReport }) => (isReport ? [form] : [])))
  for (const { form, name, isSaid } of lines) {
    const again = seen.has(`${form} ${name}`)
    seen.add(`${form} ${name}`)
    if (isSaid) said.add(form)
    const isTurn = form !== '' || isSaid || isNumbered(name)
    if (!isTurn) continue
    const known = names.get(form) ?? new Set()
    names.set(form, known.add(name))
    const isSomebody = (form !== '' || isSaid) && (isOfPerson(name) || (form === '<' && !TAG.test(name)))
    if (isSomebody || (again && isInvented(name))) sure.add(form)
  }
  return new Set(
    [...sure].filter(
      (form) => !reports.has(form) && (names.get(form)?.size ?? 0) > 1 && (form !== '' || said.has(form)),
    ),
  )
}

/** In lines without any sign only what no word is. */
function isNick(name: string, form: string): boolean {
  if (isOfService(name) || isNoName(name) || TAG.test(name)) return false
  if (form === '') return isInvented(name) && /[0-9_.]/.test(name)
  return isInvented(name) || isUnknownWord(name) || /^[a-z]{3,5}$/.test(name)
}
