import { createServer, connect as dial, type Socket } from 'node:net'
import { endpointOf } from './ports.ts'

/**
 * Stands between a gateway and one of its servers and loses answers: what was asked has arrived and is done, what is
 * answered never comes, and the connection is gone. So each statement and each start of a workflow meets, sooner or
 * later, the moment in which nobody can know whether it happened; killing servers meets it far more rarely.
 */
export interface CuttingProxy {
  port: number
  /** Answers lost so far. */
  readonly cuts: number
  /** How likely each piece of an answer is to be lost with its connection; 0 at first. */
  lose(probability: number): void
  close(): Promise<void>
}

/** @param target `host:port`; it may be away and come back. */
export async function startCuttingProxy(port: number, target: string, draw: () => number): Promise<CuttingProxy> {
  const { host, port: targetPort } = endpointOf(target)
  const sockets = new Set<Socket>()
  let probability = 0
  let cuts = 0
  const server = createServer((client) => {
    const upstream = dial(targetPort, host)
    const end = () => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      // A reset on one side ends the other; that it happened is all there is to it.
      socket.on('error', end)
      socket.on('close', () => {
        sockets.delete(socket)
        end()
      })
    }
    client.on('data', (asked) => upstream.write(asked))
    upstream.on('data', (answered) => {
      if (draw() >= probability) {
        client.write(answered)
        return
      }
      cuts += 1
      end()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    port,
    get cuts() {
      return cuts
    },
    lose(next) {
      probability = next
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
