/** How OpenAI may serve a call other than by its standard: each has prices of its own there. */
export const serviceTiers = ['flex', 'priority', 'scale', 'batch'] as const
export type ServiceTier = (typeof serviceTiers)[number]

/** The tier of the name that a request or an answer has; null: the standard one, one that nobody knows, or none. */
export function serviceTierOf(named: unknown): ServiceTier | null {
  return serviceTiers.find((tier) => tier === named) ?? null
}

/** The tiers, the standard one (null) among them, that may serve a request that names this one: all where it leaves that open. */
export function tiersThatMayServe(named: unknown): (ServiceTier | null)[] {
  if (named === 'default') return [null]
  const asked = serviceTierOf(named)
  // The provider may serve it by its standard all the same.
  return [null, ...(asked === null ? serviceTiers : [asked])]
}
