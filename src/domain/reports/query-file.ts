import type { ReportTable } from './types.ts'

/** A table's query as it ran, for people to run again: what it is, its parameters and its fingerprint stand above it as comments. */
export function queryFile({ title, query, fingerprint, parameters, columns }: ReportTable): string {
  const named = parameters.map(({ name, value }, index) => `$${index + 1} ${name} = ${spoken(value)}`)
  const about = [
    title,
    `fingerprint (libpg_query): ${fingerprint}`,
    ...(named.length > 0 ? ['parameters:', ...named.map((line) => `  ${line}`)] : ['no parameters']),
    'columns:',
    ...columns.map(({ name, type, meaning }) => `  ${name} (${type}): ${meaning}`),
  ]
  return `${about.map((line) => `-- ${line.replaceAll(/\s*\n\s*/g, ' ')}`).join('\n')}\n${query.trimEnd()}\n`
}

/** A parameter as it stands in text. */
export function spoken(value: string | boolean | null): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
