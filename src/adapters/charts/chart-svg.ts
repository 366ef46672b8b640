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
const FONT = { fontFamily: 'sans-serif', fontSize: 8, color: PALE }

export interface ChartSize {
  /** Points. */
  width: number
  height: number
}

/** A chart as SVG. @param widthOf of a text, in points, at a size. */
export function chartSvg(chart: PaperChart, size: ChartSize, widthOf: (text: string, size: number) => number): string {
  setPlatformAPI({
    measureText: (text, font) => ({ width: widthOf(text, Number(/(\d+(?:\.\d+)?)px/.exec(font ?? '')?.[1] ?? 8)) }),
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
  const { kind, categories, series, unit } = chart
  const several = series.length > 1
  const widest = Math.max(0, ...categories.map((text) => widthOf(text, FONT.fontSize)))
  // Labels that would run into one another stand aslant.
  const room = (width - 60) / Math.max(1, categories.length)
  const slanted = widest + 4 > room
  return {
    animation: false,
    color: COLOURS,
    textStyle: FONT,
    legend: several
      ? { top: 0, left: 0, itemWidth: 9, itemHeight: 9, itemGap: 12, icon: 'rect', textStyle: { ...FONT, color: INK } }
      : { show: false },
    grid: { left: 4, right: 10, top: several ? 40 : 22, bottom: 4, containLabel: true },
    xAxis: {
      type: 'category',
      data: [...categories],
      axisLabel: { ...FONT, rotate: slanted ? 40 : 0, ...(slanted ? {} : { interval: 0 }) },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: PALE } },
      ...(kind === 'line' ? { boundaryGap: categories.length < 2 } : {}),
    },
    yAxis: {
      type: 'value',
      name: unit,
      nameLocation: 'end',
      nameTextStyle: { ...FONT, align: 'left', padding: [0, 0, 0, -20] },
      axisLabel: FONT,
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
