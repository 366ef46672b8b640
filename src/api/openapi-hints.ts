import { operation, query } from './openapi-parts.ts'

/** Paths of hints. */
export const HINT_PATHS = {
  '/v1/hints': {
    get: operation(
      'Hints from the log: personal data that is pasted, latency, errors and refusals, spend, dearer models; with their figures, rule and advice',
      ['operator', 'auditor', 'admin'],
      { parameters: [query('days', '1 to 366: hints that were going on in them; default 14')] },
    ),
  },
}
