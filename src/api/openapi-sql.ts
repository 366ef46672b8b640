import { header, ID, OVER_LIMIT, operation } from './openapi-parts.ts'

const text = { type: 'string' }

const body = (required: string[], properties: object) => ({
  required: true,
  content: { 'application/json': { schema: { type: 'object', required, properties } } },
})

const TOOL = header('X-Tool-Name', 'What it is recorded under; by default sql')
const USER = { type: 'string', description: 'Whose question it is' }

/** Paths of statements and questions to configured databases. */
export const SQL_PATHS = {
  '/v1/sql/databases': { get: operation('Databases that the caller may ask', ['app']) },
  '/v1/sql/databases/{name}': {
    get: operation('Views of a database, with their columns', ['app'], {
      parameters: [{ name: 'name', in: 'path', required: true, schema: text }],
    }),
  },
  '/v1/sql/run': {
    post: operation('Run one statement that reads, behind the guard', ['app'], {
      parameters: [TOOL],
      requestBody: body(['sql', 'database'], { sql: text, database: text, user: USER }),
      responses: {
        200: { description: 'Columns and rows; id is that of the entry' },
        422: { description: 'Refused: what is wrong in words, and position, in code points from 1' },
        429: OVER_LIMIT,
      },
    }),
  },
  '/v1/sql/ask': {
    post: operation('Answer a question by a statement that a model writes', ['app'], {
      parameters: [TOOL, header('Idempotency-Key', 'The same key is answered once')],
      requestBody: body(['question', 'database'], {
        question: text,
        database: text,
        model: { type: 'string', description: 'That writes the statement; by default that of the database' },
        explain: { type: 'boolean', description: 'The rows in words, too: they go to the model, redacted' },
        user: USER,
      }),
      responses: {
        200: { description: 'The statement, columns and rows; requests and queries are ids of entries' },
        422: { description: 'Refused twice: why, and where in the last statement' },
        502: { description: 'The model could not be asked, or gave no text' },
        504: { description: 'Still running: ask GET /v1/sql/questions/{id}' },
      },
    }),
  },
  '/v1/sql/questions/{id}': {
    get: operation('A question and its answer, for a day', ['app'], {
      parameters: [ID],
      responses: { 202: { description: 'It is running' } },
    }),
  },
}
