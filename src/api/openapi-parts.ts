export const ERROR_RESPONSE = {
  description: 'An error with a stable code',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
}

const text = (description: string) => ({ description, schema: { type: 'string' } })

/** How a caller's limits stand, where any bind it. */
export const LIMIT_HEADERS = {
  'x-palimpsest-limiter': text('Where the buckets are: redis, local (Redis is away) or memory (there is none)'),
  'x-ratelimit-limit-requests': text('What the bucket holds when it is full; likewise -tokens'),
  'x-ratelimit-remaining-requests': text('What it holds now; likewise -tokens'),
  'x-ratelimit-reset-requests': text('Time until it is full, such as 6m0s; likewise -tokens'),
}

/** A limit is reached. */
export const OVER_LIMIT = {
  ...ERROR_RESPONSE,
  description: 'A limit is reached (rate_limit_exceeded), or the provider says so',
  headers: { 'retry-after': text('Whole seconds'), ...LIMIT_HEADERS },
}

/** A path's id. */
export const ID = { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }

/** A request header. */
export function header(name: string, description: string) {
  return { name, in: 'header', description, schema: { type: 'string' } }
}

/** A query parameter that is a whole number. */
export function query(name: string, description: string) {
  return { name, in: 'query', description, schema: { type: 'integer' } }
}

/** An operation for keys of these roles. */
export function operation(
  summary: string,
  roles: readonly string[],
  more: { responses?: object; [key: string]: unknown } = {},
) {
  return {
    summary,
    description: `Roles: ${roles.join(', ')}.`,
    ...more,
    responses: { 200: { description: 'Done' }, ...more.responses, default: ERROR_RESPONSE },
  }
}

/** An operation for everybody. */
export function open(summary: string) {
  return { summary, security: [], responses: { 200: { description: 'Done' }, default: ERROR_RESPONSE } }
}
