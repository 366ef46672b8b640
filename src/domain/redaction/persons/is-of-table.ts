/** The head of a column over the next one, a code between wide spaces, and what a prompt asks for: `Tone: formal`. */
export function isOfTable(text: string, start: number, end: number): boolean {
  const name = text.slice(start, end)
  if (/^\p{L}+\t(?:VIN|DOB|ID|NO|SSN|IP|MAC|PIN|TEL|VAT|SKU|QTY)$/u.test(name)) return true
  if (/^\p{Lu}{2,3}$/u.test(name)) return text.slice(end, end + 2) === '  ' && text.slice(start - 2, start) === '  '
  return text[end] === ':' && /^(?:Tone|Ton|Style|Stan)$/.test(name)
}
