/**
 * Works something out of a text once, however many recognisers ask for it one after the other: what the last text gave is
 * kept. Meant for constants of modules.
 */
export function ofLastText<T>(workOut: (text: string) => T): (text: string) => T {
  let last: { text: string; given: T } | null = null
  return (text) => {
    // Equal texts are compared unit by unit unless they are one object, so the one that will be asked for next is kept.
    if (last !== null && last.text === text) last.text = text
    else last = { text, given: workOut(text) }
    return last.given
  }
}
