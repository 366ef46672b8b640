import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { acceptable, environmentVariables } from '../../../src/config/env.ts'
import { fileSchema } from '../../../src/config/schema.ts'
import { roleNames } from '../../../src/domain/access/roles.ts'
import { droppedFields } from '../../../src/domain/chat/validate.ts'
import { providerNames } from '../../../src/domain/routing/types.ts'

const page = readFileSync(resolve(import.meta.dirname, '../../../docs/configuration.md'), 'utf8')

interface Definition {
  innerType?: { _zod: { def: Definition } }
  element?: { _zod: { def: Definition } }
  valueType?: { _zod: { def: Definition } }
  options?: { _zod: { def: Definition } }[]
  shape?: Record<string, { _zod: { def: Definition } }>
}

function fieldsOf(definition: Definition): string[] {
  const below = [definition.innerType, definition.element, definition.valueType, ...(definition.options ?? [])]
  const own = Object.entries(definition.shape ?? {}).flatMap(([name, schema]) => [name, ...fieldsOf(schema._zod.def)])
  return [...own, ...below.flatMap((schema) => (schema === undefined ? [] : fieldsOf(schema._zod.def)))]
}

describe('docs/configuration.md', () => {
  it.each(environmentVariables.map((entry) => [entry.name, entry] as const))(
    'says what %s means, as the reader does',
    (_name, entry) => {
      const secret = entry.secret ? ' (secret)' : ''
      expect(page).toContain(`| \`${entry.name}\` | ${entry.default} | ${entry.meaning}${secret} |`)
    },
  )

  it('names every field of the file, every word of its lists, and what a request loses', () => {
    const names = [...new Set(fieldsOf(fileSchema._zod.def as unknown as Definition))]
    expect(names.length).toBeGreaterThan(40)
    const words = [...names, ...acceptable, ...roleNames, ...providerNames, ...droppedFields]
    expect(words.filter((name) => !new RegExp(`\`[^\`]*\\b${name}\\b[^\`]*\``).test(page))).toEqual([])
  })
})
