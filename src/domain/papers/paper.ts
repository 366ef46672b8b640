/** A chart, drawn as wide as the page. */
export interface PaperChart {
  title: string
  kind: 'bar' | 'stacked-bar' | 'line'
  /** Along the x axis. */
  categories: readonly string[]
  series: readonly { name: string; values: readonly number[] }[]
  /** Of the y axis. */
  unit: string
}

/** A paper that people read: what is on it, in order, without a word about how it is printed. */
export type PaperBlock =
  | { kind: 'heading'; text: string }
  /** Of a part of what a heading is over. */
  | { kind: 'subheading'; text: string }
  | { kind: 'text'; text: string }
  /** Small: what explains something else. */
  | { kind: 'note'; text: string }
  | { kind: 'list'; items: readonly string[] }
  /** Names and what they are, two columns. */
  | { kind: 'facts'; rows: readonly (readonly [name: string, value: string])[] }
  /**
   * @property shares of the columns in the width, all together 1.
   * @property numbers indexes of columns whose cells stand at the right.
   */
  | {
      kind: 'table'
      head: readonly string[]
      rows: readonly (readonly string[])[]
      shares: readonly number[]
      numbers?: readonly number[]
    }
  /** Lines as they are, in letters of one width; what is longer than a line goes on in the next. */
  | { kind: 'lines'; text: string }
  | { kind: 'chart'; chart: PaperChart }
  /** What follows begins on a page of its own. */
  | { kind: 'break' }

export interface Paper {
  title: string
  /** Under the title. */
  subtitle: string
  /** At the foot of each page, before the page's number. */
  footer: string
  /** ISO 639. */
  language: string
  /** Milliseconds since the Unix epoch. */
  madeAt: number
  blocks: readonly PaperBlock[]
  /** A file that travels inside. */
  attachment?: { name: string; type: string; description: string; bytes: Uint8Array }
  /** Above the title, on a first page that is laid out as one. */
  cover?: string
}
