/** Endings of Polish names in other cases than the first, and what they were in that. */
const CASES: readonly (readonly [RegExp, readonly string[]])[] = [
  [/(?<=[sc]k|dzk)(?:iego|iemu|im|ich|imi)$/, ['i']],
  [/(?<=[sc]k|dzk)(?:iej|ą)$/, ['a', 'i']],
  [/(?:ego|emu|ym|ej|ą)$/, ['y', 'a']],
  [/(?:ka|kowi|kiem|ku)$/, ['ek', 'ko', 'k']],
  [/(?:ca|cowi|cem|cu)$/, ['ec', 'c']],
  [/(?:ła|łowi|łem|le)$/, ['eł', 'ło', 'ł', 'ła']],
  [/(?:ra|rowi|rem|rze)$/, ['er', 'r', 'ra']],
  [/(?:ki|ce|kę|ką|ko)$/, ['ka', 'ko']],
  [/ow(?:a|ej|ą)$/, ['']],
  [/(?:gi|dze|gę|gą|go)$/, ['ga']],
  [/(?:cie)$/, ['t', 'ta']],
  [/(?:dzie)$/, ['d', 'da']],
  [/(?:nie)$/, ['n', 'na']],
  [/(?:owi|em|iem)$/, ['', 'o']],
  [/a$/, ['', 'o']],
  [/u$/, ['']],
  [/(?:y|ę|ą|o|ie)$/, ['a']],
  [/(?:i|ię|ią|iu|io)$/, ['ia', 'a']],
]
/** Letters that stay at least. */
const MIN_STEM = 2

/** What a Polish name may be in its first case; empty where it can be in no other one. */
export function firstCases(word: string): string[] {
  const found: string[] = []
  for (const [ending, firsts] of CASES) {
    const match = ending.exec(word)
    if (match === null || match.index < MIN_STEM) continue
    const stem = word.slice(0, match.index)
    for (const first of firsts) found.push(stem + first)
  }
  return found
}
