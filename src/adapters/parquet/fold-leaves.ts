import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { CompactRange } from '../../domain/ledger/compact-range.ts'
import type { LeafRange } from '../../domain/retention/manifest.ts'

export interface Folded {
  root: Buffer
  leaves: LeafRange[]
}

/** Gives bytes to `take`, one piece after another. */
export type Lines = (take: (bytes: Buffer) => Promise<void>) => Promise<unknown>

/** Lists of leaves whose root is remembered. */
const REMEMBERED = 8

/**
 * Roots of lists of leaves: a line for each, in order of (log_id, leaf_index), with log id, index and leaf hash, both hashes in base64.
 * The same list has the same root: that of a list which was folded a moment ago, known by its SHA-256, is not computed again.
 */
export class LeafFolds {
  readonly #known = new Map<string, Folded>()

  async fold(lines: Lines): Promise<Folded> {
    const digest = createHash('sha256')
    const fold = new Fold()
    await lines(async (bytes) => {
      digest.update(bytes)
      fold.take(bytes)
    })
    const folded = fold.end()
    const [oldest] = this.#known.keys()
    if (oldest !== undefined && this.#known.size >= REMEMBERED) this.#known.delete(oldest)
    this.#known.set(digest.digest('hex'), folded)
    return folded
  }

  async ofFile(path: string): Promise<Folded> {
    const digest = createHash('sha256')
    await read(path, async (bytes) => void digest.update(bytes))
    return this.#known.get(digest.digest('hex')) ?? this.fold((take) => read(path, take))
  }
}

async function read(path: string, take: (bytes: Buffer) => Promise<void>): Promise<void> {
  for await (const bytes of createReadStream(path) as AsyncIterable<Buffer>) await take(bytes)
}

const NEWLINE = 0x0a
/** Characters of a log id or a leaf hash in base64; between them stands the index, by commas. */
const HASH = 44

class Fold {
  readonly #range = new CompactRange()
  readonly #leaves: LeafRange[] = []
  #log = ''
  #rest = ''

  take(chunk: Buffer): void {
    let from = 0
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      this.#line(this.#rest + chunk.toString('latin1', from, at))
      this.#rest = ''
      from = at + 1
    }
    this.#rest += chunk.toString('latin1', from)
  }

  end(): Folded {
    if (this.#rest !== '') this.#line(this.#rest)
    return { root: this.#range.root(), leaves: this.#leaves }
  }

  #line(line: string): void {
    const index = Number(line.slice(HASH + 1, -HASH - 1))
    let current = this.#leaves.at(-1)
    if (current === undefined || !line.startsWith(this.#log)) {
      this.#log = line.slice(0, HASH)
      current = { log_id: Buffer.from(this.#log, 'base64').toString('hex'), first: index, last: index, leaves: 0 }
      this.#leaves.push(current)
    }
    current.last = index
    current.leaves += 1
    this.#range.append(Buffer.from(line.slice(-HASH), 'base64'))
  }
}
