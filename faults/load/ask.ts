import type { Random } from '../random.ts'
import { TENANTS, TOOLS, type Tool } from '../stack/config.ts'
import { type Directions, FAILURES, writeDirections } from '../stack/directions.ts'
import type { Ask } from './types.ts'

const TOOL_WEIGHTS: Record<Tool, number> = { hr_helpdesk: 35, contract_review: 10, chat_assist: 45, night_batch: 10 }
const FAILURE_WEIGHTS = { none: 86, error: 5, limit: 3, reset: 3, half: 3 } as const
const USERS = 12

/** Draws the next question: plain or streamed, quick or slow, with or without a key, a person, a failing provider. */
export function drawAsk(random: Random, marker: string): Ask {
  const stream = random.chance(0.5)
  const person = random.chance(0.5) ? `ann.lee.${random.between(1, 900)}@example.com` : null
  const unscannable = random.chance(0.03)
  const directions = drawDirections(random, marker, stream)
  const key = random.chance(0.75) ? `key ${marker}` : null
  return {
    directions,
    tenant: random.weighted([
      [TENANTS[0], 3],
      [TENANTS[1], 1],
    ]),
    tool: random.weighted(TOOLS.map((tool) => [tool, TOOL_WEIGHTS[tool]] as const)),
    key,
    stream,
    body: bodyOf(directions, { stream, person, unscannable, user: `user-${random.between(1, USERS)}` }),
    person,
    unscannable,
    leavesAfterMs: random.chance(0.05) ? random.between(1, 1500) : null,
    copies: key !== null && random.chance(0.1) ? 2 : 1,
  }
}

function drawDirections(random: Random, marker: string, stream: boolean): Directions {
  const slow = random.weighted([
    [300, 60],
    [1_500, 30],
    [6_000, 10],
  ])
  return {
    marker,
    waitMs: random.between(0, stream ? slow / 3 : slow),
    pieceMs: random.between(1, 60),
    words: random.between(0, 40),
    failure: random.weighted(FAILURES.map((failure) => [failure, FAILURE_WEIGHTS[failure]] as const)),
  }
}

const PIXEL = 'data:image/png;base64,iVBORw0KGgo='

/** The request's body; its last message carries the directions. */
export function bodyOf(
  directions: Directions,
  wish: { stream: boolean; person?: string | null; unscannable?: boolean; user?: string },
): Record<string, unknown> {
  const text = `${writeDirections(directions)} Please write ${wish.person ? `to ${wish.person} ` : ''}about it.`
  const image = { type: 'image_url', image_url: { url: PIXEL } }
  return {
    model: 'gpt-4o-mini',
    messages: [
      { role: 'system', content: 'Answer in short.' },
      { role: 'user', content: wish.unscannable ? [{ type: 'text', text }, image] : text },
    ],
    ...(wish.user && { user: wish.user }),
    ...(wish.stream && { stream: true }),
  }
}
