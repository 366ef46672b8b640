import { DOUBTS, VERDICTS } from '../domain/benchmark/types.ts'
import { operation, query } from './openapi-parts.ts'

const text = { type: 'string' }
const ids = { type: 'array', items: { type: 'string', format: 'uuid' } }

const ANSWER = {
  type: 'object',
  required: ['item', 'verdict', 'requests'],
  properties: {
    item: { type: 'integer', description: 'Place in the set, from 0' },
    verdict: { enum: VERDICTS },
    doubt: { enum: [...DOUBTS, null], description: 'Why it is undecided' },
    requests: { ...ids, description: 'Every request that was accepted, the deciding one last' },
    judged: { ...ids, description: 'Requests of the judging model' },
  },
}

const BENCHMARK = {
  type: 'object',
  required: ['run', 'set', 'tool', 'models'],
  properties: {
    run: { type: 'string', format: 'uuid' },
    set: { type: 'object', properties: { sha256: text, items: { type: 'integer' } } },
    tool: text,
    judge: { type: ['string', 'null'] },
    models: {
      type: 'array',
      items: { type: 'object', properties: { model: text, answers: { type: 'array', items: ANSWER } } },
    },
  },
}

/** Paths of benchmarks. */
export const BENCHMARK_PATHS = {
  '/v1/benchmarks': {
    post: operation(
      'Record a benchmark: verdicts as told, cost and latency from the entries of its requests',
      ['operator', 'admin'],
      {
        requestBody: { required: true, content: { 'application/json': { schema: BENCHMARK } } },
        responses: {
          200: { description: 'This run is on record' },
          201: { description: 'Recorded, with its figures' },
        },
      },
    ),
    get: operation('Benchmarks, the newest first', ['operator', 'auditor', 'admin'], {
      parameters: [
        { name: 'before', in: 'query', description: 'Id of a benchmark: those made before it', schema: text },
        query('limit', '1 to 100'),
      ],
    }),
  },
}
