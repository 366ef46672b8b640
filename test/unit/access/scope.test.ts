import { describe, expect, it } from 'vitest'
import { type KeyScope, outsideScope } from '../../../src/domain/access/scope.ts'

const everything: KeyScope = { tools: null, models: null, regions: null }
const use = { tool: 'crm_mail', model: 'gpt-4o', region: 'eu' }

describe('a scope', () => {
  it('that names nothing holds everything', () => {
    expect(outsideScope(everything, use)).toBeNull()
  })

  it.each([
    [{ tools: ['crm_*'] }, null],
    [{ tools: ['hr_*', 'crm_mail'] }, null],
    [{ tools: ['crm'] }, 'scope_tool'],
    [{ models: ['gpt-*'] }, null],
    [{ models: ['gpt-4o-mini', '*-5'] }, 'scope_model'],
    [{ regions: ['eu', 'us'] }, null],
    [{ regions: ['us'] }, 'scope_region'],
    [{ tools: ['hr_*'], models: ['o1'], regions: ['us'] }, 'scope_tool'],
    [{ tools: ['*'], models: ['o1'], regions: ['us'] }, 'scope_model'],
    [{ models: [] }, 'scope_model'],
  ])('%j: %s', (part, outside) => {
    expect(outsideScope({ ...everything, ...part }, use)).toBe(outside)
  })
})
