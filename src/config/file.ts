import { readFileSync } from 'node:fs'
import { buildConfig } from './build.ts'
import { shapeProblems } from './check-shape.ts'
import { ConfigError, type ConfigProblem } from './config-error.ts'
import { fileSchema } from './schema.ts'
import { semanticProblems } from './semantics.ts'
import type { Config } from './types.ts'
import { readYaml } from './yaml-source.ts'

type Variables = Readonly<Record<string, string | undefined>>

/**
 * Reads and checks a configuration as a whole.
 *
 * @param path the file's name, for messages.
 * @param variables what `${NAME}` stands for, usually the process environment.
 * @throws ConfigError with every problem, each with line and column; no message holds a key.
 */
export function parseConfig(text: string, path: string, variables: Variables): Config {
  const source = readYaml(text, path, variables)
  const parsed = fileSchema.safeParse(source.value)
  const shape = parsed.success ? [] : shapeProblems(source, parsed.error.issues)
  const problems = unlessBefore(
    unlessBefore(source.problems, shape),
    semanticProblems(source, (variables.PRESIDIO_URL ?? '') !== ''),
  )
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems)
  return buildConfig(parsed.data, path)
}

/** Reads the file at `PALIMPSEST_CONFIG`. @throws ConfigError where it cannot be read or does not hold. */
export function loadConfigFile(path: string, variables: Variables): Config {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error'
    const message = `PALIMPSEST_CONFIG names a file that cannot be read (${code}): check the path and its permissions`
    throw new ConfigError([{ file: path, line: null, column: null, message }])
  }
  return parseConfig(text, path, variables)
}

/** Both, in the order of the file, without what a first fault of the same value brings after it. */
function unlessBefore(first: readonly ConfigProblem[], then: readonly ConfigProblem[]): ConfigProblem[] {
  const place = (problem: ConfigProblem) => `${problem.line}:${problem.column}`
  const places = new Set(first.map(place))
  const all = [...first, ...then.filter((problem) => !places.has(place(problem)))]
  return all.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
}
