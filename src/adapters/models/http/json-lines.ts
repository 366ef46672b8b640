import { ModelError } from '../../../ports/model-provider.ts'
import type { Exchange } from './exchange.ts'
import { type FrameReader, frameReader, MAX_LINE, requireContentType } from './server-sent-events.ts'

/** Reads newline-delimited JSON and gives its lines; empty ones are skipped and a line without its end is no line. */
export function readJsonLines(exchange: Exchange): FrameReader {
  requireContentType(exchange, /^application\/(x-)?ndjson\b/i)
  let rest = ''
  return frameReader(exchange, (text) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > MAX_LINE) throw new ModelError('malformed', { status: exchange.status })
    return lines.filter((line) => line.trim() !== '')
  })
}
