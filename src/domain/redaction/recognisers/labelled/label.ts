/** Words and signs that may stand between what a value is called and the value. */
const CONNECTOR =
  '(?:\\([^()\\n]{1,40}\\)|[\\s:=#.,()\\[\\]"\'\\u201c\\u201d|>*_/\\u2013-]|(?:numbers?|num|no|nr|n\\.?[°ºo]?|№|ids?|is|was|has|of|code|the|my|his|her|their|your|issued|ending|with|und|lautet|ist|es|est|è|jest|to|numer|c.est|are|were|n[úu]mero|num[ée]ro|numero|nummer|n[úu]m|old|read|und|de|del|di|card|car|auto|wagens?|autos|fahrzeugs?|voiture|v[ée]hicule|ve[íi]culo|veh[íi]culo|carro|coche|macchina|samochodu|van|our|del|des|der|do|da|du|la|le|é|us|uk|usa|u\\.s|new|old|current|on file|with you|osobistego|pojazdu|vehicle|płatniczej|seria|serie|serię|i)(?![\\p{L}\\p{N}])){0,12}'

/** `my passport is gone, number …`; what stands behind another number is of another thing. */
const NUMBERED =
  '(?!\\p{L})(?:(?![0-9]{5})[^\\n.;]){1,30}(?=n)(?<!\\p{L})(?:number|nummer|numer|n[úu]mero|num[ée]ro|numero|nr|no|n)[ .:#°º]{1,4}'
/** `driver's licence of applicant 1: …` */
const OF_SOMEBODY = '(?!\\p{L})[^\\n.;:]{1,24}: ?'
/** Whose turn it is in a chat, behind a question: `And the licence?`, then `Ann: …`. */
const ASKED = '(?!\\p{L})[^\\n]{0,20}\\?[ \\t]{0,2}\\n[^\\n:]{1,16}: '

const START = '(?<![\\p{L}\\p{N}])'

/** UTF-16 units before a value in which its label is looked for. */
export const LABEL_BEFORE = 80

/** A pattern for the text before a value: one of the labels, then nothing but connecting words. Linear on 80 units. */
export function label(words: string): RegExp {
  return new RegExp(`${START}(?:${words})(?:${CONNECTOR}|${NUMBERED}|${OF_SOMEBODY}|${ASKED})$`, 'iu')
}

/**
 * A pattern for the text behind a value: `is my` and one of the labels, or a label in brackets. Linear on 48 units.
 */
export function labelBehind(words: string): RegExp {
  return new RegExp(
    `^(?:,? (?:is|was|ist|war|est|es|è|jest|to|é) (?:(?:my|his|her|their|our|the|your|mein\\p{L}{0,2}|ihr\\p{L}{0,2}|mon|ma|mi|su|il|mio|la|mia|mijn|mój|moja|mojego|meu|minha|der|die|das|le|el|o|a) ){0,3}(?:${words})| ?\\((?:(?:my|his|her|their|the) )?(?:${words})[^()\\n]{0,16}\\))(?![\\p{L}\\p{N}])`,
    'iu',
  )
}

/**
 * A pattern for a text in which one of the labels stands anywhere, whatever is before it and also where a label has to be
 * the last word; without a match none of their own patterns has one.
 */
export function anyLabel(words: readonly string[]): RegExp {
  const anywhere = words
    .join('|')
    .replace(/\(\?<!(?:[^()]|\([^()]*\))*\)/g, '')
    .replaceAll('$', '')
  return new RegExp(`${START}(?:${anywhere})`, 'giu')
}
