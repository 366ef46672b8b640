import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clause } from './clauses.ts'

/** What came of a page; `request` is its entry in the ledger. */
export type PageResult =
  | { page: number; outcome: 'reviewed'; clauses: Clause[]; request: string; costUsd: string; tookMs: number }
  | { page: number; outcome: 'no_text' }
  | { page: number; outcome: 'failed'; code: string; request: string | null }

export interface Review {
  id: string
  name: string
  model: string
  /** Milliseconds since the Unix epoch. */
  broughtAt: number
}

/**
 * Documents, the text of their pages and what came of each, as files (0600) in a folder of this machine. Temporal's histories name a
 * review and a page, and hold no word of either. A file is written beside its place and moved there, so that none is ever half there.
 */
export class Reviews {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async open(name: string, model: string, document: Uint8Array, now: number): Promise<Review> {
    const review: Review = { id: randomUUID(), name, model, broughtAt: now }
    await mkdir(this.#path(review.id), { recursive: true, mode: 0o700 })
    await this.#write(review.id, 'document.pdf', document)
    await this.#write(review.id, 'review.json', JSON.stringify(review))
    return review
  }

  async find(id: string): Promise<Review | null> {
    if (!/^[0-9a-f-]{36}$/.test(id) || !existsSync(join(this.#path(id), 'review.json'))) return null
    return JSON.parse(await this.#text(id, 'review.json')) as Review
  }

  async document(id: string): Promise<Uint8Array> {
    return readFile(join(this.#path(id), 'document.pdf'))
  }

  async keepPage(id: string, page: number, text: string): Promise<void> {
    await this.#write(id, `page-${page}.txt`, text)
  }

  async page(id: string, page: number): Promise<string> {
    return this.#text(id, `page-${page}.txt`)
  }

  async keepResult(id: string, result: PageResult): Promise<void> {
    await this.#write(id, `page-${result.page}.json`, JSON.stringify(result))
  }

  /** What is known of pages 1 to `count`, in order. */
  async results(id: string, count: number): Promise<PageResult[]> {
    const found: PageResult[] = []
    for (let page = 1; page <= count; page++) {
      const name = `page-${page}.json`
      if (existsSync(join(this.#path(id), name))) found.push(JSON.parse(await this.#text(id, name)) as PageResult)
    }
    return found
  }

  #path(id: string): string {
    return join(this.#folder, id)
  }

  async #text(id: string, name: string): Promise<string> {
    return readFile(join(this.#path(id), name), 'utf8')
  }

  async #write(id: string, name: string, content: Uint8Array | string): Promise<void> {
    const path = join(this.#path(id), name)
    const fresh = `${path}.${randomUUID()}`
    await writeFile(fresh, content, { mode: 0o600 })
    await rename(fresh, path)
  }
}
