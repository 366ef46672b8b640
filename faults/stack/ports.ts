import { isFree } from '../../src/embedded/process/ports.ts'

/** Below every system's range for outgoing connections: a server that is down does not lose its port to a client. */
const FIRST = 20_000
const LAST = 29_999

/** Ports that are free now and stay ours over restarts as far as anyone can tell. */
export async function steadyPorts(count: number): Promise<number[]> {
  const ports: number[] = []
  while (ports.length < count) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST + 1))
    if (!ports.includes(port) && (await isFree(port))) ports.push(port)
  }
  return ports
}

/** The parts of `host:port`. */
export function endpointOf(address: string): { host: string; port: number } {
  const at = address.lastIndexOf(':')
  return { host: address.slice(0, at), port: Number(address.slice(at + 1)) }
}

/** A connection string that leads to the same database over another port. */
export function overPort(url: string, port: number): string {
  const parsed = new URL(url)
  parsed.port = String(port)
  return parsed.toString()
}
