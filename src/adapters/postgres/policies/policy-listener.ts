import { serviceUrl } from '../connect.ts'
import { ListeningConnection } from '../listen.ts'

export interface PolicyListenerOptions {
  /** The ledger database's connection string. */
  url: string
  /** Something may have changed. */
  onChange(): void
}

/** Hears at once that a policy was set. What it misses, whoever asks in rounds finds. To be kept. */
export function createPolicyListener({ url, onChange }: PolicyListenerOptions): ListeningConnection {
  return new ListeningConnection({
    url: serviceUrl(url),
    name: 'palimpsest-policies',
    channel: 'palimpsest_policies',
    answerWithinMs: 5_000,
    onTold: () => onChange(),
    onListening: () => onChange(),
  })
}
