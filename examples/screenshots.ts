import { fileURLToPath } from 'node:url'
import { Client } from '@temporalio/client'
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker'
import type { Browser } from 'playwright-core'
import { startChromium } from '../test/support/chromium.ts'
import { createActivities } from './contract-review/activities.ts'
import { contractReview } from './contract-review/app.ts'
import { Reviews } from './contract-review/reviews.ts'
import { runWorker } from './contract-review/run-worker.ts'
import { helpdesk } from './helpdesk/app.ts'
import { chooseModel, findGateway, type GatewayAccess } from './support/find-gateway.ts'
import { serve } from './support/serve-page.ts'

// `npm run screenshots`: uses both examples in a browser, over a running gateway, and keeps what they look like for the README.
const IMAGES = new URL('../docs/images/', import.meta.url)
const WITHIN = { timeout: 120_000 }
Runtime.install({ logger: new DefaultLogger('WARN') })
try {
  await take()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function take(): Promise<void> {
  const gateway = findGateway(process.env)
  const model = await chooseModel(gateway, undefined)
  const started = await startChromium()
  if ('reason' in started) throw new Error(started.reason)
  const { browser } = started
  try {
    await takeHelpdesk(browser, gateway, model)
    await takeReview(browser, gateway, model)
  } finally {
    await browser.close()
  }
}

async function takeHelpdesk(browser: Browser, gateway: GatewayAccess, model: string): Promise<void> {
  const { url, stop } = await serve(helpdesk(gateway, model), 0)
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  await page.goto(url)
  await page.click('#sample')
  await page.click('#send')
  await page.click('.turn footer button', WITHIN)
  await page.waitForSelector('#evidence code', WITHIN)
  await page.click('#evidence button')
  await page.waitForSelector('#evidence div blockquote', WITHIN)
  await page.screenshot({ path: fileURLToPath(new URL('helpdesk.png', IMAGES)) })
  await stop()
}

async function takeReview(browser: Browser, gateway: GatewayAccess, model: string): Promise<void> {
  const reviews = new Reviews(`${process.env.PALIMPSEST_HOME ?? '.palimpsest'}/contract-review`)
  const connection = await NativeConnection.connect({ address: gateway.temporalAddress })
  const taskQueue = 'contract-review-screenshots'
  const worker = await runWorker(connection, createActivities(gateway, reviews), taskQueue)
  const client = new Client({ connection })
  const { url, stop } = await serve(contractReview({ client, reviews, taskQueue, model, now: Date.now }), 0)
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  await page.goto(url)
  await page.click('#sample')
  await page.waitForSelector('#downloads:not([hidden])', WITHIN)
  await page.screenshot({ path: fileURLToPath(new URL('contract-review.png', IMAGES)) })
  await stop()
  await worker.stop()
  await connection.close()
}
