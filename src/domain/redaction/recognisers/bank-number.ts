import { indexed } from '../patterns/indexed-pattern.ts'
import type { Candidate, Recogniser } from '../recogniser.ts'
import { hasContextBefore } from './context-words.ts'

/** Bank, branch, account and suffix of New Zealand: `12-3109-0123456-00`. */
const NEW_ZEALAND = indexed(
  /(?<![0-9A-Za-z-])(?:0[1-9]|[12][0-9]|3[018])-[0-9]{4}-[0-9]{7}-[0-9]{2,3}(?![0-9A-Za-z-])/g,
)
/** A British sort code, with the account behind it where there is one. */
const SORT_CODE = indexed(
  /(?<![0-9A-Za-z-])([0-9]{2})-([0-9]{2})-[0-9]{2}(?![0-9A-Za-z]|-[0-9])(?:([ ,;/|]{1,3}(?:a\/c|acc(?:oun)?t)?[ :]{0,2})[0-9]{7,8}(?![0-9A-Za-z-]))?/gi,
)
const BANK_BEFORE =
  /(?:\bbank|\bpayee|\bbacs|\bpay(?:ment|able|ing)?\b|a\/c|\bacc(?:oun)?t|transfer|refund|deposit|salary|wages)[^\n]{0,40}$/i
const SORT_BEFORE = /(?:\bsort(?: ?code)?|\bs\/c)[ :]{1,3}$/i
/** Branches and institutions by short numbers of their own, where a text has their words. */
const BRANCH = indexed(
  /(?<![\p{L}\p{N}])(?:(?:inst(?:itution|\.)?|transit)(?: (?:no\.?|number|code|#))?|(?:code )?guichet|code banque)[ :]{1,3}([0-9]{3,5})(?![0-9A-Za-z-])/giu,
)
/** The two digits that check a French account. */
const KEY = indexed(/(?<!\p{L})cl[ée](?: rib)?[ :]{1,3}([0-9]{2})(?![0-9A-Za-z])/giu)
/** An account behind its branch, where a copy of a letter is called so too: `ag 0418 cc 22770-1`. */
const BEHIND_BRANCH = indexed(
  /(?<![\p{L}\p{N}])ag(?:[êe]ncia|\.)?[ :]{1,2}[0-9]{4}(?:-[0-9X])?[ ,;/-]{1,3}(?:e )?c(?:onta|\/?c|p)[ .:]{1,3}([0-9][0-9.]{2,10}-?[0-9X])(?![0-9A-Za-z])/giu,
)
/** The branch behind its account, in Brazil and South Africa. */
const BRANCH_BEHIND = indexed(
  /(?<![\p{L}\p{N}])(?:c(?:onta|\/?c)[ .:]{1,3}[0-9][0-9.]{2,10}-[0-9X][ ,;]{1,3}ag(?:[êe]ncia|\.)?[ :]{1,2}([0-9]{4}(?:-[0-9X])?)|[0-9]{8,11}[ ,;]{1,3}branch(?: code)?[ :]{1,2}([0-9]{6}))(?![0-9A-Za-z-])/giu,
)
/** What an Argentine account is called. */
const ALIAS = indexed(
  /(?<!\p{L})alias (?:cbu|cvu|mp|bancario|de mercado ?pago)[ :]{1,3}([a-z0-9]{2,20}(?:[.-][a-z0-9]{2,20}){1,3})(?![\w-])/giu,
)
/** A key for payments in Brazil that is digits. */
const PIX = indexed(/(?<!\p{L})(?:chave )?pix(?: key)?[ :=]{1,3}([0-9]{11,14})(?![0-9A-Za-z])/giu)
/** A question for an account, and the line of a chat that answers it. */
const ASKED = indexed(
  /(?<!\p{L})(?:acc(?:oun)?t|account|sort code|routing|aba|konto|bankleitzahl|compte|cuenta|clabe|conto|rekening|numer konta|rachunku|conta|bank details)(?!\p{L})[^\n]{0,40}\n[^\n:]{1,24}: (?:[^\n0-9]{0,24} )?([0-9][0-9 -]{4,26}[0-9])(?![0-9A-Za-z])/giu,
)

/** Numbers of accounts and banks that their form or a question tells, where no label stands right before them. */
export const bankNumber: Recogniser = {
  name: 'bank-number',
  entityTypes: ['BANK_ACCOUNT', 'BANK_ROUTING'],
  find(text) {
    const found: Candidate[] = []
    const add = (entityType: string, start: number, end: number): void => {
      found.push({ entityType, start, end, score: 0.8, evidence: 'context' })
    }
    for (const { index, 0: account } of NEW_ZEALAND.matchesIn(text)) add('BANK_ACCOUNT', index, index + account.length)
    for (const match of SORT_CODE.matchesIn(text)) {
      if (!isSortCode(text, match)) continue
      const end = match.index + match[0].length
      add('BANK_ROUTING', match.index, match.index + 8)
      if (match[3] !== undefined) add('BANK_ACCOUNT', match.index + 8 + match[3].length, end)
    }
    for (const [entityType, pattern] of LAST_PART) {
      for (const { index, 0: whole, 1: first, 2: value = first ?? '' } of pattern.matchesIn(text)) {
        const end = index + whole.length
        add(entityType, end - value.length, end)
      }
    }
    return found
  },
}

/** Patterns that end in the value. */
const LAST_PART = [
  ['BANK_ROUTING', BRANCH],
  ['BANK_ROUTING', BRANCH_BEHIND],
  ['BANK_ACCOUNT', KEY],
  ['BANK_ACCOUNT', BEHIND_BRANCH],
  ['BANK_ACCOUNT', ALIAS],
  ['BANK_ACCOUNT', PIX],
  ['BANK_ACCOUNT', ASKED],
] as const

/** A day is one only right behind its label or before an account. */
function isSortCode(text: string, { index, 1: first = '', 2: second = '', 3: gap }: RegExpExecArray): boolean {
  if (hasContextBefore(text, index, SORT_BEFORE, 24)) return true
  const [a, b] = [Number(first), Number(second)]
  const mayBeDay = (a <= 31 && b <= 12) || (a <= 12 && b <= 31)
  return !(mayBeDay && gap === undefined) && hasContextBefore(text, index, BANK_BEFORE, 64)
}
