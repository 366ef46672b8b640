import { roleNames } from '../../domain/access/roles.ts'
import { operation, query } from '../openapi-parts.ts'

const text = { type: 'string' }
const names = { type: 'array', minItems: 1, items: text }
const TIME = { type: 'string', format: 'date-time' }
const KEY_ID = { name: 'id', in: 'path', required: true, schema: text }

const KEY = {
  type: 'object',
  required: ['roles'],
  properties: {
    roles: { type: 'array', minItems: 1, items: { enum: roleNames } },
    app: { ...text, description: 'What entries name as the app; default: `default`' },
    team: text,
    tools: { ...names, description: 'What it may be used for, * for any run; without it: everything. Likewise models' },
    models: names,
    regions: names,
    limits: { type: 'object', description: 'As in the configuration file' },
    expires_at: TIME,
  },
}

const ROTATION = {
  type: 'object',
  properties: {
    overlap_seconds: { type: 'integer', description: 'How long the old key lives on; default: 86400' },
    expires_at: TIME,
  },
}

const json = (schema: object) => ({ required: true, content: { 'application/json': { schema } } })

/** Paths of API keys. */
export const KEY_PATHS = {
  '/v1/keys': {
    post: operation('Make a key, which this answer alone shows', ['admin'], {
      requestBody: json(KEY),
      responses: { 201: { description: 'The key' } },
    }),
    get: operation('Keys, the newest first; never the key itself', ['admin'], {
      parameters: [
        { name: 'before', in: 'query', description: 'Id of a key: those made before it', schema: text },
        { name: 'in_force', in: 'query', schema: { type: 'boolean' } },
        query('limit', '1 to 1000'),
      ],
    }),
  },
  '/v1/keys/{id}': {
    get: operation('One key; never the key itself', ['admin'], { parameters: [KEY_ID] }),
    delete: operation('Revoke a key: within a second no gateway takes it', ['admin'], { parameters: [KEY_ID] }),
  },
  '/v1/keys/{id}/rotation': {
    post: operation(
      'A new key in its place, which this answer alone shows; the old one lives on for a while',
      ['admin'],
      {
        parameters: [KEY_ID],
        requestBody: json(ROTATION),
        responses: { 201: { description: 'The new key' } },
      },
    ),
  },
}
