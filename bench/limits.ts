import { describeFairness, measureFairness } from './fairness.ts'
import { describeCost, measureCost } from './limits-cost.ts'
import type { BenchOptions, Measurement } from './support/measurement.ts'

/** What authentication, limits and budgets cost a request, and what a quiet tenant feels of a noisy one. */
export const limitsBench: Measurement = {
  name: 'limits',
  about:
    'what authentication, limits and budgets cost a request together, and what a quiet tenant feels of one that floods',
  async run(options: BenchOptions) {
    const cost = await measureCost(options.say)
    const fairness = await measureFairness(options)
    return { text: `${describeCost(cost)}\n\n${describeFairness(fairness)}`, data: { cost, fairness } }
  },
}
