import { written } from './check-shape.ts'
import type { ConfigProblem } from './config-error.ts'
import { list, mapping, type Raw, text } from './raw.ts'
import type { Path, YamlSource } from './yaml-source.ts'

/** Who computes on a machine of one's own: an hour of it can be priced. */
const OWN_MACHINES = ['ollama-local', 'simulator']
const SET_PRICES = ['per_million', 'per_request', 'per_hour'] as const

/** Prices without a price, with two kinds that exclude each other, of periods that end before they begin or that overlap. */
export function priceProblems(source: YamlSource): ConfigProblem[] {
  const prices = list(mapping(source.value).prices).map(mapping)
  return prices.flatMap((price, index) => {
    const path = ['prices', index]
    return [
      ...termProblems(source, price, path),
      ...periodProblems(source, price, path),
      ...overlapProblems(source, prices, price, index),
    ]
  })
}

function termProblems(source: YamlSource, price: Raw, path: Path): ConfigProblem[] {
  const set = SET_PRICES.filter((name) => price[name] !== undefined)
  const discount = price.discount_percent
  const percent = text(discount)
  if (discount === undefined && set.length === 0) {
    const words = `has no price: give it discount_percent, or ${SET_PRICES.join(', ')}`
    return [source.problem(path, `${written(path)} ${words}`)]
  }
  const at = [...path, 'discount_percent']
  const problems: ConfigProblem[] = []
  if (discount !== undefined && set[0] !== undefined) {
    problems.push(source.problem(at, `${written(at)} is off the published prices, and ${set[0]} sets others: keep one`))
  }
  if (percent !== null && /^\d+(\.\d+)?$/.test(percent) && (Number(percent) > 100 || Number(percent) === 0)) {
    problems.push(source.problem(at, `${written(at)} must be above 0, and 100 at most`))
  }
  const provider = text(price.provider)
  if (price.per_hour !== undefined && provider !== null && !OWN_MACHINES.includes(provider)) {
    const hour = [...path, 'per_hour']
    const words = `is the price of a machine of one's own: only ${OWN_MACHINES.join(' and ')} can have it`
    problems.push(source.problem(hour, `${written(hour)} ${words}`))
  }
  return problems
}

function periodProblems(source: YamlSource, price: Raw, path: Path): ConfigProblem[] {
  const { from, to } = periodOf(price)
  if (from < to) return []
  const at = [...path, 'to']
  return [source.problem(at, `${written(at)} must be a day after from: the price ends before that day begins`)]
}

/** Two prices of one pattern that hold at one time: nobody could say which of them counts. */
function overlapProblems(source: YamlSource, all: readonly Raw[], price: Raw, index: number): ConfigProblem[] {
  const [provider, match] = [text(price.provider), text(price.match)]
  if (provider === null || match === null) return []
  const { from, to } = periodOf(price)
  const first = all.slice(0, index).findIndex((other) => {
    const there = periodOf(other)
    const same = (['provider', 'match', 'service_tier'] as const).every((field) => other[field] === price[field])
    return same && from < there.to && there.from < to
  })
  if (first < 0) return []
  const at = ['prices', index, 'match']
  const words = `holds on days on which ${written(['prices', first])} holds for the same models: end one before the other begins`
  return [source.problem(at, `${written(at)} ${words}`)]
}

/** Days sort as text. */
function periodOf(price: Raw): { from: string; to: string } {
  return { from: text(price.from) ?? '0000-00-00', to: text(price.to) ?? '9999-99-99' }
}
