import OpenAI from 'openai'

export interface Audit<A extends unknown[]> {
  tool: string
  feature?: string
  /** Says from the function's arguments who asks. */
  user?(...args: A): string | undefined
}

/**
 * The decorator: every call that the function makes stands in the ledger under a tool, a feature and a user. The function gets an
 * OpenAI client as its first argument; its result comes back with the ids of the requests, which are the ids of their entries.
 */
export function audited<A extends unknown[], R>(audit: Audit<A>, run: (client: OpenAI, ...args: A) => Promise<R>) {
  return async (...args: A): Promise<{ result: R; requests: string[] }> => {
    const requests: string[] = []
    const { PALIMPSEST_URL, PALIMPSEST_API_KEY: apiKey } = process.env
    const defaultHeaders = { 'X-Tool-Name': audit.tool, ...(audit.feature && { 'X-Feature-Name': audit.feature }) }
    const keep: typeof fetch = async (url, init) => {
      const body = { ...JSON.parse(String(init?.body)), user: audit.user?.(...args) ?? 'system' }
      const answer = await fetch(url, { ...init, body: JSON.stringify(body) })
      requests.push(answer.headers.get('x-palimpsest-request-id') ?? '')
      return answer
    }
    const client = new OpenAI({ baseURL: `${PALIMPSEST_URL}/v1`, apiKey, defaultHeaders, fetch: keep })
    return { result: await run(client, ...args), requests }
  }
}
