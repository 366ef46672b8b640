import { describe, expect, it } from 'vitest'
import { servesFolder } from '../../../src/embedded/postgres/orphan.ts'
import { servesStore, storeMark } from '../../../src/embedded/temporal/orphan.ts'

const folder = '/home/ann lee/.palimpsest/postgres'
const store = '/home/ann lee/50% #1/temporal.db'

describe('a PostgreSQL of an earlier run', () => {
  it('is known by its program and its data folder', () => {
    expect(servesFolder(['/x y/bin/postgres', '-D', folder, '-c', 'port=1'], folder)).toBe(true)
    expect(servesFolder([`/x y/bin/postgres -D ${folder} -c port=1`], folder)).toBe(true)
  })

  it.each([
    ['another data folder', ['/x/bin/postgres', '-D', '/home/ann lee/.palimpsest/postgres2']],
    ['a folder that ours is the beginning of', [`/x/bin/postgres -D ${folder}2 -c port=1`]],
    ['one of its children', ['postgres: palimpsest: checkpointer ']],
    ['an editor of one of its files', ['vim', `${folder}/postgresql.conf`]],
    ['a search for it', ['grep', 'postgres', '-D', folder]],
    ['a backup tool with the same flag', ['/usr/bin/pg_basebackup', '-D', folder]],
    ['a shell that names it', ['sh', '-c', `postgres -D ${folder}`]],
    ['a flag without a value', ['/x/bin/postgres', '-D']],
  ])('is not %s', (_, command) => {
    expect(servesFolder(command, folder)).toBe(false)
  })
})

describe('a Temporal server of an earlier run', () => {
  it('is known by the mark of its store, whatever characters the path has', () => {
    expect(servesStore(['/x/temporal', 'server', 'start-dev', '--dynamic-config-value', storeMark(store)], store)).toBe(
      true,
    )
    expect(servesStore([`/x/temporal server start-dev --dynamic-config-value ${storeMark(store)}`], store)).toBe(true)
  })

  it.each([
    ['one of another store', ['/x/temporal', 'server', 'start-dev', '--dynamic-config-value', storeMark(`${store}2`)]],
    ['one without a mark', ['/x/temporal', 'server', 'start-dev', '--db-filename', 'temporal.db']],
    ['another command with our mark', ['grep', storeMark(store)]],
    ['a database shell on our store', ['sqlite3', store]],
  ])('is not %s', (_, command) => {
    expect(servesStore(command, store)).toBe(false)
  })
})
