import { describe, expect, it } from 'vitest'
import { readInvoice } from '../../../src/adapters/invoices/read-invoice.ts'
import { plainText } from '../../../src/domain/cost/decimal.ts'
import type { InvoiceProvider } from '../../../src/domain/cost/reconciliation/types.ts'
import { PalimpsestError } from '../../../src/errors.ts'

const PERIOD = { from: '2026-02-01', below: '2026-03-01', account: null }

function read(text: string, provider: InvoiceProvider, account: string | null = null) {
  return readInvoice(text, provider, { ...PERIOD, account }).map(({ day, model, kind, tokens, usd }) =>
    [day, model, kind, tokens, usd && plainText(usd)].join(' '),
  )
}

function refusal(text: string, provider: InvoiceProvider): string {
  try {
    read(text, provider)
  } catch (error) {
    if (error instanceof PalimpsestError && error.code === 'invoice_unreadable') return error.message
    throw error
  }
  return 'read'
}

const at = Date.UTC(2026, 1, 3) / 1000

describe('files of OpenAI', () => {
  it('of usage tell tokens apart, cached and audio ones out of the input', () => {
    const result = {
      ...{ object: 'organization.usage.completions.result', input_tokens: 1000, output_tokens: 500 },
      ...{ input_cached_tokens: 300, input_audio_tokens: 50, output_audio_tokens: 20, num_model_requests: 5 },
      ...{ project_id: 'proj_a', model: 'gpt-4o-2024-08-06', batch: false },
    }
    const page = {
      object: 'page',
      data: [{ object: 'bucket', start_time: at, end_time: at + 86_400, results: [result] }],
    }
    const lines = [
      '2026-02-03 gpt-4o-2024-08-06 input 650 ',
      '2026-02-03 gpt-4o-2024-08-06 cached 300 ',
      '2026-02-03 gpt-4o-2024-08-06 audio_input 50 ',
      '2026-02-03 gpt-4o-2024-08-06 output 480 ',
      '2026-02-03 gpt-4o-2024-08-06 audio_output 20 ',
    ]
    expect(read(JSON.stringify(page), 'openai')).toEqual(lines)
    expect(read(JSON.stringify([page, { ...page, data: [] }]), 'openai', 'proj_a')).toEqual(lines)
    const csv = [
      'start_time,end_time,start_time_iso,end_time_iso,num_model_requests,project_id,model,input_tokens,output_tokens,input_cached_tokens,input_audio_tokens,output_audio_tokens',
      `${at},${at + 86_400},2026-02-03T00:00:00+00:00,2026-02-04T00:00:00+00:00,5,proj_a,gpt-4o-2024-08-06,1000,500,300,50,20`,
      `${at},${at + 86_400},2026-02-03T00:00:00+00:00,2026-02-04T00:00:00+00:00,5,proj_b,gpt-4o-2024-08-06,7,7,0,0,0`,
    ].join('\r\n')
    expect(read(csv, 'openai', 'proj_a')).toEqual(lines)
  })

  it('of costs tell amounts by line item, and fees apart', () => {
    const cost = (value: number | string, item: string | null) => ({
      ...{ object: 'organization.costs.result', amount: { value, currency: 'usd' }, line_item: item, project_id: null },
    })
    const results = [
      cost(0.06, 'gpt-4o-2024-08-06, input'),
      cost(1.5e-7, 'gpt-4o-2024-08-06, cached input'),
      cost('0.250000000000', 'gpt-4o-2024-08-06, output'),
      cost(0.03, 'web search tool calls'),
    ]
    const page = { data: [{ start_time: at, results }] }
    expect(read(JSON.stringify(page), 'openai')).toEqual([
      '2026-02-03 gpt-4o-2024-08-06 input  0.06',
      '2026-02-03 gpt-4o-2024-08-06 cached  0.00000015',
      '2026-02-03 gpt-4o-2024-08-06 output  0.25',
      '2026-02-03 web search tool calls   0.03',
    ])
    expect(read(JSON.stringify({ data: [{ start_time: at, results: [cost(-1.5, null)] }] }), 'openai')).toEqual([
      '2026-02-03  all  -1.5',
    ])
  })
})

