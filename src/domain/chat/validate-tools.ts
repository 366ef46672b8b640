/** Tool definitions, tool choice and response format, as OpenAI's API validates them. */
import type { JsonObject } from './types.ts'
import {
  fail,
  functionNamePattern,
  functionNameWords,
  isObject,
  refuseUnknownFields,
  requireArray,
  requireBoolean,
  requireObject,
  requireOneOf,
  requirePattern,
  requireString,
} from './validate-checks.ts'

export const maxTools = 128

const toolFields = new Set(['type', 'function'])
const functionFields = new Set(['name', 'description', 'parameters', 'strict'])
const choiceFields = new Set(['type', 'function'])
const choiceFunctionFields = new Set(['name'])
const allowedChoiceFields = new Set(['type', 'allowed_tools'])
const allowedToolsFields = new Set(['mode', 'tools'])
const formatFields = new Set(['type', 'json_schema'])
const schemaFields = new Set(['name', 'description', 'schema', 'strict'])

function refuseCustomTool(value: unknown, path: string): void {
  if (value === 'custom') {
    fail('unsupported_value', path, `Custom tools are not supported: make '${path}' a function tool.`)
  }
}

export function validateTools(value: unknown, path: string): void {
  const tools = requireArray(value, path, { min: 1, max: maxTools })
  for (let index = 0; index < tools.length; index++) {
    const at = `${path}[${index}]`
    const tool = requireObject(tools[index], at)
    refuseCustomTool(tool.type, `${at}.type`)
    requireOneOf(tool.type, `${at}.type`, ['function'])
    refuseUnknownFields(tool, toolFields, at)
    validateFunction(requireObject(tool.function, `${at}.function`), `${at}.function`)
  }
}

function validateFunction(definition: JsonObject, at: string): void {
  refuseUnknownFields(definition, functionFields, at)
  requirePattern(definition.name, `${at}.name`, functionNamePattern, functionNameWords)
  if (definition.description !== undefined && definition.description !== null) {
    requireString(definition.description, `${at}.description`)
  }
  if (definition.parameters !== undefined && definition.parameters !== null) {
    requireObject(definition.parameters, `${at}.parameters`)
  }
  if (definition.strict !== undefined && definition.strict !== null) {
    requireBoolean(definition.strict, `${at}.strict`)
  }
}

export function validateToolChoice(value: unknown, path: string): void {
  if (typeof value === 'string') {
    requireOneOf(value, path, ['none', 'auto', 'required'])
    return
  }
  if (!isObject(value)) fail('invalid_type', path, `'${path}' must be a string or an object.`)
  refuseCustomTool(value.type, `${path}.type`)
  if (requireOneOf(value.type, `${path}.type`, ['function', 'allowed_tools']) === 'allowed_tools') {
    refuseUnknownFields(value, allowedChoiceFields, path)
    const allowed = requireObject(value.allowed_tools, `${path}.allowed_tools`)
    refuseUnknownFields(allowed, allowedToolsFields, `${path}.allowed_tools`)
    requireOneOf(allowed.mode, `${path}.allowed_tools.mode`, ['auto', 'required'])
    const tools = requireArray(allowed.tools, `${path}.allowed_tools.tools`, { min: 1, max: maxTools })
    for (const [index, tool] of tools.entries()) {
      validateNamedTool(
        requireObject(tool, `${path}.allowed_tools.tools[${index}]`),
        `${path}.allowed_tools.tools[${index}]`,
      )
    }
    return
  }
  validateNamedTool(value, path)
}

function validateNamedTool(tool: JsonObject, at: string): void {
  refuseCustomTool(tool.type, `${at}.type`)
  requireOneOf(tool.type, `${at}.type`, ['function'])
  refuseUnknownFields(tool, choiceFields, at)
  const named = requireObject(tool.function, `${at}.function`)
  refuseUnknownFields(named, choiceFunctionFields, `${at}.function`)
  requirePattern(named.name, `${at}.function.name`, functionNamePattern, functionNameWords)
}

export function validateResponseFormat(value: unknown, path: string): void {
  const format = requireObject(value, path)
  refuseUnknownFields(format, formatFields, path)
  const type = requireOneOf(format.type, `${path}.type`, ['text', 'json_object', 'json_schema'])
  if (type !== 'json_schema') {
    if (format.json_schema !== undefined && format.json_schema !== null) {
      fail('invalid_value', `${path}.json_schema`, `'${path}.json_schema' is only allowed with type 'json_schema'.`)
    }
    return
  }
  const at = `${path}.json_schema`
  const schema = requireObject(format.json_schema, at)
  refuseUnknownFields(schema, schemaFields, at)
  requirePattern(schema.name, `${at}.name`, functionNamePattern, functionNameWords)
  if (schema.description !== undefined && schema.description !== null) {
    requireString(schema.description, `${at}.description`)
  }
  if (schema.schema !== undefined && schema.schema !== null) requireObject(schema.schema, `${at}.schema`)
  if (schema.strict !== undefined && schema.strict !== null) requireBoolean(schema.strict, `${at}.strict`)
}
