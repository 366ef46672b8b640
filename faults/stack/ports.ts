import { anyFreePort } from '../../src/embedded/process/ports.ts'

/** Ports that are free now and stay ours over restarts as far as anyone can tell. */
export async function steadyPorts(count: number): Promise<number[]> {
  const ports: number[] = []
  while (ports.length < count) {
    const port = await anyFreePort()
    if (!ports.includes(port)) ports.push(port)
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
