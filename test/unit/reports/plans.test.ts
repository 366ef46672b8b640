import { describe, expect, it } from 'vitest'
import { dollars, grouped } from '../../../src/domain/reports/answers.ts'
import { REPORT_PLANS } from '../../../src/domain/reports/plans.ts'
import { queryOf, questionsFor, relationOf, type Scope } from '../../../src/domain/reports/question.ts'
import { registerOf } from '../../../src/domain/reports/register.ts'
import { REPORT_KINDS } from '../../../src/domain/reports/types.ts'

const all = { subject: 'sub_1', tool: 'hr_helpdesk', model: 'gpt-4o', pii: true }
const none = { subject: null, tool: null, model: null, pii: null }
const scope = (filters: Scope['filters']): Scope => ({
  tenantId: 'acme',
  from: Date.UTC(2026, 0, 1),
  to: Date.UTC(2026, 3, 1),
  filters,
})

describe.each(REPORT_KINDS)('the plan of %s', (kind) => {
  const { questions, controls, limits } = REPORT_PLANS[kind]

  it('names its tables once, in a form that is a file’s name and, with underlines, a relation’s', () => {
    const names = questions.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) {
      expect(name).toMatch(/^[a-z][a-z0-9-]*$/)
      expect(relationOf(name)).toMatch(/^[a-z][a-z0-9_]*$/)
    }
  })

  it('says of each control which of its own tables show it, and what they do not show', () => {
    const names = new Set(questions.map(({ name }) => name))
    expect(controls.length).toBeGreaterThan(0)
    for (const { standard, control, title, tables, shows, doesNotShow } of controls) {
      expect(standard, title).toMatch(/^(SOC 2|HIPAA|GDPR)$/)
      expect(control.length, title).toBeGreaterThan(2)
      expect(tables.length, title).toBeGreaterThan(0)
      expect(
        tables.filter((table) => !names.has(table)),
        `${standard} ${control}`,
      ).toEqual([])
      expect(shows).toMatch(/\.$/)
      expect(doesNotShow).toMatch(/\.$/)
    }
    expect(limits.length).toBeGreaterThan(0)
  })

  it('asks for the tenant and the period in everything that reads entries', () => {
    for (const { name, sql } of questions) {
      if (!/FROM (entries|personal_data|transfers|llm_interaction_audit)\b/.test(sql)) continue
      const { text, parameters } = queryOf(sql, scope(none))
      expect(text, name).toContain('tenant_id = $1')
      expect(
        parameters.map((one) => one.name),
        name,
      ).toEqual(['tenant', 'from', 'below'])
    }
  })
})

describe('a question', () => {
  it('states a filter only where it is set, and in the order of its parameters', () => {
    const sql = 'SELECT count(*) FROM entries WHERE {calls}'
    const { text, parameters } = queryOf(sql, scope(all))
    expect(parameters.map(({ name, value }) => [name, value])).toEqual([
      ['tenant', 'acme'],
      ['from', '2026-01-01 00:00:00.000'],
      ['below', '2026-04-01 00:00:00.000'],
      ['subject', 'sub_1'],
      ['tool', 'hr_helpdesk'],
      ['model', 'gpt-4o'],
      ['pii', true],
    ])
    for (let at = 1; at <= parameters.length; at++) expect(text).toContain(`$${at}`)
    expect(queryOf(sql, scope(none)).text).not.toContain('subject_pseudonym')
  })

  it('about acts is narrowed by the person and by nothing else', () => {
    const { text, parameters } = queryOf("SELECT id FROM entries WHERE {period} AND kind = 'hold'", scope(all))
    expect(parameters.map(({ name }) => name)).toEqual(['tenant', 'from', 'below', 'subject'])
    expect(text).not.toContain('tool')
  })

  it('with a row for each person and day is asked where one person is named', () => {
    const asked = (filters: Scope['filters']) =>
      questionsFor(REPORT_PLANS.soc2.questions, filters).map(({ name }) => name)
    expect(asked(none)).not.toContain('audit-daily-use')
    expect(asked(all)).toContain('audit-daily-use')
  })
})

describe('figures of a summary', () => {
  it.each([
    ['0', '0.00 USD'],
    ['0.0049999999', '0.00 USD'],
    ['0.0050000000', '0.01 USD'],
    ['0.9950000000', '1.00 USD'],
    ['1234567.8910000000', '1,234,567.89 USD'],
    ['99999999999999999999.9999999999', '100,000,000,000,000,000,000.00 USD'],
  ])('%s is %s', (decimal, shown) => expect(dollars(decimal)).toBe(shown))

  it.each([
    ['0', '0'],
    ['999', '999'],
    ['1000', '1,000'],
    ['12345678901234567890', '12,345,678,901,234,567,890'],
  ])('%s is %s', (digits, shown) => expect(grouped(digits)).toBe(shown))
})

describe('the register', () => {
  it('permits what residency lets go there and the provider may serve, and nothing else', () => {
    const { processors, residency } = registerOf({
      models: [],
      routes: [],
      regionDefaults: {},
      residency: { eu: ['ollama-local', 'azure'], us: 'any' },
      providers: { azure: { coveredForHipaa: true, regions: ['eu'], deployments: {} } },
    })
    const permitted = residency.filter((rule) => rule.permitted).map(({ region, provider }) => `${region} ${provider}`)
    expect(permitted).toEqual([
      'eu azure',
      'eu ollama-local',
      'us openai',
      'us anthropic',
      'us ollama-local',
      'us simulator',
    ])
    expect(processors.filter(({ registered }) => registered).map(({ provider }) => provider)).toEqual([
      'azure',
      'ollama-local',
      'simulator',
    ])
    expect(processors.find(({ provider }) => provider === 'azure')).toMatchObject({
      coveredForHipaa: true,
      serves: 'eu',
    })
  })
})
