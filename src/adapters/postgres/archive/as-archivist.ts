import type { Sql, TransactionSql } from '../sql.ts'

/** One transaction with the rights to archive, which the gateway's login has nowhere else. */
export function asArchivist<T>(sql: Sql, work: (transaction: TransactionSql) => Promise<T>): Promise<T> {
  return sql.begin(async (transaction) => {
    await transaction`SET LOCAL ROLE palimpsest_archivist`
    return work(transaction)
  })
}
