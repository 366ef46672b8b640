import { randomBytes, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertionInto, insertRows } from '../../../src/adapters/postgres/ledger/insert-rows.ts'
import { openTestLedger, type TestLedger } from './support.ts'

interface Values {
  uuid: string | null
  int: number | null
  time: bigint | null
  bool: boolean | null
  bytes: Uint8Array | null
  text: string | null
  decimal: string | null
  texts: readonly string[] | null
}

const VALUES = insertionInto<Values>('every_type', [
  ['uuid', 'uuid', (row) => row.uuid],
  ['int', 'int', (row) => row.int],
  ['time', 'timestamp', (row) => row.time],
  ['bool', 'bool', (row) => row.bool],
  ['bytes', 'bytes', (row) => row.bytes],
  ['text', 'text', (row) => row.text],
  ['decimal', 'decimal', (row) => row.decimal],
  ['texts', 'text[]', (row) => row.texts],
])

const text = fc.string({ unit: 'binary', maxLength: 20 }).map((value) => value.replaceAll('\0', ''))
const nullable = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null, freq: 3 })
const rows = fc.array(
  fc.record<Values>({
    uuid: nullable(fc.constant(null).map(() => randomUUID())),
    int: nullable(fc.maxSafeNat()),
    time: nullable(fc.maxSafeNat().map(BigInt)),
    bool: nullable(fc.boolean()),
    bytes: nullable(fc.nat(300).map((length) => randomBytes(length))),
    text: nullable(text),
    decimal: nullable(fc.constantFrom('0.0000000000', '-12.0000000001', '9999999999.9999999999')),
    texts: nullable(fc.array(text, { maxLength: 4 })),
  }),
  { minLength: 1, maxLength: 30 },
)

describe('rows sent as arrays', () => {
  let test: TestLedger

  beforeAll(async () => {
    test = await openTestLedger()
  })

  afterAll(() => test.remove())

  it('come back as they were, in their order, whatever is NULL', async () => {
    const { sql } = test.ledger
    await fc.assert(
      fc.asyncProperty(rows, async (values) => {
        const stored = await sql.begin(async (transaction) => {
          await transaction`
            CREATE TEMPORARY TABLE every_type (
              place integer GENERATED ALWAYS AS IDENTITY, uuid uuid, int bigint, time timestamptz, bool boolean,
              bytes bytea, text text, decimal numeric(20, 10), texts text[]) ON COMMIT DROP`
          await insertRows(transaction, VALUES, values)
          return transaction`
            SELECT uuid, int::float8 AS int, (extract(epoch FROM time) * 1000000)::bigint AS time, bool, bytes, text,
                   decimal::text AS decimal, texts
            FROM every_type ORDER BY place`
        })
        expect(stored.map((row) => ({ ...row }))).toEqual(values)
      }),
      { numRuns: 40 },
    )
  })
})
