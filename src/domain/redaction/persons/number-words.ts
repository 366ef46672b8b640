/** UTF-16 units of the turn of the one who asked for a number in which a word says what it is of. */
const ASKED_BEFORE = 120
/** The start of a line before what is said in it: bullets, quotes, a time, who speaks. */
const TURN =
  /^[ \t>*•-]{0,8}(?:(?:\[[^\]\n]{1,24}\]|\(?[0-9]{1,2}[:.h][0-9]{2}(?:[:.][0-9]{2})?(?: ?[ap]m)?\)?)[ \t-]{0,3})?(?:[\p{L}@~+][\p{L}\p{N} .'’()_+-]{0,30}:[ \t]|(?:agent|caller|client|customer|patient|user|operator|speaker|anrufer|kundin|kunde|klant|klientka|klient|cliente|agente|operadora?|operatore|medewerker|konsultant|doradca|appelante?|conseill(?:er|ère)|usager)\p{L}{0,2}(?: [0-9])?[ :])?/iu
/** Units of an answer before the number that it gives, and of a question behind what it asks for. */
export const MAX_SAID = 60
/** Units of a line that are looked at. */
const MAX_LINE = 400
/** A field of JSON, and the object that it is of. */
const JSON_KEY = /"[\p{L} -]{1,30}"\s{0,4}:\s{0,4}"?$/u
const OBJECT = /"([\p{L}_-]{2,30})"\s{0,4}:\s{0,4}\[?\{[^{}]*$/u

/** UTF-16 units before a number that are looked at where it may stand far behind what it is of. */
export const FAR = 200

/** The length of what stands in a line before what is said in it, up to a place; 0 where the line starts far before. */
export function turnLength(text: string, lineStart: number, at: number): number {
  return TURN.exec(text.slice(lineStart, at))?.[0].length ?? 0
}

/** Where a line starts; far before a place none is looked for. */
export function startOfLine(text: string, at: number): number {
  const from = Math.max(0, at - MAX_LINE)
  return from + text.slice(from, at).lastIndexOf('\n') + 1
}

/** The end of the line before one, as words. */
export function lineBefore(text: string, lineStart: number): string {
  const previous = text.slice(Math.max(0, lineStart - 1 - ASKED_BEFORE), lineStart - 1).trimEnd()
  return asLabels(previous.slice(previous.lastIndexOf('\n') + 1))
}

/** The object of JSON that the field of a value is of: `before` are the words before the value. */
export function objectOf(text: string, before: string, at: number): string | null {
  const object = JSON_KEY.test(before) ? OBJECT.exec(text.slice(Math.max(0, at - FAR), at))?.[1] : undefined
  return object === undefined ? null : asLabels(object)
}

/** `memberId` and `member_id` as words. */
export function asLabels(before: string): string {
  return /_|[a-z][A-Z]/.test(before) ? before.replaceAll('_', ' ').replace(/([a-z])([A-Z])/g, '$1 $2') : before
}
