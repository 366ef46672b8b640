/** The shape of `webhooks`: who is told of events, and how they know that it was this gateway. */
import { z } from 'zod'
import { webhookEvents } from '../domain/webhooks/event.ts'
import { tenantId } from './schema-names.ts'

const LEAST_SECRET_BYTES = 24
const MOST_SECRET_BYTES = 64

const endpoint = z
  .string()
  .refine(
    (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
    'must be an http or https address',
  )
  .refine((value) => {
    if (!URL.canParse(value)) return true
    const { username, password, hash } = new URL(value)
    return username === '' && password === '' && hash === ''
  }, 'must hold no user, password or fragment: the signature says who sends')

const secret = z.string().refine((value) => {
  const { length } = secretBytes(value)
  return /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(value) && length >= LEAST_SECRET_BYTES && length <= MOST_SECRET_BYTES
}, 'must be whsec_ and the base64 of 24 to 64 random bytes')

const webhook = z.strictObject({
  url: endpoint,
  secret,
  events: z.array(z.enum(webhookEvents)).min(1).optional(),
  tenants: z.array(tenantId).min(1).optional(),
})

export const webhooks = z.array(webhook).max(100)

export type WebhookFile = z.infer<typeof webhook>

export function secretBytes(value: string): Buffer {
  return Buffer.from(value.replace(/^whsec_/, ''), 'base64')
}
