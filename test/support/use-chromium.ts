import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { INSTALL_WITHIN_MS, startChromium } from './chromium.ts'

/** A browser for the tests of one group, and what its pages complained of. */
export interface UsedChromium {
  /** A page that is closed with the browser. */
  newPage(): Promise<Page>
  /** Errors that pages threw or wrote to their console, in order. */
  complaints: string[]
}

/** For a group of tests: a browser before them, closed behind them. Where there is none, each of them is skipped by its reason. */
export function useChromium(): UsedChromium {
  const complaints: string[] = []
  let started: Awaited<ReturnType<typeof startChromium>> | undefined
  beforeAll(async () => {
    started = await startChromium()
  }, INSTALL_WITHIN_MS)
  beforeEach((context) => {
    if (started && 'reason' in started) context.skip(started.reason)
  })
  afterAll(async () => {
    if (started && 'browser' in started) await started.browser.close()
  })
  return {
    complaints,
    async newPage() {
      if (started === undefined || 'reason' in started) throw new Error('there is no browser')
      const page = await started.browser.newPage()
      page.on('pageerror', (error) => complaints.push(String(error)))
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
      return page
    },
  }
}
