/**
 * What a look-behind at the start of a pattern asks for, as a pattern of its own with the flag g: without a match of it a
 * text has none of the pattern's. null where the pattern does not start with one, or goes on another way beside it.
 */
export function lookBehindOf({ source, flags }: RegExp): RegExp | null {
  if (!source.startsWith('(?<=')) return null
  const depths = depthsOf(source)
  const end = depths.indexOf(0)
  const isChoice = depths.some((depth, i) => depth === 0 && source[i] === '|')
  return isChoice ? null : new RegExp(source.slice('(?<='.length, end), flags.replace(/[dgy]/g, '').concat('g'))
}

/** How many brackets are open behind each unit of a pattern's source; in classes and behind backslashes none open. */
function depthsOf(source: string): number[] {
  let depth = 0
  let isInClass = false
  let isEscaped = false
  return Array.from({ length: source.length }, (_, i) => {
    const unit = isEscaped ? '' : source[i]
    isEscaped = unit === '\\'
    if (unit === ']') isInClass = false
    else if (unit === '[') isInClass = true
    else if (!isInClass && unit === '(') depth += 1
    else if (!isInClass && unit === ')') depth -= 1
    // A bar in a class is no choice.
    return isInClass ? depth + 1 : depth
  })
}
