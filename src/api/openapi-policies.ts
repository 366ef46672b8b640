import { header, ID, operation, query } from './openapi-parts.ts'

const READERS = ['admin', 'auditor', 'privacy', 'operator']
const IF_MATCH = header('If-Match', 'The version that is changed, as the ETag of GET /v1/policy')
const BEFORE = { name: 'before', in: 'query', schema: { type: 'string', format: 'uuid' } }
const POLICY = {
  type: 'object',
  description: "A tenant's part of the configuration file without id and keys; docs/configuration.md lists its fields",
  properties: { region: { type: 'string' } },
  required: ['region'],
}
const body = (schema: object) => ({ required: true, content: { 'application/json': { schema } } })
const described = (description: string) => ({ description })

/** Policies of tenants. */
export const POLICY_PATHS = {
  '/v1/policy': {
    get: operation("The tenant's policy in force, with its version as the ETag", READERS),
    put: operation('Set the whole policy: in force in every gateway within a second', ['admin'], {
      parameters: [IF_MATCH],
      requestBody: body(POLICY),
      responses: {
        400: described('The policy does not hold (invalid_policy): every path at fault is named, the old one stays'),
        412: described('It is no longer the version that If-Match names (policy_changed)'),
        428: described('There is no If-Match (precondition_required)'),
      },
    }),
    delete: operation("Give the policy up that was set: the configuration file's holds again", ['admin'], {
      parameters: [IF_MATCH],
      responses: { 412: described('It is no longer the version that If-Match names (policy_changed)') },
    }),
  },
  '/v1/policy/diff': {
    post: operation(
      'What a policy would change, as JSON Patch with labels in the place of listed values; nothing is checked or stored',
      ['admin'],
      { requestBody: body(POLICY) },
    ),
  },
  '/v1/policy/dry-run': {
    post: operation(
      'What would happen to a chat completion with this body and these headers, and why; nothing is sent or stored',
      ['app', 'admin'],
      {
        requestBody: body({ type: 'object', description: 'As for POST /v1/chat/completions, with its headers' }),
        responses: {
          200: described('The outcome, and each step: scope, tool, limits, budget, route, consent, redaction'),
        },
      },
    ),
  },
  '/v1/policy/versions': {
    get: operation('Every version that was in force, newest first', READERS, {
      parameters: [BEFORE, query('limit', 'At most 1000')],
    }),
  },
  '/v1/policy/versions/{version}': {
    get: operation('One version: the policy, what follows from it, and what changed as JSON Patch', READERS, {
      parameters: [{ name: 'version', in: 'path', required: true, schema: { type: 'string' } }],
    }),
  },
}

const CONSENT = {
  type: 'object',
  required: ['user'],
  description: 'With one of tools and purpose',
  properties: {
    user: { type: 'string' },
    tools: { type: 'array', items: { type: 'string' } },
    purpose: { type: 'string' },
    expires_at: { type: 'string', format: 'date-time', description: 'Absent: until it is withdrawn' },
    evidence: { type: 'string', description: "How it was given; sealed under the person's key" },
  },
}

/** Consents of people. */
export const CONSENT_PATHS = {
  '/v1/consents': {
    post: operation(
      "Put somebody's consent on record; its id is what requests name as X-Consent-Id",
      ['app', 'privacy'],
      {
        requestBody: body(CONSENT),
        responses: { 201: described('The consent; who gave it as a pseudonym') },
      },
    ),
  },
  '/v1/consents/{id}': {
    get: operation('A consent and whether it is in force', ['app', 'privacy', 'auditor', 'admin'], {
      parameters: [ID],
    }),
    delete: operation('Withdraw a consent: from now on no request passes with it', ['app', 'privacy'], {
      parameters: [ID],
    }),
  },
}
