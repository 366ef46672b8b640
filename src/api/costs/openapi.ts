import { ATTRIBUTIONS } from '../../domain/cost/cost-lines.ts'
import { operation } from '../openapi-parts.ts'

const READERS = ['operator', 'auditor', 'admin']

function text(name: string, description: string, required = false) {
  return { name, in: 'query', description, required, schema: { type: 'string' } }
}

const PERIOD = [
  text('from', 'A date, or a date and time with its offset', true),
  text('to', 'The same, later; a date is the whole day', true),
]

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
  '/v1/costs/focus': {
    get: operation('Costs by day in the columns of FOCUS 1.2, as CSV', READERS, {
      parameters: PERIOD,
      responses: { 200: { description: 'CSV with a header', content: { 'text/csv': {} } } },
    }),
  },
}