describe('files of Anthropic', () => {
  it('of usage tell cache reads and both cache writes', () => {
    const result = {
      ...{ uncached_input_tokens: 1500, cache_read_input_tokens: 200, output_tokens: 500, workspace_id: 'wrkspc_1' },
      cache_creation: { ephemeral_5m_input_tokens: 40, ephemeral_1h_input_tokens: 60 },
      ...{ model: 'claude-sonnet-4-5-20250929', service_tier: 'standard' },
    }
    const page = {
      data: [{ starting_at: '2026-02-03T00:00:00Z', ending_at: '2026-02-04T00:00:00Z', results: [result] }],
      has_more: false,
    }
    const lines = ['input 1500', 'cached 200', 'cache_write 100', 'output 500']
    expect(read(JSON.stringify(page), 'anthropic')).toEqual(
      lines.map((line) => `2026-02-03 claude-sonnet-4-5-20250929 ${line} `),
    )
    const csv = [
      'usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens,web_search_count',
      '2026-02-03,claude-sonnet-4-5-20250929,key,Default,standard,≤ 200k,1500,40,60,200,500,0',
    ].join('\n')
    expect(read(`\uFEFF${csv}`, 'anthropic', 'Default')).toEqual(read(JSON.stringify(page), 'anthropic'))
  })

  it('of costs tell amounts, which the API writes in cents and the console in dollars', () => {
    const result = (amount: string, token_type: string | null) => ({
      ...{
        currency: 'USD',
        amount,
        workspace_id: null,
        model: 'claude-sonnet-4-5-20250929',
        token_type,
        cost_type: 'tokens',
      },
    })
    const results = [
      result('123.45', 'uncached_input_tokens'),
      result('10', 'cache_creation.ephemeral_5m_input_tokens'),
      result('1', 'cache_read_input_tokens'),
      result('50', 'output_tokens'),
      result('2', null),
    ]
    expect(read(JSON.stringify({ data: [{ starting_at: '2026-02-03T00:00:00Z', results }] }), 'anthropic')).toEqual([
      '2026-02-03 claude-sonnet-4-5-20250929 input  1.2345',
      '2026-02-03 claude-sonnet-4-5-20250929 cache_write  0.1',
      '2026-02-03 claude-sonnet-4-5-20250929 cached  0.01',
      '2026-02-03 claude-sonnet-4-5-20250929 output  0.5',
      '2026-02-03 claude-sonnet-4-5-20250929   0.02',
    ])
    const csv = [
      'usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,cost_type',
      '2026-02-03,Claude Haiku 4.5,Default,k,message,≤ 200k,input_no_cache,0.05,token',
      '2026-02-03,Claude Haiku 4.5,Default,k,message,≤ 200k,output,0.02,token',
    ].join('\n')
    expect(read(csv, 'anthropic')).toEqual([
      '2026-02-03 Claude Haiku 4.5 input  0.05',
      '2026-02-03 Claude Haiku 4.5 output  0.02',
    ])
  })
})

