import type { Query, Sql, Transactions } from '../../../src/adapters/postgres/sql.ts'

const changed = new Map<TemplateStringsArray, TemplateStringsArray>()
let takenOut = 0

/** How many conditions on the tenant were taken out of statements so far. */
export const conditionsTakenOut = (): number => takenOut

/** Statements of one tenant as they would be if whoever wrote them had forgotten it: the condition is there and always holds. */
export function forgetful(sql: Sql): Sql {
  const tag = (strings: TemplateStringsArray, ...values: readonly unknown[]) => sql(strings, ...values)
  return Object.assign(tag, {
    unsafe: (text: string) => sql.unsafe(text),
    begin: (work: Parameters<Sql['begin']>[0]) => sql.begin(work),
    asTenant: (tenantId: string) => forgetfulWithin(sql.asTenant(tenantId)),
    end: (options?: { timeout: number }) => sql.end(options),
  }) as unknown as Sql
}

function forgetfulWithin(sql: Transactions): Transactions {
  return Object.assign(forgetfulQuery(sql), {
    begin: (work: Parameters<Transactions['begin']>[0]) => sql.begin((inside) => work(forgetfulQuery(inside))),
  }) as unknown as Transactions
}

function forgetfulQuery(sql: Query): Query {
  const tag = (strings: TemplateStringsArray, ...values: readonly unknown[]) => sql(without(strings), ...values)
  return Object.assign(tag, { unsafe: (text: string) => sql.unsafe(text) }) as unknown as Query
}

function without(strings: TemplateStringsArray): TemplateStringsArray {
  const known = changed.get(strings)
  if (known) return known
  const texts = strings.map((text) =>
    text.replace(/(\b\w+\.)?tenant_id = $/, () => {
      takenOut += 1
      return "'' <> "
    }),
  )
  const other = Object.assign(texts, { raw: texts })
  changed.set(strings, other)
  return other
}
