import { chooseModel, findGateway } from '../support/find-gateway.ts'
import { serve } from '../support/serve-page.ts'
import { helpdesk } from './app.ts'

// `npm run helpdesk`: serves the helpdesk on HELPDESK_PORT (8090) until Ctrl-C, with the model of HELPDESK_MODEL.
try {
  const gateway = findGateway(process.env)
  const model = await chooseModel(gateway, process.env.HELPDESK_MODEL)
  const { url, stop } = await serve(helpdesk(gateway, model), Number(process.env.HELPDESK_PORT ?? 8090))
  console.log(`The helpdesk is on ${url}, over the gateway ${gateway.url} and its model ${model}. Ctrl-C ends it.`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stop().then(() => process.exit(0)))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
