/** A YAML text with `${VAR}` filled in, and the way back from a value to its line. */
import {
  type Document,
  isCollection,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  Scalar,
  visit,
} from 'yaml'
import { ConfigError, type ConfigProblem } from './config-error.ts'

export type Path = readonly (string | number)[]

export interface YamlSource {
  value: unknown
  /** What was wrong with `${VAR}`; the text itself is sound. */
  problems: ConfigProblem[]
  /** A problem with the value at a path or, with `key`, with the name of a field below it. */
  problem(path: Path, message: string, key?: string): ConfigProblem
}

/** Characters. */
export const maxFileLength = 1_000_000

const words: Partial<Record<string, string>> = {
  DUPLICATE_KEY: 'this field stands here twice: keep one of the two',
  BAD_INDENT: 'this line is not indented like its neighbours',
  TAB_AS_INDENT: 'tabs cannot indent: use spaces',
  MISSING_CHAR: 'a closing quote or bracket, a comma or a colon is missing here',
  MULTIPLE_DOCS: 'the file has more than one document: keep one',
  NON_STRING_KEY: 'the name of a field must be text',
  TAG_RESOLVE_FAILED: 'tags such as !x are not known here',
  BAD_ALIAS: 'this alias has no anchor before it',
}

/**
 * Reads one YAML 1.2 document and fills in `${NAME}` from `variables` in its values; `$${` stands for `${`. A whole
 * unquoted `${NAME}` may become a number, true or false.
 *
 * @throws ConfigError where the text is not YAML; nothing of the text is in the message.
 */
export function readYaml(
  text: string,
  file: string,
  variables: Readonly<Record<string, string | undefined>>,
): YamlSource {
  const lines = new LineCounter()
  const fault = (offset: number | null, message: string): ConfigProblem => {
    const place = offset === null ? null : lines.linePos(offset)
    return { file, line: place?.line ?? null, column: place?.col ?? null, message }
  }
  if (text.length > maxFileLength)
    throw new ConfigError([fault(null, `the file is longer than ${maxFileLength} characters`)])
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    logLevel: 'error',
  })
  const faults = [...document.errors, ...document.warnings]
  if (faults.length > 0) {
    const problems = faults.map((error) => {
      return fault(
        error.pos[0],
        `not valid YAML: ${words[error.code] ?? `the text cannot be read here (${error.code})`}`,
      )
    })
    throw new ConfigError(problems)
  }
  const problems = fillIn(document, variables, fault)
  return {
    value: plainFrom(document, fault),
    problems,
    problem: (path, message, key) => fault(offsetOf(document, path, key), message),
  }
}

type Fault = (offset: number | null, message: string) => ConfigProblem

function plainFrom(document: Document, fault: Fault): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (cause) {
    if (cause instanceof ReferenceError)
      throw new ConfigError([fault(null, 'the file has too many aliases: write them out')])
    throw cause
  }
}

function fillIn(
  document: Document,
  variables: Readonly<Record<string, string | undefined>>,
  fault: Fault,
): ConfigProblem[] {
  const problems: ConfigProblem[] = []
  visit(document, {
    Scalar(role, node) {
      if (role === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return
      const offset = node.range?.[0] ?? null
      const whole = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.test(node.value)
      const filled = node.value.replace(
        /\$\$\{|\$\{([^}]*)(\}?)/g,
        (match, name: string | undefined, end: string | undefined) => {
          if (match === '$${') return '${'
          if (name === undefined || end !== '}' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
            problems.push(fault(offset, 'a variable is written ${NAME}, and $${ where the two characters are meant'))
            return match
          }
          const value = variables[name]
          if (value !== undefined && value !== '') return value
          problems.push(fault(offset, `the environment variable ${name} is not set: set it or take it out of the file`))
          return match
        },
      )
      node.value = whole && node.type === Scalar.PLAIN ? plainValue(filled) : filled
    },
  })
  return problems
}

function plainValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?\d{1,15}(\.\d{1,9})?$/.test(text) ? Number(text) : text
}

function offsetOf(document: Document, path: Path, key?: string): number | null {
  let node: unknown = document.contents
  let offset = rangeOf(node) ?? 0
  for (const [depth, step] of path.entries()) {
    const found = childOf(resolved(node, document), step)
    if (found === null) return offset
    const last = depth === path.length - 1
    offset = (last && key === undefined ? (rangeOf(found.value) ?? found.key) : found.key) ?? offset
    node = found.value
  }
  return key === undefined ? offset : (childOf(resolved(node, document), key)?.key ?? offset)
}

function childOf(node: unknown, step: string | number): { key: number | null; value: unknown } | null {
  if (isMap(node)) {
    const pair = node.items.find((item) => String(isScalar(item.key) ? item.key.value : item.key) === String(step))
    return pair === undefined ? null : { key: rangeOf(pair.key), value: pair.value }
  }
  if (!isCollection(node)) return null
  const item = node.items[Number(step)]
  return item === undefined ? null : { key: rangeOf(item), value: item }
}

function resolved(node: unknown, document: Document): unknown {
  const candidate = node as Partial<{ resolve: (document: Document) => Node | undefined }> | null
  return typeof candidate?.resolve === 'function' ? candidate.resolve(document) : node
}

function rangeOf(node: unknown): number | null {
  const range = (node as Partial<Node> | null | undefined)?.range
  return range?.[0] ?? null
}
