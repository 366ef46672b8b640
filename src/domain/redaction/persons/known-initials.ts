/** Letters at the end of a message, with dots or without, that may be somebody's: `– AL`, `A.L.` on a line of its own. */
const SIGNED =
  /(?<=(?:^|\n)[ \t>]{0,4}(?:[-–—~/] ?)?|[.!?,)] [-–—] ?)\p{Lu}\.? ?\p{Lu}\.?(?: ?\p{Lu}\.?)?(?=[ \t]{0,4}(?:\r?\n|$))/gu
/** Who is to do something, in minutes, and who speaks. */
const ACTS =
  /(?<=(?:^|\n)[ \t>]{0,4}(?:[0-9]{1,2}[.)] |[-*•] )?|[.;:] |[Aa]ction:? |[Ww]ho:? )\p{Lu}{2,3}(?=:[ \t]| (?:to|will|wird|soll|doit|va|debe|va a|deve|moet|zal|ma|vai|has|said|says|agreed|asked|called) )/gu
/** Two or three letters that stand for something else, whoever is called so. */
const NOBODY =
  /^(?:IT|HR|PR|PM|AM|QA|UX|UI|TV|PC|OK|ID|CV|US|UK|EU|UN|PS|NB|RE|CC|TO|PO|VP|MD|GP|SA|AG|CEO|CFO|CTO|COO|FAQ|API|SQL|USA|PDF|CSV|VAT|TBC|TBD|FYI|AOB|RN|DOB)$/

/** Initials of known names where a person signs, acts or speaks. Linear. */
export function initialsIn(text: string, initials: ReadonlySet<string>): [start: number, letters: string][] {
  if (initials.size === 0) return []
  return [SIGNED, ACTS].flatMap((pattern) =>
    Array.from(text.matchAll(pattern), ({ index, 0: letters }): [number, string] => [index, letters]).filter(
      ([, letters]) => {
        const plain = letters.replace(/[^\p{L}]/gu, '')
        return initials.has(plain) && !NOBODY.test(plain)
      },
    ),
  )
}
