const MONTH = /^(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Okt|Nov|Dec|Dez|Mai|Juni|Juli|Maj|Lip)$/i

/** A month that people are called as well, with its day or year: `3 Jan: paid`, `Jun 12`. */
export function isMonth(text: string, start: number, end: number): boolean {
  if (!MONTH.test(text.slice(start, end))) return false
  return (
    /(?<![0-9])[0-3]?[0-9](?:\.|st|nd|rd|th)? $/.test(text.slice(Math.max(0, start - 6), start)) ||
    /^\.? (?:[0-3]?[0-9](?![0-9])|(?:19|20)[0-9]{2}(?![0-9]))/.test(text.slice(end, end + 6))
  )
}
