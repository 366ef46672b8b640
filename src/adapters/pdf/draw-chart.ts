import type { PaperChart } from '../../domain/papers/paper.ts'
import { BODY, GAP, INK, MARGIN, type PageWriter, type Style } from './page-writer.ts'

/** Points. */
const HEIGHT = 172
const TITLE: Style = { font: 'bold', size: BODY, colour: INK }

/** A chart with its title, whole on one page. What draws it is loaded where a paper has one. */
export async function drawChart(pages: PageWriter, chart: PaperChart): Promise<void> {
  const [{ chartSvg }, { default: drawSvg }] = await Promise.all([
    import('../charts/chart-svg.ts'),
    import('svg-to-pdfkit'),
  ])
  pages.room(HEIGHT + 3 * BODY + 2 * GAP)
  pages.write(`${chart.title}, ${chart.unit}`, TITLE)
  pages.y += GAP / 2
  const size = { width: pages.width, height: HEIGHT }
  const svg = chartSvg(plain(pages, chart), size, (text, at) => pages.layout.width(text, 'regular', at))
  drawSvg(pages.document, svg, MARGIN, pages.y, {
    assumePt: true,
    ...size,
    fontCallback: (_, bold) => (bold ? 'bold' : 'regular'),
  })
  pages.y += HEIGHT + 3 * GAP
}

/** Its labels are each printed in one font. */
function plain({ layout }: PageWriter, chart: PaperChart): PaperChart {
  const text = (label: string) => layout.plain(label, 'regular')
  const series = chart.series.map(({ name, values }) => ({ name: text(name), values }))
  return { ...chart, categories: chart.categories.map(text), series }
}
