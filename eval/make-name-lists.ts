/**
 * Writes src/domain/redaction/name-lists.json: given and family names of Faker's locales (MIT) in Latin letters, without
 * those that stand in small letters outside names in corpora that may be trained on (their folder is the argument).
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { allLocales } from '@faker-js/faker'

const CORPORA = /^(?:wikigold|btc-.*|sec-train|wnut17-train)\.conll$|^crossner-.*-train\.txt$/
const TARGET = fileURLToPath(new URL('../src/domain/redaction/name-lists.json', import.meta.url))
const LATIN = /^\p{Script=Latin}[\p{Script=Latin}\p{M}'’-]{2,19}$/u
/** Names that are as often something else. */
const AMBIGUOUS = new Set(
  `rose max ruby april may june august paris london ada luna nova prince angel king sunny joy daisy iris java dell core
berlin madrid roma sydney austin dallas houston chelsea brooklyn victoria georgia virginia carolina florida savannah
india china asia jordan israel chad ireland kenya cuba malta troy milan vienna florence lourdes santiago lima delta alpha
beta gamma sigma omega echo sierra oscar romeo juliet tango lima mike papa quebec victor whiskey zulu hotel scarlet amber
jade pearl crystal cherry violet heather ivy olive basil sage ginger honey candy star sky ocean river brook forest dawn
eve summer autumn winter sunday friday destiny faith grace hope charity patience mercy justice liberty harmony melody
carol penny sandy rusty dusty rocky stormy misty windy chase chance hunter mason carter parker tyler taylor cooper baker
porter archer sawyer miller smith bishop dean earl duke baron major pope noble rich frank ernest grant bill mark art rob
pat sue jack jean dale glen heath clay reed ray guy gene norm jay jasmine angular vanilla lambda maven gradle phoenix
server admin master page main error test data model case order mega meta echo nano`.split(/\s+/),
)
/** How often a word may stand in small letters before it counts as one. */
const MAX_LOWER = 1

function ordinaryWords(folder: string): Set<string> {
  const counts = new Map<string, number>()
  for (const name of readdirSync(folder).filter((file) => CORPORA.test(file))) {
    for (const line of readFileSync(join(folder, name), 'utf8').split('\n')) {
      const [word = '', ...rest] = line.trim().split(/\s+/)
      if (rest.at(-1) === 'O' && /^\p{Ll}+$/u.test(word)) counts.set(word, (counts.get(word) ?? 0) + 1)
    }
  }
  return new Set([...counts].filter(([, count]) => count > MAX_LOWER).map(([word]) => word))
}

function namesOf(kind: 'first_name' | 'last_name'): string[] {
  const all = new Set<string>()
  for (const { person } of Object.values(allLocales)) {
    const list: unknown = person?.[kind]
    const parts: unknown[] = Array.isArray(list) ? list : Object.values(list ?? {}).flat()
    for (const name of parts) if (typeof name === 'string') all.add(name.toLowerCase())
  }
  return [...all]
}

const words = ordinaryWords(process.argv[2] ?? '../shared/corpora/ner')
const lists = Object.fromEntries(
  (['first_name', 'last_name'] as const).map((kind) => {
    const names = namesOf(kind).filter((name) => LATIN.test(name) && !words.has(name) && !AMBIGUOUS.has(name))
    return [kind === 'first_name' ? 'given' : 'family', names.sort().join(' ')]
  }),
)
writeFileSync(TARGET, `${JSON.stringify(lists, null, 2)}\n`)
