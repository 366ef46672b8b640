/**
 * As `text.matchAll(pattern)` gives them, without the copy of the pattern that it makes for each text.
 *
 * @param pattern with the flag g, whose matches are not empty
 */
export function* everyMatch(text: string, pattern: RegExp): Generator<RegExpExecArray> {
  let from = 0
  for (;;) {
    pattern.lastIndex = from
    const match = pattern.exec(text)
    if (match === null) return
    from = pattern.lastIndex
    yield match
  }
}
