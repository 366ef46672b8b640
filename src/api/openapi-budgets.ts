import { operation } from './openapi-parts.ts'

/** Paths of budgets. */
export const BUDGET_PATHS = {
  '/v1/budgets': {
    get: operation(
      'Budgets and how they stand in their periods: limits, what is spent, reserved for calls in flight, and left. An app sees those that may bind its calls',
      ['operator', 'admin', 'app'],
    ),
  },
}
