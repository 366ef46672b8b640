import drawSvg from 'svg-to-pdfkit'
import type { PaperChart } from '../../domain/papers/paper.ts'
import { chartSvg } from '../charts/chart-svg.ts'
import { BODY, GAP, INK, MARGIN, type PageWriter, type Style } from './page-writer.ts'

/** Points. */
const HEIGHT = 190
const TITLE: Style = { font: 'bold', size: BODY, colour: INK }

/** A chart with its title, whole on one page. */
export function drawChart(pages: PageWriter, chart: PaperChart): void {
  pages.room(HEIGHT + 3 * BODY + 2 * GAP)
  pages.write(chart.title, TITLE)
  pages.y += GAP / 2
  const size = { width: pages.width, height: HEIGHT }
  const svg = chartSvg(chart, size, (text, at) => pages.layout.width(text, 'regular', at))
  drawSvg(pages.document, svg, MARGIN, pages.y, {
    assumePt: true,
    ...size,
    fontCallback: (_, bold) => (bold ? 'bold' : 'regular'),
  })
  pages.y += HEIGHT + 2 * GAP
}
