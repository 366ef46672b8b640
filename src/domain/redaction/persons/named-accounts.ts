/** What accounts of the people of a text may be called. */
export interface NamedAccounts {
  /** Made of a first and a last name of which one may be its letter alone, without dots: `alee`, `annl`. */
  whole: Set<string>
  /** The parts of names of several words, by the letters they begin with. */
  people: Map<string, (readonly string[])[]>
}

/** Letters of an account at least, and where a dot or a digit stands in it as well. */
const MIN_ACCOUNT = 5
const MIN_WITH_SIGN = 4
/** Letters that are left of a name in an account at least, beside those of another one. */
const MIN_PREFIX = 3
/** Letters of a name that is an account beside digits. */
const MIN_ALONE = 4
/** People of one letter that are compared. */
const MAX_PEOPLE = 100
const MAX_PARTS = 4

export function noAccounts(): NamedAccounts {
  return { whole: new Set(), people: new Map() }
}

/** Adds what somebody's accounts may be called. `words`: of one name, two at least, the first one first. */
export function addAccountsOf(words: readonly string[], { whole, people }: NamedAccounts): void {
  const parts = words
    .slice(0, MAX_PARTS)
    .map(folded)
    .filter((part) => part.length > 1)
  const last = folded(words.at(-1) ?? '')
  const initials = words
    .slice(0, -1)
    .flatMap((word) => word.split('-'))
    .map((word) => folded(word)[0] ?? '')
    .join('')
  if (initials.length > 1 && last.length >= MIN_PREFIX) whole.add(initials + last).add(last + initials)
  if (parts.length < 2) return
  parts.forEach((first, i) => {
    for (const last of parts.slice(i + 1))
      for (const account of [
        first[0] + last,
        last + (first[0] ?? ''),
        first + (last[0] ?? ''),
        first + last,
        last + first,
      ])
        if (account.length >= MIN_ACCOUNT) whole.add(account)
  })
  for (const letter of new Set(parts.map((part) => part[0] ?? ''))) {
    const known = people.get(letter)
    if (known === undefined) people.set(letter, [parts])
    else if (known.length < MAX_PEOPLE) known.push(parts)
  }
}

/** ASCII letters in small. */
export function folded(word: string): string {
  return word
    .normalize('NFD')
    .replace(/[łŁøØßđĐıæÆ]/g, (unit) => LETTERS[unit] ?? unit)
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase()
}

const LETTERS: Readonly<Record<string, string>> = {
  ł: 'l',
  Ł: 'L',
  ø: 'o',
  Ø: 'O',
  ß: 'ss',
  đ: 'd',
  Đ: 'D',
  ı: 'i',
  æ: 'ae',
  Æ: 'Ae',
}

const AFFIX =
  /^(?:ext|adm|admin|svc|vendor|tmp|temp|int|[axc])[._-](?=[a-z]{3})|[._-](?:ext|adm|admin|da|priv|int|sa|t[0-3])$/g
/** Right before what somebody is called. */
const CALLED =
  /(?:@|[([{"'`;|\t]|(?<![a-z])(?:user(?:_?name)?|login|log-?in|account|acct|id|handle|nick|alias|under|as|als|comme|como|come|jako|konto|kennung|benutzer|usuario|utente|gebruiker|utilisateur|identifiant|użytkownik|compte|conta)(?: (?:is|ist|est|es|è|to|é|war|was))?[ :=]{1,2})$/i

/**
 * Whether a word is an account of somebody of the text: `alee`, `a.lee`, `Ann_Lee2`; where a sign, a digit or what stands around
 * says that it is an account, also parts of both names: `annle7`, `@leeann_x`.
 */
export function isNamedAccount(text: string, start: number, word: string, accounts: NamedAccounts): boolean {
  if (/[@/\\.]/.test(text[start - 1] ?? ' ') && !/(?:^|[^\w])[@/\\]$/.test(text.slice(Math.max(0, start - 2), start)))
    return false
  if (text[start + word.length] === '@') return false
  const account = word.toLowerCase().replace(AFFIX, '')
  const letters = account.replace(/[0-9]{1,4}$/, '').replace(/[._-]/g, '')
  if (letters.length < MIN_WITH_SIGN || /[^a-z0-9]/.test(letters)) return false
  if (letters.length >= MIN_ACCOUNT && accounts.whole.has(letters)) return true
  const isMarked = /[0-9_.]/.test(word) || account.length < word.length
  if (!isMarked && !CALLED.test(text.slice(Math.max(0, start - 24), start))) return false
  const people = accounts.people.get(letters[0] ?? '')
  return people?.some((parts) => isMadeOf(account, letters, parts)) ?? false
}

function isMadeOf(account: string, letters: string, parts: readonly string[]): boolean {
  const segments = account
    .replace(/[0-9]+$/, '')
    .split(/[._-]+/)
    .filter((segment) => segment !== '')
  if (segments.length === 2) return isPair(segments[0] ?? '', segments[1] ?? '', parts)
  if (segments.length !== 1) return false
  if (letters.length >= MIN_ALONE && /[0-9]$/.test(account) && parts.includes(letters)) return true
  if (letters.length < MIN_ACCOUNT) return false
  for (let at = 1; at < letters.length; at += 1) if (isPair(letters.slice(0, at), letters.slice(at), parts)) return true
  return false
}

/** Whether two pieces begin two names of one person, and one of them says enough. */
function isPair(one: string, other: string, parts: readonly string[]): boolean {
  if (one.length < MIN_PREFIX && other.length < MIN_PREFIX) return false
  const first = parts.findIndex((part) => part.startsWith(one))
  return first >= 0 && parts.some((part, i) => i !== first && part.startsWith(other))
}
