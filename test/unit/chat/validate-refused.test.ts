import { describe, expect, it } from 'vitest'
import { validateChatRequest } from '../../../src/domain/chat/validate.ts'
import { PalimpsestError } from '../../../src/errors.ts'
import { call, functionTool, nested, request, user, withMessages } from './requests.ts'

function refusal(body: unknown): { code: string; param: string | null; status: number; message: string } {
  try {
    validateChatRequest(body)
  } catch (error) {
    if (error instanceof PalimpsestError) {
      return { code: error.code, param: error.param, status: error.status, message: error.message }
    }
    throw error
  }
  throw new Error('the request was accepted')
}

type Row = [what: string, body: unknown, code: string, param: string | null]

describe('a request that OpenAI would refuse is refused with its code and the field at fault', () => {
  const rows: Row[] = [
    ['null', null, 'invalid_type', null],
    ['an array', [], 'invalid_type', null],
    ['a string', 'x', 'invalid_type', null],
    ['no model', { messages: [user] }, 'missing_required_parameter', 'model'],
    ['a model that is null', { model: null, messages: [user] }, 'missing_required_parameter', 'model'],
    ['a model that is a number', request({ model: 4 }), 'invalid_type', 'model'],
    ['a model with a space', request({ model: 'gpt 4' }), 'invalid_value', 'model'],
    ['a model that is an address', request({ model: 'gpt-ann@example.com' }), 'invalid_value', 'model'],
    ['no messages', { model: 'gpt-4o' }, 'missing_required_parameter', 'messages'],
    ['messages that are null', request({ messages: null }), 'missing_required_parameter', 'messages'],
    ['messages that are text', request({ messages: 'hi' }), 'invalid_type', 'messages'],
    ['empty messages', request({ messages: [] }), 'empty_array', 'messages'],
    ['2,049 messages', request({ messages: Array(2049).fill(user) }), 'array_above_max_length', 'messages'],
    ['a field nobody knows', request({ temprature: 1 }), 'unknown_parameter', '*'],
    ['a message that is text', withMessages('hi'), 'invalid_type', 'messages[0]'],
    ['no role', withMessages({ content: 'a' }), 'missing_required_parameter', 'messages[0].role'],
    ['an unknown role', withMessages({ role: 'robot', content: 'a' }), 'invalid_value', 'messages[0].role'],
    [
      'the function role',
      withMessages({ role: 'function', name: 'a', content: 'a' }),
      'unsupported_value',
      'messages[0].role',
    ],
    ['no content', withMessages({ role: 'user' }), 'missing_required_parameter', 'messages[0].content'],
    [
      'null content',
      withMessages({ role: 'user', content: null }),
      'missing_required_parameter',
      'messages[0].content',
    ],
    ['content that is a number', withMessages({ role: 'user', content: 5 }), 'invalid_type', 'messages[0].content'],
    ['an empty list of parts', withMessages({ role: 'user', content: [] }), 'empty_array', 'messages[0].content'],
    [
      'an unknown part',
      withMessages({ role: 'user', content: [{ type: 'video' }] }),
      'invalid_value',
      'messages[0].content[0].type',
    ],
    [
      'an image for a system message',
      withMessages({ role: 'system', content: [{ type: 'image_url', image_url: { url: 'x' } }] }),
      'invalid_value',
      'messages[0].content[0].type',
    ],
    [
      'a text part without text',
      withMessages({ role: 'user', content: [{ type: 'text' }] }),
      'missing_required_parameter',
      'messages[0].content[0].text',
    ],
    ['an unknown field of a message', withMessages({ ...user, mood: 'x' }), 'unknown_parameter', 'messages[0].*'],
    [
      'an unknown field of a part',
      withMessages({ role: 'user', content: [{ type: 'text', text: 'a', mood: 1 }] }),
      'unknown_parameter',
      'messages[0].content[0].*',
    ],
    ['a name with a space', withMessages({ ...user, name: 'Ann Lee' }), 'invalid_value', 'messages[0].name'],
    [
      'an assistant that says nothing',
      withMessages({ role: 'assistant', content: null }),
      'missing_required_parameter',
      'messages[0].content',
    ],
    ['empty tool calls', withMessages({ role: 'assistant', tool_calls: [] }), 'empty_array', 'messages[0].tool_calls'],
    [
      'a tool call without an id',
      withMessages({ role: 'assistant', tool_calls: [{ ...call, id: undefined }] }),
      'missing_required_parameter',
      'messages[0].tool_calls[0].id',
    ],
    [
      'arguments that are an object',
      withMessages({ role: 'assistant', tool_calls: [{ ...call, function: { name: 'a', arguments: {} } }] }),
      'invalid_type',
      'messages[0].tool_calls[0].function.arguments',
    ],
    [
      'a custom tool call',
      withMessages({ role: 'assistant', tool_calls: [{ id: 'a', type: 'custom', custom: {} }] }),
      'unsupported_value',
      'messages[0].tool_calls[0].type',
    ],
    [
      'an assistant with sound',
      withMessages({ role: 'assistant', audio: { id: 'a' } }),
      'unsupported_parameter',
      'messages[0].audio',
    ],
    [
      'a function call of old',
      withMessages({ role: 'assistant', function_call: { name: 'a', arguments: '' } }),
      'unsupported_parameter',
      'messages[0].function_call',
    ],
    [
      'a tool message without its id',
      withMessages({ role: 'tool', content: 'a' }),
      'missing_required_parameter',
      'messages[0].tool_call_id',
    ],
    [
      'a tool message that answers nothing',
      withMessages(user, { role: 'tool', content: 'a', tool_call_id: 'call_1' }),
      'invalid_value',
      'messages[1].tool_call_id',
    ],
    [
      'a tool call answered twice',
      withMessages(
        { role: 'assistant', tool_calls: [call] },
        ...Array(2).fill({ role: 'tool', content: 'a', tool_call_id: 'call_1' }),
      ),
      'invalid_value',
      'messages[2].tool_call_id',
    ],
    [
      'a tool call that is not answered',
      withMessages({ role: 'assistant', tool_calls: [call] }, user),
      'invalid_value',
      'messages[1]',
    ],
    ['a tool call at the end', withMessages({ role: 'assistant', tool_calls: [call] }), 'invalid_value', 'messages[1]'],
    ['a temperature of 3', request({ temperature: 3 }), 'decimal_above_max_value', 'temperature'],
    ['a temperature that is text', request({ temperature: '1' }), 'invalid_type', 'temperature'],
    ['a penalty of -3', request({ presence_penalty: -3 }), 'decimal_below_min_value', 'presence_penalty'],
    ['n of 0', request({ n: 0 }), 'integer_below_min_value', 'n'],
    ['n of 129', request({ n: 129 }), 'integer_above_max_value', 'n'],
    ['n of 1.5', request({ n: 1.5 }), 'invalid_type', 'n'],
    ['a seed that JSON cannot carry exactly', request({ seed: 2 ** 60 }), 'integer_above_max_value', 'seed'],
    ['max_tokens of 0', request({ max_tokens: 0 }), 'integer_below_min_value', 'max_tokens'],
    ['both limits of tokens', request({ max_tokens: 1, max_completion_tokens: 1 }), 'invalid_value', 'max_tokens'],
    ['top_logprobs without logprobs', request({ top_logprobs: 2 }), 'invalid_value', 'top_logprobs'],
    ['stream that is text', request({ stream: 'true' }), 'invalid_type', 'stream'],
    [
      'stream_options without stream',
      request({ stream_options: { include_usage: true } }),
      'invalid_value',
      'stream_options',
    ],
    [
      'an unknown stream option',
      request({ stream: true, stream_options: { usage: true } }),
      'unknown_parameter',
      'stream_options.*',
    ],
    ['five stop sequences', request({ stop: ['1', '2', '3', '4', '5'] }), 'array_above_max_length', 'stop'],
    ['a stop sequence that is a number', request({ stop: [1] }), 'invalid_type', 'stop[0]'],
    ['empty tools', request({ tools: [] }), 'empty_array', 'tools'],
    ['129 tools', request({ tools: Array(129).fill(functionTool) }), 'array_above_max_length', 'tools'],
    [
      'a custom tool',
      request({ tools: [{ type: 'custom', custom: { name: 'a' } }] }),
      'unsupported_value',
      'tools[0].type',
    ],
    [
      'a function without a name',
      request({ tools: [{ type: 'function', function: {} }] }),
      'missing_required_parameter',
      'tools[0].function.name',
    ],
    [
      'a function name with a dot',
      request({ tools: [{ type: 'function', function: { name: 'a.b' } }] }),
      'invalid_value',
      'tools[0].function.name',
    ],
    [
      'parameters that are a list',
      request({ tools: [{ type: 'function', function: { name: 'a', parameters: [] } }] }),
      'invalid_type',
      'tools[0].function.parameters',
    ],
    ['a tool choice without tools', request({ tool_choice: 'auto' }), 'invalid_value', 'tool_choice'],
    [
      'a tool choice nobody knows',
      request({ tools: [functionTool], tool_choice: 'maybe' }),
      'invalid_value',
      'tool_choice',
    ],
    ['parallel calls without tools', request({ parallel_tool_calls: true }), 'invalid_value', 'parallel_tool_calls'],
    [
      'an unknown response format',
      request({ response_format: { type: 'xml' } }),
      'invalid_value',
      'response_format.type',
    ],
    [
      'a schema without a name',
      request({ response_format: { type: 'json_schema', json_schema: { schema: {} } } }),
      'missing_required_parameter',
      'response_format.json_schema.name',
    ],
    ['a bias for a word', request({ logit_bias: { hello: 1 } }), 'invalid_value', 'logit_bias.*'],
    ['a bias of 101', request({ logit_bias: { '50256': 101 } }), 'decimal_above_max_value', 'logit_bias.*'],
    ['an empty user', request({ user: '' }), 'empty_string', 'user'],
    ['a user of 513 characters', request({ user: 'u'.repeat(513) }), 'string_above_max_length', 'user'],
    ['a user that is a number', request({ user: 5 }), 'invalid_type', 'user'],
    [
      '17 entries of metadata',
      request({ metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, 'v'])) }),
      'invalid_value',
      'metadata',
    ],
    ['metadata that is a number', request({ metadata: { a: 1 } }), 'invalid_type', 'metadata.*'],
    ['store: true', request({ store: true }), 'unsupported_value', 'store'],
    ['sound', request({ modalities: ['text', 'audio'] }), 'unsupported_value', 'modalities[1]'],
    ['a voice', request({ audio: { voice: 'alloy', format: 'wav' } }), 'unsupported_parameter', 'audio'],
    ['a web search', request({ web_search_options: {} }), 'unsupported_parameter', 'web_search_options'],
    ['functions of old', request({ functions: [] }), 'unsupported_parameter', 'functions'],
    ['moderation', request({ moderation: { model: 'm' } }), 'unsupported_parameter', 'moderation'],
    [
      'a lone surrogate in a message',
      withMessages({ role: 'user', content: 'a\ud800b' }),
      'invalid_text',
      'messages[0].content',
    ],
    [
      'NUL in an argument',
      withMessages({ role: 'assistant', tool_calls: [{ ...call, function: { name: 'a', arguments: 'a\0' } }] }),
      'invalid_text',
      'messages[0].tool_calls[0].function.arguments',
    ],
    [
      'a lone surrogate in a key of a schema',
      request({ tools: [{ type: 'function', function: { name: 'a', parameters: { '\udc00': 1 } } }] }),
      'invalid_text',
      'tools[0].function.parameters.*',
    ],
    [
      '__proto__ as a key',
      JSON.parse(
        '{"model":"gpt-4o","messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"a","parameters":{"__proto__":{}}}}]}',
      ),
      'invalid_value',
      'tools[0].function.parameters.*',
    ],
    [
      'a number beyond double',
      JSON.parse('{"model":"gpt-4o","messages":[{"role":"user","content":"a"}],"temperature":1e999}'),
      'invalid_value',
      'temperature',
    ],
    [
      '65 levels of nesting',
      request({ tools: [{ type: 'function', function: { name: 'a', parameters: nested(61) } }] }),
      'nesting_too_deep',
      null,
    ],
    [
      'nesting without end',
      request({ tools: [{ type: 'function', function: { name: 'a', parameters: nested(10_000) } }] }),
      'nesting_too_deep',
      null,
    ],
  ]

  it.each(rows)('%s', (_what, body, code, param) => {
    const found = refusal(body)
    expect([found.code, found.param, found.status]).toEqual([code, param, 400])
  })
})
