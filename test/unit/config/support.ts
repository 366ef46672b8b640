import { ConfigError } from '../../../src/config/config-error.ts'
import { parseConfig } from '../../../src/config/file.ts'

export const key = 'acme-app-key-0123456789'
export const other = 'acme-other-key-0123456789'

/** A sound file with lines added below the tenant, or at the top level. */
export function file(parts: { tenant?: string[]; top?: string[]; keys?: string[] } = {}): string {
  return [
    'tenants:',
    '  - id: acme',
    '    region: eu',
    '    keys:',
    ...(parts.keys ?? [`      - { key: "${key}", role: app, app: helpdesk }`]),
    ...(parts.tenant ?? []).map((line) => `    ${line}`),
    ...(parts.top ?? []),
    '',
  ].join('\n')
}

/** What is wrong with a file, a line each; none: it holds. */
export function problems(text: string, variables: Record<string, string> = {}): string[] {
  try {
    parseConfig(text, 'p.yaml', variables)
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n')
    throw error
  }
  return []
}
