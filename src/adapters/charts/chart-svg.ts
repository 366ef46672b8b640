import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent } from 'echarts/components'
import { init, setPlatformAPI, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { PaperChart } from '../../domain/papers/paper.ts'

use([BarChart, LineChart, GridComponent, LegendComponent, SVGRenderer])

/** They can be told apart by people who see colours differently, and in print without any (Okabe and Ito). */
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#f0e442', '#999999']
const INK = '#1d2025'
const PALE = '#59616d'
const LINE = '#dfe3e8'
/** Points. */
const SMALL = 7.5
const FONT = { fontFamily: 'sans-serif', fontSize: SMALL, color: PALE }

export interface ChartSize {
  /** Points. */
  width: number
  height: number
}

/** So much higher a chart is for the rows of its legend behind the first. */
export function legendHeight(
  chart: PaperChart,
  width: number,
  widthOf: (text: string, size: number) => number,
): number {
  if (chart.series.length < 2) return 0
  return (
    (rowsOf(
      chart.series.map(({ name }) => LEGEND + widthOf(named(name), SMALL)),
      width,
    ) -
      1) *
    ROW
  )
}

/** A chart as SVG. @param widthOf of a text, in points, at a size. */
export function chartSvg(chart: PaperChart, size: ChartSize, widthOf: (text: string, size: number) => number): string {
  setPlatformAPI({
    measureText(text, font) {
      const points = Number(/(\d+(?:\.\d+)?)px/.exec(font ?? '')?.[1] ?? SMALL)
      // Of this one echarts takes the width for the height of a line.
      return { width: text === '国' ? points : widthOf(text, points) }
    },
  })
  const drawn = init(null, null, { renderer: 'svg', ssr: true, ...size })
  try {
    drawn.setOption(optionOf(chart, widthOf, size))
    return drawn.renderToSVGString()
  } finally {
    drawn.dispose()
  }
}

function optionOf(chart: PaperChart, widthOf: (text: string, size: number) => number, { width }: ChartSize) {
  const { kind, categories, series } = chart
  const several = series.length > 1
  const widest = Math.max(0, ...categories.map((text) => widthOf(shortened(text), SMALL)))
  const left = 12 + Math.max(...['0.00', spoken(highest(chart) * 1.2)].map((text) => widthOf(text, SMALL)))
  const band = (width - left) / Math.max(1, categories.length)
  // Labels that would run into one another stand aslant.
  const slanted = widest + 4 > band
  const legend = several ? ROW + legendHeight(chart, width, widthOf) : 0
  return {
    animation: false,
    color: COLOURS,
    textStyle: FONT,
    legend: several
      ? {
          top: 0,
          left: 0,
          itemWidth: 9,
          itemHeight: 9,
          itemGap: 12,
          icon: 'rect',
          textStyle: { ...FONT, color: INK },
          formatter: shortened,
        }
      : { show: false },
    grid: {
      left: slanted ? Math.max(left, widest * 0.77 + 4 - (kind === 'line' ? 0 : band / 2)) : left,
      // A line ends at the edge, and its last label stands half beyond it.
      right: kind === 'line' && !slanted ? Math.max(12, widest / 2 + 2) : 12,
      top: 8 + legend,
      bottom: slanted ? 14 + widest * 0.64 : 18,
      outerBoundsMode: 'none',
    },
    xAxis: {
      type: 'category',
      data: [...categories],
      axisLabel: {
        ...FONT,
        margin: 6,
        formatter: shortened,
        rotate: slanted ? 40 : 0,
        ...(slanted ? {} : { interval: 0 }),
      },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: PALE } },
      ...(kind === 'line' ? { boundaryGap: categories.length < 2 } : {}),
    },
    yAxis: {
      type: 'value',
      // Of what is counted there are no halves.
      ...(series.every(({ values }) => values.every(Number.isInteger)) ? { minInterval: 1 } : {}),
      axisLabel: { ...FONT, margin: 6, showMinLabel: true, showMaxLabel: true, formatter: spoken },
      splitLine: { lineStyle: { color: LINE } },
    },
    series: series.map(({ name, values }) => ({
      name,
      type: kind === 'line' ? 'line' : 'bar',
      data: [...values],
      ...(kind === 'stacked-bar' ? { stack: 'all' } : {}),
      ...(kind === 'line' ? { lineStyle: { width: 1.5 }, symbol: 'circle', symbolSize: 4 } : { barMaxWidth: 34 }),
    })),
  }
}

/** Points of a legend's item beside its text. */
const LEGEND = 9 + 5 + 14
const ROW = 19
const MOST_LETTERS = 24

const shortened = (text: string) => shorten(text, MOST_LETTERS)
const named = (text: string) => shorten(text, 2 * MOST_LETTERS)

function shorten(text: string, most: number): string {
  const letters = Array.from(text)
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : text
}

/** How many rows items of these widths take. */
function rowsOf(widths: readonly number[], width: number): number {
  let [rows, used] = [1, 0]
  for (const own of widths) {
    if (used > 0 && used + own > width) {
      rows++
      used = 0
    }
    used += own
  }
  return rows
}

/** The highest value that the y axis has to show. */
function highest({ kind, categories, series }: PaperChart): number {
  const at = (index: number) => series.map(({ values }) => values[index] ?? 0)
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0)
  return Math.max(
    0,
    ...categories.map((_, index) => (kind === 'stacked-bar' ? sum(at(index)) : Math.max(...at(index)))),
  )
}

function spoken(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 6 })
}
