import type { LoadOrder, LoadReport } from './load.ts'
import type { BenchStack } from './stack.ts'

/** An order for chat completions: through the gateway under a tool's name, or with `tool: null` to the double itself. */
export function chatOrder(
  stack: BenchStack,
  order: { tool: string | null; connections: number; seconds: number; first: number },
): LoadOrder {
  const { tool, connections, seconds, first } = order
  const base = tool === null ? stack.double.baseUrl : `${stack.run.apiUrl}/v1`
  const { origin, pathname } = new URL(`${base}/chat/completions`)
  const key = tool === null ? stack.double.apiKey : stack.run.keys.app
  return {
    origin,
    path: pathname,
    headers: { authorization: `Bearer ${key}`, ...(tool !== null && { 'x-tool-name': tool }) },
    connections,
    seconds,
    first,
    expectRedactions: tool !== null,
  }
}

/** How many were answered 503, which a gateway that is asked too much may do. @throws on any other wrong answer. */
export function refusedBy({ refused }: LoadReport): number {
  const faults = Object.entries(refused)
  if (faults.every(([kind]) => kind.startsWith('status 503'))) return faults.reduce((sum, [, count]) => sum + count, 0)
  throw new Error(`Not every answer was right: ${faults.map(([kind, count]) => `${count} × ${kind}`).join('; ')}`)
}