describe('files of Azure', () => {
  it('tell model and kind by the meter, tokens by the unit, and leave other services out', () => {
    const csv = [
      'Date,MeterCategory,MeterSubCategory,MeterName,Quantity,UnitOfMeasure,CostInBillingCurrency,BillingCurrency,ResourceGroup',
      '02/03/2026,Cognitive Services,Azure OpenAI,gpt 4o 0806 Inp glbl Tokens,1.5,1K,0.00375,USD,rg-a',
      '02/03/2026,Cognitive Services,Azure OpenAI,gpt 4o 0806 cached Inp glbl Tokens,0.2,1K,0.00025,USD,rg-a',
      '2026-02-03,Foundry Models,Azure OpenAI,gpt-4o-mini-0718-Outp-glbl Tokens,0.002,1M,0.0012,USD,rg-a',
      '02/03/2026,Cognitive Services,Azure OpenAI,Fine tuning hosting,24,1 Hour,40.8,USD,rg-a',
      '02/03/2026,Storage,Blob,Hot LRS Data Stored,5,1 GB,0.1,USD,rg-a',
      '02/03/2026,Cognitive Services,Azure OpenAI,gpt 4o 0806 Inp glbl Tokens,9,1K,1,USD,rg-b',
    ].join('\n')
    expect(read(csv, 'azure', 'rg-a')).toEqual([
      '2026-02-03 gpt-4o-0806 input 1500 0.00375',
      '2026-02-03 gpt-4o-0806 cached 200 0.00025',
      '2026-02-03 gpt-4o-mini-0718 output 2000 0.0012',
      '2026-02-03 Fine tuning hosting   40.8',
    ])
  })

  // Columns and their order by Microsoft Learn, "FOCUS cost and usage details file schema"; those that are not read hold what is not to be.
  const focus =
    (meterColumn: 'SkuMeter' | 'x_SkuMeterName') =>
    (meter: string, pricing: string[], more: object = {}) => ({
      ...{
        BilledCost: pricing[2],
        BillingAccountId: '/providers/1',
        BillingAccountName: 'Contoso',
        BillingCurrency: 'USD',
      },
      ...{
        BillingPeriodEnd: '2026-03-01T00:00:00Z',
        BillingPeriodStart: '2026-02-01T00:00:00Z',
        ChargeCategory: 'Usage',
      },
      ...{ ChargePeriodEnd: '2026-02-04T00:00:00Z', ChargePeriodStart: '2026-02-03T00:00:00Z', ConsumedQuantity: '9' },
      ...{ ConsumedUnit: 'Units', ContractedCost: '8', EffectiveCost: '8', ListCost: '8', PricingQuantity: pricing[0] },
      ...{ PricingUnit: 'Units', ProviderName: 'Microsoft', ResourceId: '/subscriptions/1/x', ResourceName: 'x' },
      ...{ ServiceCategory: 'AI and Machine Learning', ServiceName: 'Azure OpenAI', SubAccountId: '/subscriptions/1' },
      ...{ x_BilledCostInUsd: '8', x_PricingBlockSize: '8', x_PricingUnitDescription: pricing[1] },
      ...{ x_ResourceGroupName: 'rg-a', x_SkuMeterCategory: 'Foundry Models', x_SkuMeterSubcategory: 'Azure OpenAI' },
      [meterColumn]: meter,
      ...more,
    })

  it.each(['SkuMeter', 'x_SkuMeterName'] as const)(
    'in FOCUS columns say the same, as CSV and as JSON: %s',
    (column) => {
      const row = focus(column)
      const storage = { ServiceName: 'Storage', x_SkuMeterCategory: 'Storage', x_SkuMeterSubcategory: 'Blob' }
      const rows = [
        row('gpt 4o 0806 Inp glbl Tokens', ['1.5', '1K', '0.00375']),
        row('gpt 4o 0806 cached Inp glbl Tokens', ['0.2', '1K', '2.5E-4']),
        row('gpt-4o-mini-0718-Outp-glbl Tokens', ['0.002', '1M', '0.0012']),
        row('Fine tuning hosting', ['24', '1 Hour', '40.8']),
        row('gpt 4o 0806 Inp glbl Tokens', ['-1.5', '1K', '-0.00375'], {
          ChargeClass: 'Correction',
          x_ResourceGroupName: 'rg-b',
        }),
        row('Hot LRS Data Stored', ['5', '1 GB', '0.1'], storage),
      ]
      const header = [...new Set(rows.flatMap((one) => Object.keys(one)))]
      const cells = rows.map((one) => header.map((name) => (one as Record<string, string>)[name] ?? '').join(','))
      const lines = [
        '2026-02-03 gpt-4o-0806 input 1500 0.00375',
        '2026-02-03 gpt-4o-0806 cached 200 0.00025',
        '2026-02-03 gpt-4o-mini-0718 output 2000 0.0012',
        '2026-02-03 Fine tuning hosting   40.8',
      ]
      const csv = `\uFEFF${[header.join(','), ...cells].join('\r\n')}\r\n`
      expect(read(csv, 'azure', 'rg-a')).toEqual(lines)
      expect(read(JSON.stringify(rows), 'azure', 'rg-a')).toEqual(lines)
      expect(read(csv, 'azure', '/subscriptions/1')).toEqual([...lines, '2026-02-03 gpt-4o-0806 input -1500 -0.00375'])
      expect(refusal(csv.replaceAll('USD', 'EUR'), 'azure')).toContain('US dollars')
    },
  )
})

describe('a file that cannot be read', () => {
  const usage = 'start_time,model,input_tokens,output_tokens'
  const cases: [what: string, text: string, provider: InvoiceProvider, words: string][] = [
    ['has an unknown header', 'a,b\n1,2', 'openai', 'header'],
    [
      'has a count that is none',
      `${usage}\n${at},gpt-4o,1,2\n${at},gpt-4o,-5,2`,
      'openai',
      'a count of tokens is missing or not readable at line 3',
    ],
    ['has no day', `${usage}\nsoon,gpt-4o,1,2`, 'openai', 'a day is missing or not readable at line 2'],
    [
      'is in another currency',
      `start_time,amount_value,amount_currency,line_item\n${at},1,eur,"gpt-4o, input"`,
      'openai',
      'US dollars',
    ],
    [
      'has an amount that is none',
      `usage_date_utc,model,token_type,cost_usd\n2026-02-03,m,output,much`,
      'anthropic',
      'an amount is missing',
    ],
    ['is not CSV', `${usage}\n"${at}`, 'openai', 'not CSV at line'],
    ['has rows of another width', `${usage}\n${at},gpt-4o`, 'openai', 'not CSV at line 2'],
    ['is not JSON', '{"data": [', 'openai', 'not JSON'],
    ['is JSON of something else', '{"hello": 1}', 'anthropic', 'form of the API'],
    ['has nothing of the period', `${usage}\n1700000000,gpt-4o,1,2`, 'openai', 'no line of this provider, this period'],
    ['is empty', usage, 'openai', 'no line of this provider'],
  ]
  it.each(cases)('is refused where it %s', (_, text, provider, words) => {
    expect(refusal(text, provider)).toContain(words)
  })

  it('shows nothing of itself in the refusal', () => {
    expect(refusal(`${usage}\n${at},gpt-4o,secret-value,2`, 'openai')).not.toContain('secret')
    expect(refusal('{"data": "secret-value"}', 'openai')).not.toContain('secret')
  })
})
