import { describe, expect, it } from 'vitest'
import { clausesOf } from '../../../examples/contract-review/clauses.ts'
import { MOST_PAGES, readPages } from '../../../examples/contract-review/read-pages.ts'
import { summarise, toCsv } from '../../../examples/contract-review/summary.ts'
import { makePdf } from '../../e2e/examples/make-pdf.ts'

describe('the pages of a document', () => {
  it('are all there, in order, of a thousand', async () => {
    const read = await readPages(await makePdf(1_000, { scanned: [500] }))
    if ('unreadable' in read) throw new Error(read.message)
    expect(read.pages).toHaveLength(1_000)
    expect([read.pages[0], read.pages[499], read.pages[999]?.split('\n')[0]]).toEqual([
      '1. Article of page 1\n1.1 Clause\nWhat it says.',
      '',
      '1000. Article of page 1000',
    ])
  }, 60_000)

  it('are too many where there are more than can be reviewed', async () => {
    const read = await readPages(await makePdf(MOST_PAGES + 1))
    expect(read).toMatchObject({ unreadable: 'too_long' })
  }, 60_000)
})

describe('clauses', () => {
  const CLAUSE = { number: '7.2', title: 'Termination', summary: 'Ends it.' }
  it.each([
    ['bare', JSON.stringify({ clauses: [CLAUSE] })],
    ['in a fence', `\`\`\`json\n${JSON.stringify({ clauses: [CLAUSE] }, null, 2)}\n\`\`\``],
    ['between sentences', `Here they are: ${JSON.stringify({ clauses: [CLAUSE] })} I hope that helps.`],
  ])('are read from JSON that stands %s', (_, answer) => {
    expect(clausesOf(answer)).toEqual([CLAUSE])
  })

  it('are those that have a title, with text for text, of JSON that is not as asked', () => {
    const clauses = [
      null,
      7,
      { number: 3, title: 'Term' },
      { title: ['x'] },
      { number: {}, title: 'Law', summary: null },
    ]
    expect(clausesOf(JSON.stringify({ clauses }))).toEqual([
      { number: '3', title: 'Term', summary: '' },
      { number: '', title: 'Law', summary: '' },
    ])
    expect(clausesOf('{"clauses": "none"}')).toEqual([])
  })

  it('are headings, with the first sentence below, of an answer in prose', () => {
    const answer =
      'I see these:\n4. Fees\n4.1 Rates\nThe rates are\nlow. They stay.\n4.2 Due dates\n12 of them are over.\n'
    expect(clausesOf(answer)).toEqual([
      { number: '4', title: 'Fees', summary: '' },
      { number: '4.1', title: 'Rates', summary: 'The rates are low.' },
      { number: '4.2', title: 'Due dates', summary: '12 of them are over.' },
    ])
  })
})

describe('a summary', () => {
  const review = { id: 'r', name: 'a.pdf', model: 'm', broughtAt: 0 }
  const page = (number: number, costUsd: string, title = 'Fees') => ({
    page: number,
    outcome: 'reviewed' as const,
    clauses: [{ number: '1', title, summary: '' }],
    request: 'q',
    costUsd,
    tookMs: 1,
  })

  it('adds costs exactly, and gives each reviewed page its share', () => {
    const results = [page(1, '0.1000000001'), page(2, '0.2000000002'), { page: 3, outcome: 'no_text' as const }]
    expect(summarise(review, 3, results)).toMatchObject({ costUsd: '0.3000000003', costPerPageUsd: '0.1500000001' })
  })

  it('is a CSV in which nothing is a formula', () => {
    const csv = toCsv(summarise(review, 1, [page(1, '0', '=HYPERLINK("http://x")')]))
    expect(csv.split('\n')[1]).toBe(`1,1,"'=HYPERLINK(""http://x"")",,q`)
  })
})
