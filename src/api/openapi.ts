import { SEALED_GROUPS } from '../domain/ledger/entry-proof.ts'
import { ERASURE_PATHS } from './erasures/openapi.ts'
import { ARCHIVE_PATHS } from './openapi-archives.ts'
import { BENCHMARK_PATHS } from './openapi-benchmarks.ts'
import { PAPER_PATHS } from './openapi-papers.ts'
import { header, ID, LIMIT_HEADERS, OVER_LIMIT, open, operation, query } from './openapi-parts.ts'
import { REPORT_PATHS } from './openapi-reports.ts'

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
      '/v1/models': { get: operation('Models that can be named', ['app', 'admin']) },
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
      '/v1/ledger/checkpoint': { get: operation('The newest signed checkpoint', READERS) },
      '/v1/ledger/entries': {
        get: operation('Entries in the order of the log', READERS, {
          parameters: [
            query('after', 'Leaf index behind which to start; -1: from the first'),
            query('limit', '1 to 1000'),
          ],
        }),
      },
      '/v1/ledger/entries/{id}/proof': {
        get: operation('C2SP tlog-proof of one entry; 202 while it is pending', ['app', ...READERS], {
          parameters: [ID],
        }),
        post: operation('The same with openings of what is sealed, once the disclosure is in the ledger', ['privacy'], {
          parameters: [ID],
          requestBody: { required: true, content: { 'application/json': { schema: OPENINGS } } },
        }),
      },
      '/v1/ledger/pack': {
        get: operation('Evidence of the ledger as a zip file that verifies offline', READERS, {
          parameters: [
            query('from', 'Leaf to begin at, rounded down to a checkpoint; without both: everything'),
            query('to', 'Leaf to end before, rounded up to a checkpoint'),
          ],
        }),
      },
      '/v1/ledger/consistency': {
        get: operation('RFC 6962 consistency proof between two sizes', READERS, {
          parameters: [query('from', 'The smaller size'), query('to', 'The larger size; the newest by default')],
        }),
      },
      ...ARCHIVE_PATHS,
      ...ERASURE_PATHS,
      ...PAPER_PATHS,
      ...REPORT_PATHS,
      ...BENCHMARK_PATHS,
      '/metrics': { get: operation('Prometheus metrics', ['operator', 'admin']) },
      '/healthz': { get: open('Alive') },
      '/readyz': { get: open('Every dependency by name; 503 while one is away') },
      '/openapi.json': { get: open('This document') },
    },
  }
}

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
const OPENINGS = {
  type: 'object',
  required: ['purpose', 'open'],
  properties: {
    purpose: { type: 'string' },
    open: { type: 'array', minItems: 1, uniqueItems: true, items: { enum: SEALED_GROUPS } },
  },
}

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
