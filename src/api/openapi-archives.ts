import { operation, query } from './openapi-parts.ts'

/** Archived periods, and runs that archive. */
export const ARCHIVE_PATHS = {
  '/v1/archives': {
    get: operation('Archived periods of the tenant and their objects, newest first', ['auditor', 'operator', 'admin'], {
      parameters: [
        {
          name: 'below',
          in: 'query',
          description: 'Only days before this one',
          schema: { type: 'string', format: 'date' },
        },
        query('limit', '1 to 400; a day is given whole'),
      ],
    }),
  },
  '/v1/archives/runs': {
    post: operation('Archive what is past its hot window, now', ['operator', 'admin'], {
      responses: { 202: { description: 'It runs' } },
    }),
  },
  '/v1/archives/lifecycle': {
    post: operation('Bring the archive store to the rules that the policies ask for; what differs all the same', [
      'operator',
      'admin',
    ]),
  },
  '/v1/archives/runs/last': {
    get: operation('How the run that was asked for last stands', ['operator', 'admin']),
  },
}
