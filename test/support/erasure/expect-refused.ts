import { expect } from 'vitest'
import { expectErrorShape } from '../vendor-gateway.ts'
import type { ErasureStack } from './stack.ts'

export type Refusal = [path: string, body: unknown, status: number, code: string, key?: string]

/** An officer's request is refused, in the contract's error shape. */
export async function expectRefused(stack: ErasureStack, ...[path, body, status, code, key]: Refusal) {
  const answer = await stack.officer(path, body, key)
  const { message, param, code: told } = expectErrorShape(answer.body)
  expect(`${answer.status} ${told}`).toBe(`${status} ${code}`)
  return { message, param }
}
