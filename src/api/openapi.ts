import { COST_PATHS } from './costs/openapi.ts'
import { ERASURE_PATHS } from './erasures/openapi.ts'
import { KEY_PATHS } from './keys/openapi.ts'
import { ARCHIVE_PATHS } from './openapi-archives.ts'
import { BENCHMARK_PATHS } from './openapi-benchmarks.ts'
import { BUDGET_PATHS } from './openapi-budgets.ts'
import { HINT_PATHS } from './openapi-hints.ts'
import { LEDGER_PATHS } from './openapi-ledger.ts'
import { PAPER_PATHS } from './openapi-papers.ts'
import { ERROR_RESPONSE, header, ID, LIMIT_HEADERS, OVER_LIMIT, open, operation } from './openapi-parts.ts'
import { CONSENT_PATHS, POLICY_PATHS } from './openapi-policies.ts'
import { REPORT_PATHS } from './openapi-reports.ts'
import { SQL_PATHS } from './openapi-sql.ts'
import { SIGN_IN_PATHS } from './people/openapi.ts'

/** The API in OpenAPI 3.1: what there is, for whom, and how it answers. */
export function openApiDocument(version: string): Record<string, unknown> {
  return {
    openapi: '3.1.0',
    info: { title: 'Palimpsest', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: ERROR },
    },
    security: [{ key: [] }],
    paths: {
      '/v1/chat/completions': {
        post: operation('Chat completion, in OpenAI’s shapes', ['app'], {
          parameters: REQUEST_HEADERS,
          requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
          responses: {
            200: {
              description: 'The answer, restored',
              headers: RESPONSE_HEADERS,
              content: {
                'application/json': { schema: { type: 'object' } },
                'text/event-stream': { schema: { type: 'string' } },
              },
            },
            402: {
              ...ERROR_RESPONSE,
              description:
                'A budget has no room for what the call may cost (budget_exhausted), or a hard limit binds a call whose price nobody knows (price_unknown)',
            },
            429: OVER_LIMIT,
          },
        }),
      },
      '/analyze': {
        post: operation('Personal data in a text, in Presidio’s shapes; offsets are code points', ['app'], {
          parameters: [header('X-Tool-Name', 'Tool whose types and thresholds hold')],
          requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
        }),
      },
      '/v1/models': {
        get: operation('Models that can be named: configured ones and those that providers offer', ['app', 'admin']),
      },
      '/v1/models/{id}': { get: operation('One of them by its name', ['app', 'admin'], { parameters: [MODEL_NAME] }) },
      '/v1/requests/{id}': {
        get: operation(
          'State, route, counts, cost, and what was looked at in the request (coverage) and in the answer (answer_coverage); never text. `archived`: it left the database; 410 `entry_expired`: its period has ended',
          EVERY_ROLE,
          { parameters: [ID] },
        ),
      },
      '/v1/requests/{id}/history': {
        get: operation(
          'Its histories as Temporal exports them, from Temporal, the database or the archive; without personal data',
          [...READERS, 'operator'],
          { parameters: [ID] },
        ),
      },
      '/v1/requests/{id}/disclosures': {
        post: operation('The stored text, once the disclosure is in the ledger', ['privacy'], {
          parameters: [ID],
          requestBody: { required: true, content: { 'application/json': { schema: PURPOSE } } },
        }),
      },
      ...LEDGER_PATHS,
      ...ARCHIVE_PATHS,
      ...ERASURE_PATHS,
      ...KEY_PATHS,
      ...SIGN_IN_PATHS,
      ...PAPER_PATHS,
      ...POLICY_PATHS,
      ...CONSENT_PATHS,
      ...REPORT_PATHS,
      ...BENCHMARK_PATHS,
      ...SQL_PATHS,
      ...BUDGET_PATHS,
      ...HINT_PATHS,
      ...COST_PATHS,
      '/metrics': { get: operation('Prometheus metrics', ['operator', 'admin']) },
      '/healthz': { get: open('Alive') },
      '/readyz': { get: open('Every dependency by name; 503 while one is away') },
      '/openapi.json': { get: open('This document') },
    },
  }
}

const MODEL_NAME = { ...ID, description: 'The model’s name; it may hold slashes', schema: { type: 'string' } }
const READERS = ['auditor', 'privacy', 'admin']
const EVERY_ROLE = ['app', 'auditor', 'privacy', 'operator', 'admin']

const ERROR = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['message', 'type', 'code', 'param'],
      properties: {
        message: { type: 'string' },
        type: { type: 'string' },
        code: { type: 'string' },
        param: { type: ['string', 'null'] },
      },
    },
  },
}

const PURPOSE = { type: 'object', required: ['purpose'], properties: { purpose: { type: 'string' } } }
const REQUEST_HEADERS = [
  header('X-Tool-Name', 'Tool this call is for, in clear in the ledger'),
  header('X-Feature-Name', 'Feature of the tool, in clear in the ledger'),
  header('X-Session-Id', 'Session; stored as a pseudonym'),
  header('X-Data-Region', 'Region whose residency rules hold; the tenant’s by default'),
  header('X-Consent-Id', 'Consent the call rests on; stored as a pseudonym'),
  header('Idempotency-Key', 'Same key and body: same answer, for 24 hours'),
]

const RESPONSE_HEADERS = {
  'x-palimpsest-request-id': { schema: { type: 'string', format: 'uuid' } },
  'x-request-id': {
    description: 'The same id, where clients of OpenAI’s API look for it',
    schema: { type: 'string', format: 'uuid' },
  },
  'x-palimpsest-route': { schema: { type: 'string' } },
  'x-palimpsest-redactions': { schema: { type: 'integer' } },
  ...LIMIT_HEADERS,
}
