/** The package has no types of its own: what is used of it. */
declare module 'svg-to-pdfkit' {
  function draw(
    document: PDFKit.PDFDocument,
    svg: string,
    x: number,
    y: number,
    options?: {
      width?: number
      height?: number
      assumePt?: boolean
      fontCallback?: (family: string, bold: boolean, italic: boolean) => string
    },
  ): void
  export = draw
}
