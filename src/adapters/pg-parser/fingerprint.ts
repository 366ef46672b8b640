import { fingerprintSync, loadModule } from 'libpg-query'

let loaded: Promise<void> | undefined

/**
 * What PostgreSQL's own parser makes of a query, as sixteen hex digits: the same for queries that differ in constants only.
 * Fails where the text is not in PostgreSQL's grammar.
 */
export async function fingerprint(query: string): Promise<string> {
  loaded ??= loadModule()
  await loaded
  return fingerprintSync(query)
}
