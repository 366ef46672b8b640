import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../random.ts'
import { drawAsk } from './ask.ts'
import { askUntilSettled, type ClientDeps } from './client.ts'
import type { Asked } from './types.ts'

export interface LoadOptions {
  clients: number
  /** Milliseconds between two questions of a client at most. */
  pauseMs: number
  random: Random
  /** Short name of the run, part of every marker. */
  run: string
}

export interface Load {
  asked: readonly Asked[]
  /** Lets no client begin a new question and waits for the ones under way. */
  finish(): Promise<void>
}

/** A few dozen clients that ask one question after another, until `finish`. */
export function startLoad(deps: Omit<ClientDeps, 'random'>, options: LoadOptions): Load {
  const asked: Asked[] = []
  let number = 0
  let over = false
  const clients = Array.from({ length: options.clients }, async (_, index) => {
    const random = options.random.fork(`client-${index}`)
    while (!over) {
      await sleep(random.between(0, options.pauseMs))
      if (over) return
      number += 1
      const ask = drawAsk(random, `case-${options.run}-${number}`)
      asked.push(await askUntilSettled({ ...deps, random }, ask))
    }
  })
  return {
    asked,
    async finish() {
      over = true
      await Promise.all(clients)
    },
  }
}
