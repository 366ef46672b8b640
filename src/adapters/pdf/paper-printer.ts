import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Paper } from '../../domain/papers/paper.ts'
import type { PaperPrinter } from '../../ports/paper-printer.ts'

const PRINTER = fileURLToPath(new URL('./print-process.ts', import.meta.url))
/** Milliseconds that a paper may take, on a machine that is busy. */
const WITHIN_MS = 120_000

/**
 * Prints with pdfkit and the DejaVu fonts (Bitstream Vera's licence: they may be embedded and passed on), each paper in a process of
 * its own: reading the fonts takes a second of a processor, and memory that would never be given back.
 */
export function createPaperPrinter(): PaperPrinter {
  return {
    async pdf(paper: Paper) {
      const process = spawn(globalThis.process.execPath, ['--disable-warning=ExperimentalWarning', PRINTER], {
        stdio: ['pipe', 'pipe', 'ignore'],
        timeout: WITHIN_MS,
        killSignal: 'SIGKILL',
      })
      const ended = once(process, 'close')
      // Where it ends early the pipe breaks: what it came to says `close`.
      process.stdin.on('error', () => undefined)
      process.stdin.end(encodePaper(paper))
      const [pdf, [code]] = await Promise.all([buffer(process.stdout), ended])
      if (code !== 0) throw new Error('the paper could not be printed')
      return pdf
    },
  }
}

/** A paper as JSON; what travels inside it in base64. */
function encodePaper(paper: Paper): string {
  const { attachment, ...rest } = paper
  const bytes = attachment && Buffer.from(attachment.bytes).toString('base64')
  return JSON.stringify({ ...rest, ...(attachment && { attachment: { ...attachment, bytes } }) })
}
