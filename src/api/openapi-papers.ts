import { header, ID, operation, query } from './openapi-parts.ts'

const bodyOf = (schema: object) => ({ required: true, content: { 'application/json': { schema } } })
const OFFICER = ['privacy']
const text = { type: 'string' }
const TIME = { type: 'string', description: 'A date, or a date and time with its offset (RFC 3339)' }

const HOLD = {
  type: 'object',
  required: ['reason'],
  description: 'One of user, tenant, and from with to',
  properties: {
    user: { type: 'string', description: 'The user id that the app sends as `user`' },
    tenant: { description: 'True, or the tenant’s own id: all of it', oneOf: [{ const: true }, text] },
    from: TIME,
    to: { ...TIME, description: `${TIME.description}; not included, but a date alone takes that day in` },
    reason: { type: 'string', minLength: 3, maxLength: 2000 },
  },
}
const EXPORT = {
  type: 'object',
  description: 'One of user and subject',
  properties: {
    user: { type: 'string', description: 'The user id that the app sends as `user`' },
    subject: { type: 'string', pattern: '^sub_[0-9a-f]{32}$' },
    purpose: { type: 'string', minLength: 3, maxLength: 2000 },
  },
}
const parameter = (name: string, description: string) => ({ name, in: 'query', description, schema: text })
const periodOf = [parameter('from', TIME.description), parameter('to', TIME.description)]

/** Paths of legal holds, certificates, exports and the accounting of disclosures. */
export const PAPER_PATHS = {
  '/v1/holds': {
    post: operation('Place a legal hold: an entry of the ledger, in force with it', OFFICER, {
      requestBody: bodyOf(HOLD),
      responses: { 201: { description: 'The hold, and erasures that were announced before it' } },
    }),
    get: operation('Holds with their reasons, the newest first', OFFICER, {
      parameters: [
        { name: 'in_force', in: 'query', schema: { type: 'boolean' } },
        { name: 'before', in: 'query', schema: { type: 'string', format: 'uuid' } },
        query('limit', '1 to 1000'),
      ],
    }),
  },
  '/v1/holds/{id}': {
    delete: operation('Release a hold; again and again gives the same', OFFICER, { parameters: [ID] }),
  },
  '/v1/erasures/{id}/certificate.pdf': {
    get: operation('The certificate as a paper for reading, what was signed inside it', OFFICER, {
      parameters: [ID],
      responses: { 200: { description: 'The paper', content: { 'application/pdf': { schema: text } } } },
    }),
  },
  '/v1/subjects/export': {
    post: operation('Collect what is stored of a person (Art. 15 and 20 GDPR)', OFFICER, {
      requestBody: bodyOf(EXPORT),
      responses: { 202: { description: 'The export: its id, state and workflow' } },
    }),
  },
  '/v1/subjects/exports/{id}': { get: operation('State of an export', OFFICER, { parameters: [ID] }) },
  '/v1/subjects/exports/{id}/data': {
    get: operation('The export, for 24 hours; each reading is a disclosure in the ledger first', OFFICER, {
      parameters: [ID, header('Accept', 'application/json or text/html')],
      responses: {
        200: {
          description: 'What is stored',
          content: { 'application/json': { schema: { type: 'object' } }, 'text/html': { schema: text } },
        },
      },
    }),
  },
  '/v1/disclosures': {
    get: operation('Who was shown what of a person, when and why (45 CFR 164.528)', OFFICER, {
      parameters: [
        parameter('user', 'The user id that the app sends as `user`; or'),
        parameter('subject', 'the pseudonym'),
        ...periodOf,
        {
          name: 'after',
          in: 'query',
          description: 'The entry behind which to start',
          schema: { type: 'string', format: 'uuid' },
        },
        query('limit', '1 to 1000'),
      ],
    }),
  },
}
