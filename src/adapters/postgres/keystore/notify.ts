import type { TransactionSql } from '../sql.ts'

/** On it the keystore tells which keys were destroyed, each by its id. */
export const CHANNEL = 'palimpsest_key_destroyed'

/** Tells every process that listens, when the transaction is committed. */
export async function notifyDestroyed(transaction: TransactionSql, keyId: string): Promise<void> {
  await transaction`SELECT pg_notify(${CHANNEL}, ${keyId})`
}
