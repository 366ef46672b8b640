import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectPostgres, type Sql, withLogin } from '../../../src/adapters/postgres/connect.ts'
import { asEraser } from '../../../src/adapters/postgres/erasure/as-eraser.ts'
import { createDatabases, type TestDatabases } from '../../support/databases.ts'

describe('the rights to erase', () => {
  const stranger = `stranger_${randomBytes(6).toString('hex')}`
  let databases: TestDatabases
  let admin: postgres.Sql
  let gateway: Sql
  let other: Sql

  beforeAll(async () => {
    databases = await createDatabases()
    admin = postgres(databases.admin, { max: 1, onnotice: () => undefined })
    await admin.unsafe(`
      CREATE TABLE probe (said text);
      GRANT INSERT ON probe TO PUBLIC;
      CREATE ROLE ${stranger} LOGIN PASSWORD '${stranger}'`)
    gateway = connectPostgres(databases.app, { max: 1, name: 'eraser' })
    const login = withLogin(databases.app, { user: stranger, password: stranger })
    other = connectPostgres(login, { max: 1, name: 'stranger' })
  })
  afterAll(async () => {
    await Promise.all([gateway.end(), other.end()])
    await admin.unsafe(`DROP ROLE ${stranger}`)
    await admin.end()
    await databases.drop()
  })

  const said = async () => (await admin`SELECT said FROM probe`).map(({ said }) => said)

  it('are the role’s within the transaction, and gone with it', async () => {
    const who = () => gateway`SELECT current_user::text AS name`
    const [within] = await asEraser(gateway, async (transaction) => {
      await transaction`INSERT INTO probe VALUES ('erased')`
      return transaction`SELECT current_user::text AS name`
    })
    expect(within?.name).toBe('palimpsest_eraser')
    expect((await who())[0]?.name).not.toBe('palimpsest_eraser')
    expect(await said()).toEqual(['erased'])
  })

  it('are nobody’s who is not given them: nothing of the transaction is done, whatever becomes of its errors', async () => {
    const before = await said()
    const insert = () => asEraser(other, (transaction) => transaction`INSERT INTO probe VALUES ('refused')`)
    await expect(insert()).rejects.toMatchObject({
      code: '42501',
      message: expect.stringContaining('palimpsest_eraser'),
    })
    const swallowed = asEraser(other, (transaction) =>
      transaction`INSERT INTO probe VALUES ('swallowed')`.catch(() => 'nothing heard'),
    )
    await expect(swallowed).rejects.toMatchObject({ code: '42501' })
    await expect(asEraser(other, async () => 'nothing asked')).rejects.toMatchObject({ code: '42501' })
    expect(await said()).toEqual(before)
    expect((await other`SELECT current_user::text AS name`)[0]?.name).toBe(stranger)
  })
})
