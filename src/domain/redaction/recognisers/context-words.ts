/** How far before a value a context word may stand, UTF-16 units. */
const BEFORE = 40

/** Whether one of the words stands shortly before the value. `words` must be linear on 40 units. */
export function hasContextBefore(text: string, start: number, words: RegExp, before = BEFORE): boolean {
  return words.test(text.slice(Math.max(0, start - before), start))
}

/** Whether the unit at the index is an ASCII digit. */
export function isDigitAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  return code >= 48 && code <= 57
}

/** Whether the unit at the index is an ASCII letter, digit or underscore. */
export function isWordAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122)
}

/** `passport_no` and `passportNo` as words: what stands before a value, as labels are looked for in it. */
export function asWords(before: string): string {
  const plain = before.includes('_') ? before.replaceAll('_', ' ') : before
  return /[a-z][A-Z]/.test(plain) ? plain.replace(/([a-z])(?=[A-Z])/g, '$1 ') : plain
}
