/** How FOCUS names who provides a service, who made it, and who writes the invoice. */
export interface FocusProvider {
  provider: string
  publisher: string
  issuer: string
  service: string
}

/** By provider of the gateway. */
export const FOCUS_PROVIDERS: Readonly<Record<string, FocusProvider>> & { other: FocusProvider } = {
  openai: { provider: 'OpenAI', publisher: 'OpenAI', issuer: 'OpenAI', service: 'OpenAI API' },
  anthropic: { provider: 'Anthropic', publisher: 'Anthropic', issuer: 'Anthropic', service: 'Claude API' },
  azure: { provider: 'Microsoft', publisher: 'OpenAI', issuer: 'Microsoft', service: 'Azure OpenAI' },
  'ollama-local': { provider: 'Self-hosted', publisher: 'Ollama', issuer: 'Self-hosted', service: 'Local models' },
  simulator: { provider: 'Self-hosted', publisher: 'Palimpsest', issuer: 'Self-hosted', service: 'Simulated model' },
  other: { provider: 'Other', publisher: 'Other', issuer: 'Other', service: 'Language models' },
}
