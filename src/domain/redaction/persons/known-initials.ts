/** Letters at the end of a message, with dots or without, that may be somebody's: `– AL`, `A.L.` on a line of its own. */
const SIGNED =
  /(?<=(?:^|\n)[ \t>]{0,4}(?:[-–—~/] ?)?|[.!?,)] [-–—] ?)\p{Lu}\.? ?\p{Lu}\.?(?: ?\p{Lu}\.?)?(?=[ \t]{0,4}(?:\r?\n|$))/gu
/** Who is to do something, in minutes, and who speaks. */
const ACTS =
  /(?<=(?:^|\n)[ \t>]{0,4}(?:[0-9]{1,2}[.)] |[-*•] )?|[.;:] |[Aa]ction:? |[Ww]ho:? )\p{Lu}{2,3}(?=:[ \t]| (?:to|will|wird|soll|doit|va|debe|va a|deve|moet|zal|ma|vai|has|said|says|agreed|asked|called) )/gu
/** Whose signs are spoken of: `two entries signed "JW"`, `mine are LMB`. */
const SIGNS =
  /(?<=(?<!\p{L})(?:signed(?: as)?|signs(?: as)?|(?:agreed|approved|checked|verified|witnessed)(?: by)?:?(?: \p{Lu}{2,4} \/)?|mine (?:are|is)|his are|hers are|gezeichnet|signé|firmato|firmado|getekend|podpisan[eoy]|assinado) ["“'„«]?)\p{Lu}{2,4}(?=["”'»]?(?:[\s.,;)]|$))/gu
/** Right before who they are of: `AB (Anoushka Bielby, chair)`. */
const EXPLAINED = /(?<![\p{L}\p{N}])\p{Lu}{2,4}(?= \(\p{Lu}\p{Ll})/gu
/** The same behind the word for them, whoever is known. */
const INITIALS =
  /(?<=(?<!\p{L})(?:[Ii]nitial(?:s|led)(?: by)?|INITIALS|[Kk]ürzel|[Ii]nitiales|[Ii]niciales|[Ii]niziali|[Ii]nitialen|[Pp]araf(?:a|ka)?|[Ii]nicjały|[Ii]niciais|[Rr]ubrica)(?: (?:are|is|were|sind|ist))?:? ["“'„«]?)\p{Lu}{2,4}(?=["”'»]?(?:[\s.,;)]|$))/gu
/** Two or three letters that stand for something else, whoever is called so. */
const NOBODY =
  /^(?:IT|HR|PR|PM|AM|QA|UX|UI|TV|PC|OK|ID|CV|US|UK|EU|UN|PS|NB|RE|CC|TO|PO|VP|MD|GP|SA|AG|CEO|CFO|CTO|COO|FAQ|API|SQL|USA|PDF|CSV|VAT|TBC|TBD|FYI|AOB|RN|DOB)$/

/** Initials of known names where a person signs, acts or speaks, and any that are called so. Linear. */
export function initialsIn(text: string, initials: ReadonlySet<string>): [start: number, letters: string][] {
  const told = placesOf(text, INITIALS, () => true)
  if (initials.size === 0) return told
  return [
    ...told,
    ...[SIGNED, ACTS, SIGNS, EXPLAINED].flatMap((pattern) => placesOf(text, pattern, (one) => initials.has(one))),
  ]
}

function placesOf(text: string, pattern: RegExp, isMeant: (letters: string) => boolean): [number, string][] {
  return Array.from(text.matchAll(pattern), ({ index, 0: letters }): [number, string] => [index, letters]).filter(
    ([, letters]) => {
      const plain = letters.replace(/[^\p{L}]/gu, '')
      return isMeant(plain) && !NOBODY.test(plain)
    },
  )
}
