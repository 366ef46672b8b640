import { createRequire } from 'node:module'
import type * as Encoding from 'gpt-tokenizer/encoding/o200k_base'
import type { TokenCounter } from '../../ports/token-counter.ts'

/** UTF-16 units that are encoded at a time: what is long without a break takes longer than its length. */
const PIECE = 2_000
/** UTF-16 units that are looked at; the rest counts like these. */
const LOOKED_AT = 400_000
/** What is written like a special token is text here. */
const AS_TEXT = { disallowedSpecial: new Set<string>() }

/**
 * Counts by the encoding of OpenAI's models (o200k_base), for all providers: it stands in where a provider told nothing. The encoding
 * is read when it is first needed.
 */
export function createTokenCounter(): TokenCounter {
  const require = createRequire(import.meta.url)
  let encoding: typeof Encoding | undefined
  return (text) => {
    encoding ??= require('gpt-tokenizer/encoding/o200k_base') as typeof Encoding
    const looked = text.slice(0, LOOKED_AT)
    let tokens = 0
    for (let at = 0; at < looked.length; at += PIECE) {
      tokens += encoding.countTokens(looked.slice(at, at + PIECE), AS_TEXT)
    }
    return looked.length === text.length ? tokens : Math.ceil((tokens * text.length) / looked.length)
  }
}
