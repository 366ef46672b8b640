import { ATTRIBUTIONS } from '../../domain/cost/cost-lines.ts'
import { INVOICE_PROVIDERS } from '../../domain/cost/reconciliation/types.ts'
import { operation } from '../openapi-parts.ts'

const READERS = ['operator', 'auditor', 'admin']

function text(name: string, description: string, required = false) {
  return { name, in: 'query', description, required, schema: { type: 'string' } }
}

const PERIOD = [
  text('from', 'A date, or a date and time with its offset', true),
  text('to', 'The same, later; a date is the whole day', true),
]

const RECONCILIATION = {
  type: 'object',
  required: ['provider', 'from', 'to', 'invoices'],
  properties: {
    provider: { enum: INVOICE_PROVIDERS },
    from: { type: 'string', format: 'date' },
    to: { type: 'string', format: 'date', description: 'The last day' },
    invoices: { type: 'array', items: { type: 'string' }, description: 'Texts of usage and cost files, CSV or JSON' },
    account: { type: 'string', description: 'Project, workspace or resource group whose lines count' },
    utc_offset_hours: { type: 'integer', description: 'Of the days in the files, from UTC' },
  },
}

/** Paths of costs. */
export const COST_PATHS = {
  '/v1/costs': {
    get: operation('What calls cost, by what they were for, from the database and the archive', READERS, {
      parameters: [
        ...PERIOD,
        text('group_by', `Of ${ATTRIBUTIONS.join(', ')}, separated by commas; none: one line`),
        text('format', 'json or csv'),
      ],
    }),
  },
  '/v1/costs/reconciliation': {
    post: operation('A provider’s files against the entries: each difference with its reason, recorded', READERS, {
      requestBody: { required: true, content: { 'application/json': { schema: RECONCILIATION } } },
    }),
  },
  '/v1/costs/focus': {
    get: operation('Costs by day in the columns of FOCUS 1.2, as CSV', READERS, {
      parameters: PERIOD,
      responses: { 200: { description: 'CSV with a header', content: { 'text/csv': {} } } },
    }),
  },
}
