import type { GoldText } from './corpora.ts'
import { groupOf } from './groups.ts'

export interface FoundSpan {
  start: number
  end: number
  entityType: string
}

/** Counts of one text, by group. */
export interface Tally {
  gold: Map<string, number>
  hit: Map<string, number>
  guessed: Map<string, number>
  right: Map<string, number>
  entities: number
  masked: number
  characters: number
  leaked: number
}

/** Compares one text. A mark counts as found when a finding of its group overlaps it, as masked when none of its letters and digits is left. */
export function tally({ text, spans }: GoldText, found: readonly FoundSpan[]): Tally {
  const result: Tally = {
    gold: new Map(),
    hit: new Map(),
    guessed: new Map(),
    right: new Map(),
    entities: 0,
    masked: 0,
    characters: 0,
    leaked: 0,
  }
  const isMasked = new Uint8Array(text.length)
  for (const { start, end } of found) isMasked.fill(1, start, end)
  for (const span of spans) {
    if (span.type === null) continue
    count(result.gold, span.type)
    if (found.some((one) => overlaps(one, span) && groupOf(one.entityType) === span.type)) count(result.hit, span.type)
    let left = 0
    let all = 0
    for (let i = span.start; i < span.end; i += 1) {
      if (!/[\p{L}\p{N}\ud800-\udfff]/u.test(text[i] ?? '')) continue
      all += 1
      if (isMasked[i] === 0) left += 1
    }
    result.entities += 1
    result.masked += left === 0 ? 1 : 0
    result.characters += all
    result.leaked += left
  }
  for (const one of found) {
    const group = groupOf(one.entityType)
    count(result.guessed, group)
    if (spans.some((span) => overlaps(one, span) && (span.type === group || span.type === null)))
      count(result.right, group)
  }
  return result
}

export interface Figures {
  precision: number
  recall: number
  f2: number
}

/** Precision, recall and F2 of a group over texts. */
export function figures(tallies: readonly Tally[], group: string): Figures {
  const sum = (of: 'gold' | 'hit' | 'guessed' | 'right'): number =>
    tallies.reduce((total, one) => total + (one[of].get(group) ?? 0), 0)
  const [gold, hit, guessed, right] = [sum('gold'), sum('hit'), sum('guessed'), sum('right')]
  const recall = gold === 0 ? 1 : hit / gold
  const precision = guessed === 0 ? 1 : right / guessed
  const f2 = precision + recall === 0 ? 0 : (5 * precision * recall) / (4 * precision + recall)
  return { precision, recall, f2 }
}

export function maskedShare(tallies: readonly Tally[]): number {
  const entities = tallies.reduce((total, one) => total + one.entities, 0)
  return tallies.reduce((total, one) => total + one.masked, 0) / Math.max(1, entities)
}

export function leakedShare(tallies: readonly Tally[]): number {
  const characters = tallies.reduce((total, one) => total + one.characters, 0)
  return tallies.reduce((total, one) => total + one.leaked, 0) / Math.max(1, characters)
}

const RESAMPLES = 300

/** The middle 95 % of a figure over texts drawn anew; the same draws every time. */
export function interval(tallies: readonly Tally[], figure: (sample: readonly Tally[]) => number): [number, number] {
  let seed = 0x2545f491
  const next = (): number => {
    seed ^= seed << 13
    seed ^= seed >>> 17
    seed ^= seed << 5
    return (seed >>> 0) / 4294967296
  }
  const values = Array.from({ length: RESAMPLES }, () =>
    figure(tallies.map(() => tallies[Math.floor(next() * tallies.length)]).filter((one) => one !== undefined)),
  ).sort((a, b) => a - b)
  return [values[Math.floor(RESAMPLES * 0.025)] ?? 0, values[Math.floor(RESAMPLES * 0.975)] ?? 0]
}

function overlaps(a: { start: number; end: number }, b: { start: number; end: number }): boolean {
  return a.start < b.end && b.start < a.end
}

function count(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1)
}
