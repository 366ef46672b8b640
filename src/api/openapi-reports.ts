import { REPORT_KINDS } from '../domain/reports/types.ts'
import { ID, operation, query } from './openapi-parts.ts'

const READERS = ['auditor', 'privacy', 'admin']
const text = { type: 'string' }
const TIME = { type: 'string', description: 'A date, or a date and time with its offset (RFC 3339)' }

const REPORT = {
  type: 'object',
  required: ['kind', 'from', 'to'],
  properties: {
    kind: { enum: REPORT_KINDS },
    from: TIME,
    to: { ...TIME, description: `${TIME.description}; not included, but a date alone takes that day in` },
    filters: {
      type: 'object',
      description: 'At most one of user and subject',
      properties: {
        user: { type: 'string', description: 'The user id that the app sends as `user`; it is looked up and not kept' },
        subject: { type: 'string', pattern: '^sub_[0-9a-f]{32}$' },
        tool: text,
        model: { type: 'string', description: 'The model that answered, or that was asked for where none did' },
        pii: { type: 'boolean', description: 'Only calls in which personal data was found, or only the others' },
      },
    },
  },
}

/** Paths of reports. */
export const REPORT_PATHS = {
  '/v1/reports': {
    post: operation('Ask for a report over the database and the archive', READERS, {
      requestBody: { required: true, content: { 'application/json': { schema: REPORT } } },
      responses: { 202: { description: 'Its id and state' } },
    }),
    get: operation('Reports, the newest first', READERS, {
      parameters: [
        { name: 'before', in: 'query', description: 'Id of a report: those asked for before it', schema: text },
        query('limit', '1 to 1000'),
      ],
    }),
  },
  '/v1/reports/{id}': {
    get: operation('State, what it does and waits for, and what came out', READERS, { parameters: [ID] }),
  },
  '/v1/reports/{id}/pack': {
    get: operation('The evidence pack, which verifies offline', READERS, {
      parameters: [ID],
      responses: {
        200: { description: 'The pack', content: { 'application/zip': { schema: text } } },
        410: { description: 'It is past the end of its life' },
      },
    }),
  },
}
