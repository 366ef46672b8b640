import type { PaperChart } from '../../domain/papers/paper.ts'
import { BODY, GAP, INK, MARGIN, type PageWriter, type Style } from './page-writer.ts'

/** Points. */
const HEIGHT = 172
const TITLE: Style = { font: 'bold', size: BODY, colour: INK }

/** A chart with its title, whole on one page. What draws it is loaded where a paper has one. */
export async function drawChart(pages: PageWriter, chart: PaperChart): Promise<void> {
  const [{ chartSvg, legendHeight }, { default: drawSvg }] = await Promise.all([
    import('../charts/chart-svg.ts'),
    import('svg-to-pdfkit'),
  ])
  const shown = plain(pages, chart)
  const widthOf = (text: string, at: number) => pages.layout.width(text, 'regular', at)
  const size = { width: pages.width, height: HEIGHT + legendHeight(shown, pages.width, widthOf) }
  pages.room(size.height + 3 * BODY + 2 * GAP)
  const said = chart.title.toLowerCase().includes(chart.unit.toLowerCase())
  pages.write(said ? chart.title : `${chart.title}, ${chart.unit}`, TITLE)
  pages.y += GAP / 2
  const fontCallback = (_: string, bold: boolean) => (bold ? 'bold' : 'regular')
  drawSvg(pages.document, chartSvg(shown, size, widthOf), MARGIN, pages.y, { assumePt: true, ...size, fontCallback })
  pages.y += size.height + 3 * GAP
}

/** Its labels are each printed in one font. */
function plain({ layout }: PageWriter, chart: PaperChart): PaperChart {
  const text = (label: string) => layout.plain(label, 'regular')
  const series = chart.series.map(({ name, values }) => ({ name: text(name), values }))
  return { ...chart, categories: chart.categories.map(text), series }
}
