import { isGivenName } from '../../list-names.ts'
import { everyMatch } from '../../patterns/every-match.ts'
import { indexed } from '../../patterns/indexed-pattern.ts'
import type { Candidate, Recogniser } from '../../recogniser.ts'
import { isNoService, SIGNED_PLACES, VALUE } from './account-places.ts'
import { ACCOUNT, ACCOUNT_NAME, ACTOR, SITE } from './account-words.ts'
import { handlesIn } from './handles.ts'
import { isNumbered, isOfConnection, isOfPerson, isOfSomebody } from './person-account.ts'
import { speakersIn } from './speakers.ts'

/** The same without properties of Unicode, which cost where every word is looked at. */
const PLAIN_END = '(?![A-Za-z0-9_(/\\\\]|[.-][A-Za-z0-9])'

/** What stands before accounts. */
const CUE = indexed(
  new RegExp(
    `(?<![A-Za-z0-9])(?:((?:${ACCOUNT_NAME}|${ACCOUNT})(?:(?: [a-zà-ÿ]{1,12}){0,3}? (?:is|was|ist|war|est|es|è|é|c.est))?)|(${SITE})(?: is| i am)?|(?:account is|${ACTOR}))["'\u201d]?(?=[ \\t:=])`,
    'gi',
  ),
)
/** What a person is called on a site, behind its name. */
const ON_SITE =
  /(?: id| handle| name| user)?(?: ?[:=] ?| is | i am | @| (?=[a-z]*[_0-9]))@?((?:live:)?[a-z][a-z0-9._-]{2,30}[a-z0-9](?:#[0-9]{4})?)(?![A-Za-z0-9/]|\.[a-z])/diy
/** Words for it behind which, with nothing but a space between, any other word may stand. */
const WORD_TOO = /^(?:agent|says|operator|principal|accounts?|acct|slack)$/i
/** A value behind it, in a field or a line of a log. */
const FIELD = new RegExp(
  `(?:[ \\t:=]{1,6}|[ \\t]{0,3}(?:\\.{3,60}|[|…])[ \\t:]{0,3})["'\u201d]?(?:[a-z0-9-]{1,20}\\\\{1,2})?@?(${VALUE})${PLAIN_END}(?!@[a-z0-9-]+\\.)`,
  'diy',
)
/** A field that holds nothing else, and ends behind it. */
const WHOLE =
  /(?: ?: ?|=)["'\u201d]?([a-z][a-z0-9._-]{2,30}[a-z0-9])(?=["'\u201d]|[ \t]*(?:[,;|/)\]}\n]|$)|\.(?:\s|$))/dy
/** Before the password that goes with it: `login nvduc, password …`. */
const WITH_PASSWORD = new RegExp(
  `[ :=]{1,3}["'\u201d]?(?!(?:oder|sowie|along) )(${VALUE})(?=["'\u201d]?[ ,;/|]{1,3}(?:(?:and|und|et|y|e|en|i|with|mit) )?(?:the |das )?(?:first |initial |temp(?:orary)? |eerste |erstes |primera |prima )?(?:pass|wachtwoord|pwd|pw|mdp|kennwort|mot de passe|contraseña|clave|wachtwoord|hasł|senha|palavra-passe))`,
  'diy',
)

/** Accounts that are made of a person's name: `jmuller`, `ann.lee`, `mwangi_k`, `@hr-lena`, `ann.lee@build-07`. */
export const account: Recogniser = {
  name: 'account',
  entityTypes: ['PERSON'],
  find(text) {
    const found: Candidate[] = []
    const add = (start: number, end: number, score: number): void => {
      found.push({ entityType: 'PERSON', start, end, score, evidence: 'context' })
    }
    const isOfSomebodyHere = (one: string, start: number): boolean =>
      isOfPerson(one) || (isOfSomebody(one) && !isOfConnection(text, start, start + one.length))
    for (const { start, end } of handlesIn(text)) add(start, end, 0.65)
    for (const cue of CUE.matchesIn(text)) {
      const at = cue.index + cue[0].length
      const isLoose = WORD_TOO.test(cue[0]) && text[at] === ' ' && /[\p{L}]/u.test(text[at + 1] ?? '')
      const value =
        valueAt(
          FIELD,
          text,
          at,
          (one) =>
            (isOfPerson(one) && !(isLoose && isShortWord(one)) && !(cue[0] === 'su' && /^[A-Z]/.test(one))) ||
            (isOfAccount(cue) && isNumbered(one)),
        ) ??
        (cue[1] === undefined && !/^(?:nick(?:name)?|handle)["'\u201d]?$/i.test(cue[0])
          ? null
          : (valueAt(WHOLE, text, at, isOfSomebodyHere) ?? valueAt(WITH_PASSWORD, text, at, isNoService)))
      const called = value ?? (cue[2] === undefined ? null : valueAt(ON_SITE, text, at, isOnSite))
      if (called !== null) add(called[0], called[1], 0.6)
    }
    for (const { pattern, mayBeIn, isMeant } of SIGNED_PLACES) {
      if (!mayBeIn(text)) continue
      for (const match of everyMatch(text, pattern)) {
        const [start, end] = match.indices?.[1] ?? match.indices?.[2] ?? [0, 0]
        if (isMeant(text.slice(start, end))) add(start, end, 0.6)
      }
    }
    for (const { start, end } of speakersIn(text)) add(start, end, 0.6)
    return found
  },
}

function valueAt(
  pattern: RegExp,
  text: string,
  at: number,
  isMeant: (account: string, start: number) => boolean,
): [number, number] | null {
  pattern.lastIndex = at
  const place = pattern.exec(text)?.indices?.[1] ?? null
  return place !== null && isMeant(text.slice(...place), place[0]) ? place : null
}

/** A word without signs that may be one of every day: behind a loose cue only long ones are accounts. */
function isShortWord(account: string): boolean {
  return /^\p{L}+$/u.test(account) && (account.length < 8 || isGivenName(account))
}

/** Whether a cue is a word for an account, rather than for whoever does something. */
function isOfAccount(cue: RegExpExecArray): boolean {
  return cue[1] !== undefined || /^(?:account|acct|handle|nick)/i.test(cue[0])
}

function isOnSite(account: string): boolean {
  return isOfSomebody(account) || /[0-9#:]/.test(account)
}
