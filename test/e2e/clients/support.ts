import OpenAI from 'openai'
import postgres from 'postgres'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'
import { KEYS_YAML } from '../../support/vendor-gateway.ts'
import { startAnthropicDouble } from '../../support/vendors/anthropic.ts'
import { startAzureDouble } from '../../support/vendors/azure.ts'
import type { Behaviour } from '../../support/vendors/behaviour.ts'
import { startOllamaDouble } from '../../support/vendors/ollama.ts'
import { startOpenAiDouble } from '../../support/vendors/openai.ts'
import type { Double } from '../../support/vendors/server.ts'

const CONFIG = `
tenants:
  - id: dev
    region: us
    keys:${KEYS_YAML}
    tools:
      strict: { models: ["claude-*"] }
      clinic: { hipaa: true }
`

export type VendorName = 'openai' | 'azure' | 'anthropic' | 'ollama'

/** A model of each vendor that has a double, as an app names it. */
export const MODELS: Record<VendorName, string> = {
  openai: 'gpt-4o',
  azure: 'azure/chat-prod',
  anthropic: 'claude-sonnet-4-5',
  ollama: 'ollama/llama3.1:8b',
}

export interface ClientSetup {
  gateway: TestGateway
  vendors: Record<VendorName, Double>
  sql: postgres.Sql
  /** The official client, as anyone would make it. */
  client(options?: { apiKey?: string; maxRetries?: number; timeout?: number }): OpenAI
  /** Every vendor does this until told otherwise. */
  always(behaviour: Behaviour): void
  reset(): void
  close(): Promise<void>
}

/** A gateway with a double of every vendor behind it. */
export async function startClientSetup(): Promise<ClientSetup> {
  const [openai, azure, anthropic, ollama] = await Promise.all([
    startOpenAiDouble(),
    startAzureDouble(),
    startAnthropicDouble(),
    startOllamaDouble(),
  ])
  const gateway = await startTestGateway({
    config: CONFIG,
    env: {
      OPENAI_API_KEY: openai.apiKey,
      OPENAI_BASE_URL: openai.baseUrl,
      AZURE_OPENAI_API_KEY: azure.apiKey,
      AZURE_OPENAI_ENDPOINT: azure.endpoint,
      ANTHROPIC_API_KEY: anthropic.apiKey,
      ANTHROPIC_BASE_URL: anthropic.baseUrl,
      OLLAMA_BASE_URL: ollama.baseUrl,
    },
  })
  const vendors = { openai, azure, anthropic, ollama }
  const sql = postgres(gateway.databases.admin, { max: 1, onnotice: () => undefined })
  return {
    gateway,
    vendors,
    sql,
    client: ({ apiKey = TEST_KEYS.app, maxRetries = 0, timeout = 20_000 } = {}) =>
      new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries, timeout }),
    always(behaviour) {
      for (const vendor of Object.values(vendors)) vendor.always(behaviour)
    },
    reset() {
      for (const vendor of Object.values(vendors)) {
        vendor.reset()
        vendor.always({})
      }
    },
    async close() {
      await sql.end({ timeout: 5 })
      await gateway.remove()
      await Promise.all(Object.values(vendors).map((vendor) => vendor.close()))
    },
  }
}

/** The newest request's body, as the vendor got it. */
export function lastBody(double: Double): Record<string, unknown> {
  return JSON.parse(String(double.requests.at(-1)?.body)) as Record<string, unknown>
}

/** Two functions that an assistant of this house may call. */
export const TOOLS: OpenAI.ChatCompletionTool[] = [
  {
    type: 'function',
    function: {
      name: 'send_mail',
      description: 'Sends a mail',
      parameters: {
        type: 'object',
        properties: { to: { type: 'string' }, copies: { type: 'number' } },
        required: ['to'],
      },
    },
  },
  {
    type: 'function',
    function: { name: 'dial', parameters: { type: 'object', properties: { number: { type: 'string' } } } },
  },
]

export const MAIL = 'ann.lee@example.com'
export const PHONE = '+1 415 555 2671'
export const CARD = '4111 1111 1111 1111'
