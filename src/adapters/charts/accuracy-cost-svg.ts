import { LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([LineChart, ScatterChart, GridComponent, SVGRenderer])

const SIZE = { width: 720, height: 420 }
/** As in the charts of reports (Okabe and Ito). */
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#8a7f00', '#999999']
const FONT = { fontFamily: 'sans-serif', fontSize: 12, color: '#59616d' }

export interface AccuracyCost {
  model: string
  /** US dollars per answer. */
  cost: number
  /** Shares from 0 to 1. */
  accuracy: number
  low: number
  high: number
}

/** Accuracy against cost per answer as SVG, each model with its interval. */
export function accuracyCostSvg(points: readonly AccuracyCost[]): string {
  const drawn = init(null, null, { renderer: 'svg', ssr: true, ...SIZE })
  try {
    drawn.setOption({
      animation: false,
      backgroundColor: '#ffffff',
      textStyle: FONT,
      grid: { left: 64, right: 150, top: 24, bottom: 48 },
      xAxis: axis('USD per answer', 32),
      yAxis: { ...axis('accuracy, % (with its 95 % interval)', 44), min: 0, max: 100 },
      series: points.flatMap(({ model, cost, accuracy, low, high }, index) => {
        const color = COLOURS[index % COLOURS.length]
        const label = { show: true, position: 'right', formatter: shortened(model), ...FONT, color }
        const interval = { type: 'line', symbol: 'rect', symbolSize: [10, 1.5], lineStyle: { color, width: 1.5 } }
        return [
          { ...interval, itemStyle: { color }, data: [low, high].map((share) => [cost, 100 * share]) },
          { type: 'scatter', symbolSize: 10, itemStyle: { color }, label, data: [[cost, 100 * accuracy]] },
        ]
      }),
    })
    return drawn.renderToSVGString()
  } finally {
    drawn.dispose()
  }
}

function axis(name: string, nameGap: number) {
  return {
    type: 'value',
    name,
    nameLocation: 'middle',
    nameGap,
    nameTextStyle: FONT,
    axisLabel: FONT,
    splitLine: { lineStyle: { color: '#dfe3e8' } },
  }
}

function shortened(text: string): string {
  const letters = Array.from(text)
  return letters.length > 22 ? `${letters.slice(0, 21).join('')}…` : text
}
