import { CUSTOMS_NUMBER } from '../recognisers/labelled/specs.ts'
import { lastLabel, type NumberLabel } from './number-labels.ts'
import { asLabels, lineBefore, MAX_SAID, objectOf, startOfLine, turnLength } from './number-words.ts'

/** UTF-16 units before a number in which a word says of what it is. */
const BEFORE = 48
/** Business that is somebody's all the same: their accounts, and what they are called where they buy or work. */
const OF_SOMEBODY =
  /^(?:acc|a\/c|kont|compte|cuenta|conto|conta|rekening|loan|custom|client|kunde|klant|klient|employ|emp|empl|staff|personal|personeel|matric|funcion|badge|group|grp|iban|bic|sort|routing|bsb|blz|phone|tel|fax|mobile|cell|apt|flat|suite|box|dossier|process|expedient)/iu
/** Between what a number is of and the number. */
const BETWEEN =
  /^(?:[\s:#.,=°º"'(<>|/-]|(?:no|nos|nr|nrs|num|numbers?|nummer|numer|n[úu]mero|num[ée]ro|n|id|ids|code|tag|is|was|ref|value|ist|lautet|est|es|è|jest|to|é|del?|di|vo[nm]|van|du|do|da)(?![\p{L}\p{N}])){0,10}$/iu

const OF_CUSTOMS = new RegExp(`^${CUSTOMS_NUMBER}(?![A-Za-z0-9])`)
const CUSTOMS_LENGTH = 18

/** Whether a number has the form of those of customs. */
export function isOfCustoms(text: string, start: number): boolean {
  return OF_CUSTOMS.test(text.slice(start, start + CUSTOMS_LENGTH + 1))
}

/** Whether a number is one of an order, a ticket, a parcel, a case or another thing, by the nearest word before it. Bounded. */
export function isNumberOfThing(text: string, start: number): boolean {
  if (isOfCustoms(text, start)) return true
  const lineStart = startOfLine(text, start)
  const from = Math.max(lineStart, start - BEFORE)
  const turn = from === lineStart ? turnLength(text, lineStart, start) : 0
  for (const at of turn > 0 ? [lineStart + turn, lineStart] : [from]) {
    const before = withoutPart(asLabels(text.slice(at, start)))
    const label = lastLabel(before)
    if (label === null) continue
    if (label.isWeak) {
      const object = objectOf(text, asLabels(text.slice(from, start)), start)
      const owner = object === null ? null : lastLabel(object)
      return owner !== null && isThing(owner, object ?? '')
    }
    return isThing(label, before) && BETWEEN.test(before.slice(label.end))
  }
  const said = text.slice(lineStart + turn, start)
  if (lineStart === 0 || turn === 0 || said.length > MAX_SAID || /[0-9]{3}/.test(said)) return false
  const question = lineBefore(text, lineStart)
  const asked = lastLabel(question)
  return asked !== null && isThing(asked, question) && question.length - asked.end < MAX_SAID / 2
}

function isThing({ entityType, start, end }: NumberLabel, words: string): boolean {
  return entityType === null && !OF_SOMEBODY.test(words.slice(start, end))
}

/** Without the beginning of the number itself: `RE-2025-`. */
function withoutPart(before: string): string {
  return before.replace(/(?:[A-Za-z0-9]{1,8}[-/.]){0,3}(?:[A-Za-z0-9]{1,8}[-/]|[0-9]{1,8}\.)$/, '')
}
