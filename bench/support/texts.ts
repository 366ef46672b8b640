import { CLEAN_TEXTS } from '../../eval/clean-texts.ts'
import { generatePrompts } from '../../eval/prompts/generate.ts'
import { promptOf } from './prompt.ts'

const NAMES = [
  'Miriam Okafor',
  'Tomasz Wiśniewski',
  'Priya Raman',
  'Jean-Luc Moreau',
  'Hanna Lindqvist',
  'Carlos Fuentes',
]

/** The n-th letter of about 1 KB with nine identifiers. Pure, as all here: no text comes twice, so no cache knows it. */
export function letter(n: number): string {
  const { messages } = JSON.parse(promptOf(n).body) as { messages: { content: string }[] }
  return messages[1]?.content ?? ''
}

let prompts: readonly string[] = []

/** Prompts of many kinds in eight languages, a quarter KB each, as `npm run eval` makes them; most of each is values. */
export function variousPrompt(n: number): string {
  if (prompts.length === 0) prompts = generatePrompts().flatMap((corpus) => corpus.texts.map(({ text }) => text))
  return `${prompts[n % prompts.length]}\n(${n})`
}

/** What a model says in one sentence. */
export function shortAnswer(n: number): string {
  return `Order ${n} is on its way, ${NAMES[n % NAMES.length]?.split(' ')[0]} will tell you more.`
}

/** Five letters, each an answer that quotes the one before, with heads and signatures; about 7 KB. */
export function mailThread(n: number): string {
  return Array.from({ length: 5 }, (_, depth) => {
    const name = NAMES[(n + depth) % NAMES.length] ?? ''
    const other = NAMES[(n + depth + 1) % NAMES.length] ?? ''
    const mail = [
      `From: ${name} <${address(name, n)}>`,
      `To: ${other} <${address(other, n)}>`,
      `Subject: ${'Re: '.repeat(4 - depth)}Order ${n}`,
      '',
      `Hi ${other.split(' ')[0]},`,
      '',
      letter(n * 5 + depth),
      '',
      'Kind regards',
      name,
    ]
    return mail.map((line) => `${'> '.repeat(depth)}${line}`).join('\n')
  }).join('\n\n')
}

/** Code, logs and tables without personal data, about 10 KB. */
export function code(n: number): string {
  return `// build ${n}\n${CLEAN_TEXTS.map((text, i) => `// file ${n}.${i}\n${text}`).join('\n')}`
}

/** A prompt of `length` units: mail threads and code in turn. */
export function longPrompt(n: number, length: number): string {
  let text = ''
  for (let i = 0; text.length < length; i += 1)
    text += `${i % 2 === 0 ? mailThread(n * 100 + i) : code(n * 100 + i)}\n\n`
  return text.slice(0, length)
}

function address(name: string, n: number): string {
  return `${name
    .toLowerCase()
    .normalize('NFD')
    .replace(/[^a-z ]/g, '')
    .replaceAll(' ', '.')}.${n}@example.com`
}
