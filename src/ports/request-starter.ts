/** What a person sees of a request in the list of workflows, set at its start. No personal data. */
export interface StartFacts {
  tenantId: string
  tool: string
  /** Planned route, `provider/model` or `refused/<code>`. */
  route: string
}

/**
 * Starts the workflow of an accepted request. Duties: at most one workflow runs per request id, whoever starts it and
 * however often; a rejected `start` leaves open whether one came up. Safe for concurrent use.
 */
export interface RequestStarter {
  /** `running`: it was there already. */
  start(requestId: string, facts: StartFacts): Promise<'started' | 'running'>
  /** Tells a workflow that the person was erased, so that it waits for nothing any more. One that has ended hears nothing. */
  tellErased(requestId: string): Promise<void>
}
