import { text } from 'node:stream/consumers'
import type { Paper } from '../../domain/papers/paper.ts'
import { readFonts } from './fonts.ts'
import { printPaper } from './print-paper.ts'

// A script of its own: a paper as JSON on standard input, its PDF on standard output.
const { attachment, ...rest } = JSON.parse(await text(process.stdin)) as Omit<Paper, 'attachment'> & {
  attachment?: Omit<NonNullable<Paper['attachment']>, 'bytes'> & { bytes: string }
}
const paper: Paper = {
  ...rest,
  ...(attachment && { attachment: { ...attachment, bytes: Buffer.from(attachment.bytes, 'base64') } }),
}
process.stdout.write(await printPaper(paper, await readFonts()))
