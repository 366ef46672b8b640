import { SEALED_GROUPS } from '../domain/ledger/entry-proof.ts'
import { ID, operation, query } from './openapi-parts.ts'

const READERS = ['auditor', 'privacy', 'admin']

const OPENINGS = {
  type: 'object',
  required: ['purpose', 'open'],
  properties: {
    purpose: { type: 'string' },
    open: { type: 'array', minItems: 1, uniqueItems: true, items: { enum: SEALED_GROUPS } },
  },
}

/** Paths of the ledger. */
export const LEDGER_PATHS = {
  '/v1/ledger/checkpoint': { get: operation('The newest signed checkpoint', READERS) },
  '/v1/ledger/entries': {
    get: operation('Entries in the order of the log', READERS, {
      parameters: [query('after', 'Leaf index behind which to start; -1: from the first'), query('limit', '1 to 1000')],
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
}
