import type { Sql, TransactionSql } from '../sql.ts'

/** One transaction with the rights to erase, which the gateway's login has nowhere else. */
export function asEraser<T>(sql: Sql, work: (transaction: TransactionSql) => Promise<T>): Promise<T> {
  return sql.begin(async (transaction) => {
    await transaction`SET LOCAL ROLE palimpsest_eraser`
    return work(transaction)
  })
}
