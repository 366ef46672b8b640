/** What zod says about a file, in words that tell what to do. */
import type { z } from 'zod'
import { type ConfigProblem, didYouMean } from './config-error.ts'
import { fileSchema } from './schema.ts'
import type { Path, YamlSource } from './yaml-source.ts'

type Issue = z.core.$ZodIssue

/** Every problem of shape in a file. */
export function shapeProblems(source: YamlSource, issues: readonly Issue[]): ConfigProblem[] {
  return issues.flatMap((issue) => problemsOf(source, issue, []))
}

function problemsOf(source: YamlSource, issue: Issue, before: Path): ConfigProblem[] {
  const path = [...before, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))]
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const meant = didYouMean(key, knownFields(fileSchema, path))
      const words = meant === null ? `known are ${knownFields(fileSchema, path).join(', ')}` : `did you mean ${meant}?`
      return source.problem(path, `${written([...path, key])} is not a known field: ${words}`, key)
    })
  }
  if (issue.code === 'invalid_union') {
    const branch = branchMeant(issue.errors, valueAt(source.value, path))
    return branch.flatMap((inner) => problemsOf(source, inner, path))
  }
  if (issue.code === 'invalid_key') {
    const words = issue.issues[0]?.message ?? 'is not a name that may stand here'
    return [source.problem(path.slice(0, -1), `${written(path)}: the name ${words}`, String(path.at(-1)))]
  }
  return [source.problem(path, `${written(path)} ${wordsOf(issue, valueAt(source.value, path))}`)]
}

/** Of the shapes a value may have, the list's for a list, else the one that names its words. */
function branchMeant(branches: readonly (readonly Issue[])[], value: unknown): readonly Issue[] {
  const ofList = (issues: readonly Issue[]) =>
    issues.every((issue) => issue.path.length > 0 || issue.code === 'too_small')
  const ofWord = (issues: readonly Issue[]) =>
    issues.some((issue) => issue.path.length === 0 && issue.code === 'invalid_value')
  return branches.find(Array.isArray(value) ? ofList : ofWord) ?? branches[0] ?? []
}

function wordsOf(issue: Issue, value: unknown): string {
  if (value === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value')) return 'is missing'
  if (issue.code === 'invalid_value' && issue.message.startsWith('Invalid')) {
    const known = issue.values.map(String)
    const meant = typeof value === 'string' ? didYouMean(value, known) : null
    return `must be ${known.length === 1 ? '' : 'one of '}${known.join(', ')}${meant === null ? '' : `: did you mean ${meant}?`}`
  }
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input'))
    return `must be ${kindWords[issue.expected] ?? issue.expected}`
  if (issue.code === 'too_small' && issue.message.startsWith('Too small'))
    return `must have, or be, at least ${issue.minimum}`
  if (issue.code === 'too_big' && issue.message.startsWith('Too big'))
    return `must have, or be, at most ${issue.maximum}`
  return issue.message
}

const kindWords: Partial<Record<string, string>> = {
  string: 'text (put it in quotes)',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
}

/** `tenants[0].tools.hr_helpdesk` */
export function written(path: Path): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')
  return text === '' ? 'the file' : text.replace(/^\./, '')
}

function valueAt(value: unknown, path: Path): unknown {
  let current = value
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return undefined
    current = Object.hasOwn(current, step) ? (current as Record<string | number, unknown>)[step] : undefined
  }
  return current
}

interface Definition {
  type: string
  innerType?: z.core.$ZodType
  element?: z.core.$ZodType
  valueType?: z.core.$ZodType
  shape?: Record<string, z.core.$ZodType>
}

/** The fields a mapping at this path may have. */
function knownFields(schema: z.core.$ZodType, path: Path): string[] {
  const definition = schema._zod.def as Definition
  if (definition.innerType !== undefined) return knownFields(definition.innerType, path)
  const [step, ...rest] = path
  if (step === undefined) return Object.keys(definition.shape ?? {})
  const below = definition.shape?.[step] ?? definition.element ?? definition.valueType
  return below === undefined ? [] : knownFields(below, rest)
}
