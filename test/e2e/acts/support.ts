import { openApiDocument } from '../../../src/api/openapi.ts'
import { callApi, TEST_KEYS } from '../../support/gateway.ts'
import {
  awaitEntry,
  KEYS_YAML,
  requestIdOf,
  settle,
  startVendorGateway,
  type VendorGateway,
} from '../../support/vendor-gateway.ts'

/** Decides on what the privacy officer of the test's keys asked for. */
export const SECOND_OFFICER = 'pk_second_privacy_test_0123456789'

const CONFIG = `
tenants:
  - id: dev
    region: us
    keys:${KEYS_YAML}
      - { key: "${SECOND_OFFICER}", role: privacy, id: second-privacy }
    erasure: { approval: true }
`

export type Body = { id: string } & Record<string, unknown>
type Role = keyof typeof TEST_KEYS

export interface Acts extends VendorGateway {
  /** Asks with a key and gives what came back, whatever it is. */
  ask(
    key: Role | typeof SECOND_OFFICER,
    operation: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<Answer>
  /** The same, where it has to be done. */
  done(...asked: Parameters<Acts['ask']>): Promise<Body>
  /** A call of the person `ann` that is in the ledger and in its log. */
  aCall(): Promise<string>
}

export interface Answer {
  status: number
  body: Body
}

export async function startActs(): Promise<Acts> {
  const setup = await startVendorGateway({ config: CONFIG })
  const ask: Acts['ask'] = async (key, operation, body, headers = {}) => {
    const [method = '', path = ''] = operation.split(' ')
    const hasBody = method === 'POST' || method === 'PUT'
    const answer = await callApi(setup.gateway.url, path, {
      ...{ key: key === SECOND_OFFICER ? key : TEST_KEYS[key], method, headers },
      ...(hasBody && { body: body ?? {} }),
    })
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.startsWith('application/json')
    return { status: answer.status, body: (isJson ? JSON.parse(text) : { text }) as Body }
  }
  return {
    ...setup,
    ask,
    async done(...asked) {
      const { status, body } = await ask(...asked)
      if (status >= 300) throw new Error(`${asked[1]}: ${status} ${JSON.stringify(body)}`)
      return body
    },
    async aCall() {
      const answer = await setup.chat('hello', { body: { user: 'ann' } })
      const id = requestIdOf(answer)
      await awaitEntry(setup.sql, id)
      await settle(setup.sql)
      return id
    },
  }
}

/** Every operation of the document that may do something, such as `POST /v1/keys`. */
export function writingOperations(): string[] {
  const paths = openApiDocument('0').paths as Record<string, object>
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations)
      .filter((method) => method !== 'get')
      .map((method) => `${method.toUpperCase()} ${path}`),
  )
}
