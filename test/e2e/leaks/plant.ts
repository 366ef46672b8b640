import type { Behaviour } from '../../support/vendors/behaviour.ts'
import type { Garden } from './canaries.ts'

/** A request with a canary in every place that takes text. */
export function plantRequest(
  garden: Garden,
  mode: string,
): { body: Record<string, unknown>; headers: Record<string, string> } {
  const grow = (place: string, shape: Parameters<Garden['grow']>[1]) => garden.grow(`${mode}: ${place}`, shape)
  const identity = (place: string) => garden.growIdentity(`${mode}: ${place}`)
  const every = (place: string) =>
    (['mail', 'phone', 'card', 'secret', 'word'] as const).map((shape) => grow(place, shape)).join(' and ')
  const tool = `f_${grow('name of a tool', 'word')}`
  const callId = grow('id of a call', 'secret')
  return {
    headers: {
      'X-Session-Id': identity('session id'),
      'X-Consent-Id': identity('consent id'),
      'Idempotency-Key': identity('idempotency key'),
    },
    body: {
      model: 'gpt-4o',
      user: identity('user'),
      safety_identifier: identity('safety identifier'),
      prompt_cache_key: identity('cache key'),
      metadata: { [identity('key of metadata')]: identity('metadata') },
      stop: [grow('stop', 'mail'), grow('stop', 'word')],
      messages: [
        { role: 'system', content: every('system message') },
        {
          role: 'developer',
          content: [{ type: 'text', text: every('developer message') }],
          name: grow('name', 'mail'),
        },
        { role: 'user', content: every('user message'), name: grow('name', 'word') },
        {
          role: 'assistant',
          content: every('assistant message'),
          tool_calls: [
            { id: callId, type: 'function', function: { name: tool, arguments: callArguments(every, grow) } },
          ],
        },
        {
          role: 'tool',
          tool_call_id: callId,
          content: JSON.stringify({ [grow('key of a result', 'mail')]: every('result') }),
        },
        {
          role: 'user',
          content: [
            { type: 'text', text: every('first part') },
            { type: 'text', text: `"quoted" \\ ünïcode ${every('second part')}` },
          ],
        },
      ],
      tools: [
        {
          type: 'function',
          function: {
            name: tool,
            description: every('description of a tool'),
            parameters: {
              type: 'object',
              properties: {
                [grow('key of a schema', 'mail')]: {
                  type: 'string',
                  default: grow('default', 'phone'),
                  enum: [grow('enum', 'card')],
                },
                [grow('key of a schema', 'word')]: {
                  const: grow('const', 'secret'),
                  description: every('description of a field'),
                },
              },
            },
          },
        },
      ],
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: grow('name of a schema', 'word'),
          description: every('description of a schema'),
          schema: {
            type: 'object',
            properties: { [grow('key of a format', 'mail')]: { enum: [every('enum of a format')] } },
          },
        },
      },
      prediction: { type: 'content', content: every('prediction') },
    },
  }
}

function callArguments(
  every: (place: string) => string,
  grow: (place: string, shape: 'mail' | 'card') => string,
): string {
  const inner = JSON.stringify({ [grow('key in text in arguments', 'mail')]: every('text in arguments') })
  const number = grow('number in arguments', 'card')
  return `{"${grow('key in arguments', 'mail')}":{"deep":["${every('arguments')}",${number}]},"text":${JSON.stringify(inner)}}`
}

/** An answer that brings canaries of its own beside what the app wrote. */
export function plantAnswer(garden: Garden, mode: string): Behaviour {
  const grow = (place: string, shape: Parameters<Garden['grow']>[1]) =>
    garden.grow(`${mode}: ${place}`, shape, 'provider')
  return {
    text: `[EMAIL_ADDRESS_1] ${grow('answer', 'mail')} and ${grow('answer', 'word')} [PHONE_NUMBER_1]`,
    toolCalls: [],
    pieceLength: 5,
  }
}

/** The same in calls of tools. */
export function plantCalls(garden: Garden, mode: string): Behaviour {
  const grow = (place: string, shape: Parameters<Garden['grow']>[1]) =>
    garden.grow(`${mode}: ${place}`, shape, 'provider')
  return {
    toolCalls: [
      {
        name: `g_${grow('called tool', 'word')}`,
        arguments: JSON.stringify({
          to: '[EMAIL_ADDRESS_1]',
          [grow('key of called arguments', 'word')]: grow('called arguments', 'mail'),
        }),
      },
      { name: 'second', arguments: JSON.stringify([grow('second call', 'phone')]) },
    ],
    pieceLength: 5,
  }
}
