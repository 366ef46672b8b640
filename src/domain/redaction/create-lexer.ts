import { type LexRoot, type LexSink, Region } from './lex-json.ts'

export interface Lexer {
  /** Reads on. Offsets given to the sink count from the first unit ever pushed. */
  push(text: string): void
  /** Offset of the first unit that was read and not handed on yet (half an escape sequence); -1 when there is none. */
  pendingStart(): number
  end(): void
}

/**
 * Reads JSON text and text that holds JSON one UTF-16 unit at a time, so that a stream and a whole text are read
 * alike. What stands in a JSON string is decoded and read again in the same way; everything else is handed on as it
 * is. As soon as a document breaks the grammar (RFC 8259), the rest of its text is plain. Work is linear: a unit is
 * handled once per level.
 */
export function createLexer(root: LexRoot, sink: LexSink): Lexer {
  const region = new Region(sink, 0, root === 'json')
  let offset = 0
  return {
    push(text) {
      for (let i = 0; i < text.length; i += 1) region.feed(text.charCodeAt(i), offset + i, offset + i + 1)
      offset += text.length
    },
    pendingStart: () => region.pendingStart(),
    end: () => region.end(),
  }
}
