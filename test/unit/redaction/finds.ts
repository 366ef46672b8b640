import { expect, it } from 'vitest'
import { engine } from './support.ts'

/** What the engine finds, as `TYPE<value>`. */
export async function typedIn(text: string, language = 'en'): Promise<string[]> {
  const [results = []] = await engine.analyze([text], { language })
  return results.map(({ entityType, start, end }) => `${entityType}<${text.slice(start, end)}>`)
}

export function finds(type: string, cases: readonly (string | readonly [text: string, value: string])[]): void {
  it.each(cases.map((one) => (typeof one === 'string' ? ([one, one] as const) : one)))(
    'finds it in %s',
    async (text, value) => {
      expect(await typedIn(text)).toEqual([`${type}<${value}>`])
    },
  )
}

export function leaves(cases: readonly string[]): void {
  it.each(cases)('leaves %s', async (text) => {
    expect(await typedIn(text)).toEqual([])
  })
}
