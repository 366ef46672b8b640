import { cutJson, type Remaining } from '../../domain/erasure/cut-text.ts'
import { countInBytes, findMentions, findMentionsInJson, type Search } from '../../domain/erasure/find-mentions.ts'

/** What is asked of one text, and in what it is looked for. */
export type Question =
  | { ask: 'cut'; text: string }
  | { ask: 'text'; text: string }
  | { ask: 'json'; text: string }
  | { ask: 'bytes'; bytes: Uint8Array }

/** Of `cut` what remains, null where nothing is to be cut; of the others whether the person is named. */
export type Answer = Remaining | boolean | null

export function look(question: Question, search: Search): Answer {
  switch (question.ask) {
    case 'cut':
      return cutJson(question.text, search)
    case 'text':
      return findMentions(question.text, search).length > 0
    case 'json':
      return findMentionsInJson(question.text, search).length > 0
    case 'bytes': {
      const { buffer, byteOffset, length } = question.bytes
      return countInBytes(Buffer.from(buffer, byteOffset, length), search) > 0
    }
  }
}
