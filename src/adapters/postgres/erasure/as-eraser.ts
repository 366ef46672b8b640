import type { Sql, TransactionSql } from '../sql.ts'

/**
 * One transaction with the rights to erase, which the gateway's login has nowhere else. They are asked for in the same round trip as
 * what is done first; where they are refused the database does nothing of it.
 */
export function asEraser<T>(sql: Sql, work: (transaction: TransactionSql) => Promise<T>): Promise<T> {
  return sql.begin(async (transaction) => {
    const taken = transaction`SET LOCAL ROLE palimpsest_eraser`
    // Until `work` is over nobody waits for it, and by then what was sent behind it has failed as well.
    taken.catch(() => undefined)
    const result = await work(transaction)
    await taken
    return result
  })
}
