import type { JsonObject } from '../chat/types.ts'
import { isObject, walkContent, walkList } from './walk-message.ts'
import type { Walker } from './walker.ts'

const TOOL = new Set(['type', 'function', 'custom'])
const FUNCTION = new Set(['name', 'description', 'parameters', 'strict'])
const CUSTOM = new Set(['name', 'description', 'format'])
const CHOICE = new Set(['type', 'function', 'custom', 'allowed_tools'])
const ALLOWED = new Set(['mode', 'tools'])
const NAMED = new Set(['name'])
const FORMAT = new Set(['type', 'json_schema'])
const SCHEMA = new Set(['name', 'description', 'schema', 'strict'])
const PREDICTION = new Set(['type', 'content'])

/** Tool definitions: names, descriptions, schemas, whatever else stands there. */
export function walkTools(walker: Walker, request: JsonObject): void {
  const tools = request.tools
  if (!Array.isArray(tools)) walker.structure(request, 'tools', 'tools')
  else request.tools = walkList(walker, tools, 'tools', walkTool)
}

function walkTool(walker: Walker, tool: JsonObject, path: string): JsonObject {
  const copy = { ...tool }
  walkDefinition(walker, copy, 'function', FUNCTION, `${path}.function`)
  walkDefinition(walker, copy, 'custom', CUSTOM, `${path}.custom`)
  walker.name(copy, 'type', `${path}.type`)
  walker.rest(copy, TOOL, `${path}.*`)
  return copy
}

function walkDefinition(
  walker: Walker,
  holder: JsonObject,
  key: string,
  known: ReadonlySet<string>,
  path: string,
): void {
  const definition = holder[key]
  if (!isObject(definition)) {
    walker.structure(holder, key, path)
    return
  }
  const copy = { ...definition }
  holder[key] = copy
  walkDefined(walker, copy, known, path)
}

function walkDefined(walker: Walker, copy: JsonObject, known: ReadonlySet<string>, path: string): void {
  walker.name(copy, 'name', `${path}.name`)
  walker.text(copy, 'description', `${path}.description`)
  for (const field of ['parameters', 'schema', 'format', 'strict']) {
    if (known.has(field)) walker.structure(copy, field, `${path}.${field}`)
  }
  walker.rest(copy, known, `${path}.*`)
}

/** The older form of tool definitions. */
export function walkFunctions(walker: Walker, request: JsonObject): void {
  const functions = request.functions
  if (!Array.isArray(functions)) {
    walker.structure(request, 'functions', 'functions')
    return
  }
  request.functions = walkList(walker, functions, 'functions', (_, definition, path) => {
    const copy = { ...definition }
    walkDefined(walker, copy, FUNCTION, path)
    return copy
  })
}

/** `tool_choice` and the older `function_call`: names of tools, spelled as in their definitions. */
export function walkChoice(walker: Walker, request: JsonObject): void {
  const choice = request.tool_choice
  if (isObject(choice)) request.tool_choice = walkChosen(walker, choice, 'tool_choice')
  else walker.name(request, 'tool_choice', 'tool_choice')
  if (isObject(request.function_call)) walkNamed(walker, request, 'function_call', 'function_call')
  else walker.name(request, 'function_call', 'function_call')
}

function walkChosen(walker: Walker, choice: JsonObject, path: string): JsonObject {
  const copy = { ...choice }
  walkNamed(walker, copy, 'function', `${path}.function`)
  walkNamed(walker, copy, 'custom', `${path}.custom`)
  const allowed = copy.allowed_tools
  if (isObject(allowed) && Array.isArray(allowed.tools)) {
    const inner = { ...allowed }
    copy.allowed_tools = inner
    inner.tools = walkList(walker, allowed.tools, `${path}.allowed_tools.tools`, walkChosen)
    walker.name(inner, 'mode', `${path}.allowed_tools.mode`)
    walker.rest(inner, ALLOWED, `${path}.allowed_tools.*`)
  } else walker.structure(copy, 'allowed_tools', `${path}.allowed_tools`)
  walker.name(copy, 'type', `${path}.type`)
  walker.rest(copy, CHOICE, `${path}.*`)
  return copy
}

function walkNamed(walker: Walker, holder: JsonObject, key: string, path: string): void {
  const named = holder[key]
  if (!isObject(named)) {
    walker.structure(holder, key, path)
    return
  }
  const copy = { ...named }
  holder[key] = copy
  walker.name(copy, 'name', `${path}.name`)
  walker.rest(copy, NAMED, `${path}.*`)
}

/** `response_format`: the schema an answer must keep. */
export function walkFormat(walker: Walker, request: JsonObject): void {
  const format = request.response_format
  if (!isObject(format)) {
    walker.structure(request, 'response_format', 'response_format')
    return
  }
  const copy = { ...format }
  request.response_format = copy
  walkDefinition(walker, copy, 'json_schema', SCHEMA, 'response_format.json_schema')
  walker.name(copy, 'type', 'response_format.type')
  walker.rest(copy, FORMAT, 'response_format.*')
}

/** `prediction`: text the answer is expected to repeat. */
export function walkPrediction(walker: Walker, request: JsonObject): void {
  const prediction = request.prediction
  if (!isObject(prediction)) {
    walker.structure(request, 'prediction', 'prediction')
    return
  }
  const copy = { ...prediction }
  request.prediction = copy
  walkContent(walker, copy, 'prediction.content')
  walker.name(copy, 'type', 'prediction.type')
  walker.rest(copy, PREDICTION, 'prediction.*')
}
