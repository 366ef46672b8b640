import { MAX_IDENTIFIERS } from '../../domain/erasure/request.ts'
import { ID, operation } from '../openapi-parts.ts'

const IDENTIFIER = {
  type: 'object',
  required: ['type', 'value'],
  properties: { type: { type: 'string', examples: ['EMAIL_ADDRESS'] }, value: { type: 'string' } },
}
const PERSON = {
  type: 'object',
  description: 'A user, or identifiers, or both',
  properties: {
    user: { type: 'string', description: 'The user id that the app sent as `user`' },
    identifiers: { type: 'array', maxItems: MAX_IDENTIFIERS, items: IDENTIFIER },
    identifier: IDENTIFIER,
    reason: { type: 'string', maxLength: 2000 },
  },
}
const DECISION = {
  type: 'object',
  required: ['decision'],
  properties: { decision: { enum: ['approve', 'reject'] } },
}
const bodyOf = (schema: object) => ({ required: true, content: { 'application/json': { schema } } })
const OFFICER = ['privacy']

/** Paths of erasures. */
export const ERASURE_PATHS = {
  '/v1/erasures': {
    post: operation('Erase a person; 409 while an erasure of the same person is under way', OFFICER, {
      requestBody: bodyOf(PERSON),
      responses: { 202: { description: 'The case: its id, state and workflow' } },
    }),
    get: operation('Erasures, the newest first', OFFICER, {
      parameters: [
        { name: 'before', in: 'query', schema: { type: 'string', format: 'uuid' } },
        { name: 'limit', in: 'query', description: '1 to 200', schema: { type: 'integer' } },
      ],
    }),
  },
  '/v1/erasures/references': {
    post: operation('A single-use reference, with which the workflow is started from the Temporal UI', OFFICER, {
      requestBody: bodyOf(PERSON),
      responses: { 201: { description: 'The case and its reference' } },
    }),
  },
  '/v1/erasures/{id}': {
    get: operation('State, step, deadline, receipt, counts and what was looked at; never whom it is about', OFFICER, {
      parameters: [ID],
    }),
  },
  '/v1/erasures/{id}/approval': {
    post: operation('The decision of a second officer', OFFICER, {
      parameters: [ID],
      requestBody: bodyOf(DECISION),
    }),
  },
  '/v1/erasures/{id}/certificate': {
    get: operation('The signed certificate', OFFICER, { parameters: [ID] }),
  },
}
