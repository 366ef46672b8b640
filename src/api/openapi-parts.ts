const ERROR_RESPONSE = {
  description: 'An error with a stable code',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
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
