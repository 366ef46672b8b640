import type { RecognitionRules } from './recognition-rules.ts'
import type { ConfidenceBand, Coverage, CoverageEntity, CoverageGap, CoveragePath, CoverageRules } from './types.ts'

/** UTF-16 units of JSON that a coverage stays under. */
export const MAX_COVERAGE_LENGTH = 8000
const MAX_SINGLE_LENGTH = 4000
/** UTF-16 units for the names of a tenant's own recognisers. */
const MAX_RULE_NAMES = 1000
/** Fewer paths are tried as they are. */
const MAX_SINGLE_PATHS = 100

interface Mention {
  entityType: string
  score: number
  recognizer: string
}

/** A string that was scanned, and what was found in it. */
export interface ScannedPath {
  path: string
  mentions: readonly Mention[]
}

/**
 * Says what was looked at. Paths with findings stand alone as far as there is room, the rest are put together, first
 * by leaving out indexes, then by field, then all.
 */
export function buildCoverage(
  engine: string,
  scanned: readonly ScannedPath[],
  gaps: readonly CoverageGap[],
  rules?: RecognitionRules,
): Coverage {
  const head = { engine, ...(rules && { rules: rulesOf(rules) }) }
  const merged = mergePaths(scanned.map(toPath), (path) => path)
  const notScanned = fitGaps(gaps)
  const whole = { ...head, paths: merged, notScanned }
  if (merged.length <= MAX_SINGLE_PATHS && coverageText(whole).length <= MAX_COVERAGE_LENGTH) return whole
  const ranked = [...merged].sort((a, b) => Number(b.entities !== undefined) - Number(a.entities !== undefined))
  let room = MAX_SINGLE_LENGTH
  const single: CoveragePath[] = []
  const rest: CoveragePath[] = []
  for (const path of ranked) {
    room -= JSON.stringify(path).length + 1
    if (room >= 0) single.push(path)
    else rest.push(path)
  }
  for (const shorten of [withoutIndexes, topField, () => '*']) {
    const paths = mergePaths([...single, ...mergePaths(rest, shorten)], (path) => path)
    const coverage = { ...head, paths, notScanned }
    if (coverageText(coverage).length <= MAX_COVERAGE_LENGTH) return coverage
  }
  return { ...head, paths: mergePaths(merged, () => '*'), notScanned }
}

function rulesOf({ recognisers, allow, deny }: RecognitionRules): CoverageRules {
  const names = [...new Set(recognisers.map(({ name }) => name))].sort()
  let room = MAX_RULE_NAMES
  const told = names.filter((name) => {
    room -= name.length + 3
    return room >= 0
  })
  const more = names.length - told.length
  return { recognisers: told, ...(more > 0 ? { more } : {}), allowed: allow.length, denied: deny.length }
}

/** Canonical JSON of a coverage: what its digest is taken over. */
export function coverageText(coverage: Coverage): string {
  return JSON.stringify(coverage)
}

function toPath({ path, mentions }: ScannedPath): CoveragePath {
  if (mentions.length === 0) return { path, scanned: true }
  const entities: Record<string, CoverageEntity> = {}
  for (const { entityType, score, recognizer } of mentions) {
    const band = bandOf(score)
    entities[entityType] = addEntity(entities[entityType], { [band]: 1, by: [recognizer] })
  }
  return { path, scanned: true, entities }
}

function bandOf(score: number): ConfidenceBand {
  if (score >= 0.85) return 'high'
  return score >= 0.5 ? 'medium' : 'low'
}

function mergePaths(paths: readonly CoveragePath[], shorten: (path: string) => string): CoveragePath[] {
  const merged = new Map<string, CoveragePath>()
  for (const entry of paths) {
    const path = shorten(entry.path)
    const known = merged.get(path)
    merged.set(path, known === undefined ? { ...entry, path } : addPath(known, entry))
  }
  return sortByPath([...merged.values()].map(canonicalPath))
}

function addPath(a: CoveragePath, b: CoveragePath): CoveragePath {
  const entities: Record<string, CoverageEntity> = { ...a.entities }
  for (const [type, entity] of Object.entries(b.entities ?? {})) entities[type] = addEntity(entities[type], entity)
  const sum: CoveragePath = { path: a.path, scanned: true, strings: (a.strings ?? 1) + (b.strings ?? 1) }
  return Object.keys(entities).length === 0 ? sum : { ...sum, entities }
}

function addEntity(a: CoverageEntity | undefined, b: CoverageEntity): CoverageEntity {
  const sum: CoverageEntity = { by: [...new Set([...(a?.by ?? []), ...b.by])].sort() }
  for (const band of ['high', 'medium', 'low'] as const) {
    const count = (a?.[band] ?? 0) + (b[band] ?? 0)
    if (count > 0) sum[band] = count
  }
  return sum
}

/** Same content, same bytes. */
function canonicalPath({ path, strings, entities }: CoveragePath): CoveragePath {
  const sorted = Object.entries(entities ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    path,
    scanned: true,
    ...(strings === undefined || strings === 1 ? {} : { strings }),
    ...(sorted.length === 0 ? {} : { entities: Object.fromEntries(sorted) }),
  }
}

function fitGaps(gaps: readonly CoverageGap[]): CoverageGap[] {
  const single = mergeGaps(gaps, (path) => path)
  return JSON.stringify(single).length <= 1500 ? single : mergeGaps(gaps, withoutIndexes)
}

function mergeGaps(gaps: readonly CoverageGap[], shorten: (path: string) => string): CoverageGap[] {
  const merged = new Map<string, CoverageGap>()
  for (const gap of gaps) {
    const path = shorten(gap.path)
    const known = merged.get(`${path} ${gap.reason}`)
    const count = (known === undefined ? 0 : (known.count ?? 1)) + (gap.count ?? 1)
    merged.set(`${path} ${gap.reason}`, { path, reason: gap.reason, ...(count > 1 ? { count } : {}) })
  }
  return sortByPath([...merged.values()])
}

function withoutIndexes(path: string): string {
  return path.replaceAll(/\[\d+\]/g, '[*]')
}

function topField(path: string): string {
  return /^[a-z_]+/.exec(path)?.[0] ?? '*'
}

/** By field names, then by the numbers of indexes. */
function sortByPath<T extends { path: string }>(list: readonly T[]): T[] {
  return list
    .map((entry) => ({ entry, key: entry.path.replaceAll(/\d+/g, (digits) => digits.padStart(9, '0')) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ entry }) => entry)
}
