import type { ChatCompletion, Json } from '../chat/types.ts'
import { createChannel, type RestoreTable } from './restore-channel.ts'
import { type FieldKind, fieldKind, fieldKindBesideArguments, restoreFields } from './restore-fields.ts'
import { buildSpellings, isNumeric } from './spell-placeholder.ts'
import type { PlaceholderEntry } from './types.ts'

export interface Restorer {
  /** Prose, or JSON in it. */
  restoreText(text: string): string
  /** JSON text, e.g. the arguments of a tool call. */
  restoreJson(text: string): string
  /** The name of a tool: restored when the whole of it is a placeholder. */
  restoreName(name: string): string
  /** Content, refusal, tool calls and other texts of every choice; log probabilities and ids stay. */
  restoreCompletion(completion: ChatCompletion): ChatCompletion
}

/** Where values come back. */
export interface RestoreScope {
  /** False: placeholders stay in the arguments of tool calls. */
  restoreArguments?: boolean
}

export function kindsOf({ restoreArguments = true }: RestoreScope): (key: string) => FieldKind {
  return restoreArguments ? fieldKind : fieldKindBesideArguments
}

/** Builds what restoration walks; use one per request for all its texts. */
export function createTable(placeholders: readonly PlaceholderEntry[]): RestoreTable {
  return { root: buildSpellings(placeholders), hasNumbers: placeholders.some(isNumeric) }
}

/** Names without brackets → what they were. */
export function createNames(placeholders: readonly PlaceholderEntry[]): Map<string, string> {
  return new Map(
    placeholders.flatMap(({ placeholder, value }) => [
      [placeholder, value],
      [placeholder.slice(1, -1), value],
    ]),
  )
}

/** Puts values back in the place of their placeholders, byte for byte. What was never given is left alone. */
export function createRestorer(placeholders: readonly PlaceholderEntry[], scope: RestoreScope = {}): Restorer {
  const table = createTable(placeholders)
  const names = createNames(placeholders)
  const whole = (text: string, root: 'text' | 'json'): string => {
    const channel = createChannel(table, root)
    return channel.push(text) + channel.end()
  }
  const restoreName = (name: string): string => names.get(name) ?? name
  const restore = (text: string, kind: FieldKind): string => {
    if (kind === null) return text
    return kind === 'name' ? restoreName(text) : whole(text, kind)
  }
  return {
    restoreText: (text) => whole(text, 'text'),
    restoreJson: (text) => whole(text, 'json'),
    restoreName,
    restoreCompletion: (completion) => ({
      ...completion,
      choices: completion.choices.map((choice) => ({
        ...choice,
        message: restoreFields(
          choice.message as unknown as Json,
          restore,
          kindsOf(scope),
        ) as unknown as typeof choice.message,
      })),
    }),
  }
}
