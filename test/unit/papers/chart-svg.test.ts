import { beforeAll, describe, expect, it } from 'vitest'
import { chartSvg, legendHeight } from '../../../src/adapters/charts/chart-svg.ts'
import { readFonts } from '../../../src/adapters/pdf/fonts.ts'
import { TextLayout } from '../../../src/adapters/pdf/lay-out-text.ts'
import type { PaperChart } from '../../../src/domain/papers/paper.ts'

const WIDTH = 480
const HEIGHT = 172
const names = (count: number, name: string) => Array.from({ length: count }, (_, number) => `${name} ${number}`)
const values = (count: number) => Array.from({ length: count }, (_, number) => (number * 7919) % 100_003)

function chart(kind: PaperChart['kind'], categories: string[], series: string[]): PaperChart {
  return {
    ...{ kind, categories, title: 'title', unit: 'calls' },
    series: series.map((name) => ({ name, values: values(categories.length) })),
  }
}

const CHARTS: readonly (readonly [string, PaperChart])[] = [
  ['one value', chart('line', ['2026-01'], ['calls'])],
  ['twelve months', chart('bar', names(12, 'month'), ['calls', 'refused'])],
  ['a year of weeks', chart('line', names(53, 'week'), ['calls'])],
  ['long names of tools', chart('bar', names(12, 'a tool with a name that goes on and on'), ['calls'])],
  ['many long names of series', chart('stacked-bar', names(6, 'month'), names(14, 'a series with a name'))],
]

describe('a chart of', () => {
  let layout: TextLayout
  beforeAll(async () => {
    layout = new TextLayout(await readFonts())
  })

  it.each(CHARTS)('%s keeps its labels inside of it, and off one another', (_, drawn) => {
    const widthOf = (text: string, size: number) => layout.width(text, 'regular', size)
    const height = HEIGHT + legendHeight(drawn, WIDTH, widthOf)
    const svg = chartSvg(drawn, { width: WIDTH, height }, widthOf)
    const texts = [...svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)].map(([, attributes = '', text = '']) => {
      const [a = 1, b = 0, x = 0, y = 0] = placeOf(attributes)
      const width = widthOf(text, 7.5)
      const before = /text-anchor="end"/.test(attributes) ? 1 : /text-anchor="middle"/.test(attributes) ? 0.5 : 0
      return { text, left: x - before * width * a, right: x + (1 - before) * width * a, y, straight: b === 0 }
    })
    for (const { text, left, right, y } of texts) {
      expect([text, left >= -1, right <= WIDTH + 1, y >= 0, y <= height]).toEqual([text, true, true, true, true])
    }
    const straight = texts.filter((one) => one.straight)
    const touching = straight.flatMap((one, at) =>
      straight
        .slice(at + 1)
        .filter((other) => other.left < one.right && one.left < other.right && Math.abs(one.y - other.y) < 7),
    )
    expect(touching).toEqual([])
    expect(texts.length).toBeGreaterThan(drawn.series.length)
  })
})

/** Scale, slant and place. */
function placeOf(attributes: string): number[] {
  const numbers = (text = '') => text.split(/[ ,]+/).map(Number)
  const matrix = /matrix\(([^)]*)\)/.exec(attributes)?.[1]
  if (matrix) {
    const [a = 1, b = 0, , , x = 0, y = 0] = numbers(matrix)
    return [a, b, x, y]
  }
  const [x = 0, y = 0] = numbers(/translate\(([^)]*)\)/.exec(attributes)?.[1])
  return [
    1,
    0,
    x + Number(/\bx="([^"]*)"/.exec(attributes)?.[1] ?? 0),
    y + Number(/\by="([^"]*)"/.exec(attributes)?.[1] ?? 0),
  ]
}
