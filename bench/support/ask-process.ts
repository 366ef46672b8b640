import { type ChildProcess, fork } from 'node:child_process'

/** A script that takes one order at a time over IPC and answers with `{report}` or `{error}`. */
export interface AskedProcess<Order, Report> {
  run(order: Order): Promise<Report>
  stop(): void
}

export function startAskedProcess<Order extends object, Report>(script: string): AskedProcess<Order, Report> {
  const child: ChildProcess = fork(script, [], { serialization: 'advanced', execArgv: [] })
  return {
    run(order) {
      return new Promise((resolve, reject) => {
        const ended = (code: number | null) => reject(new Error(`${script} ended with ${code}`))
        child.once('exit', ended)
        child.once('message', (answer: { report?: Report; error?: string }) => {
          child.off('exit', ended)
          if (answer.report !== undefined) resolve(answer.report)
          else reject(new Error(`${script} failed: ${answer.error}`))
        })
        child.send(order)
      })
    },
    stop() {
      if (child.connected) child.disconnect()
    },
  }
}
