import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { ZipWriter } from '../../../src/adapters/archive/zip/zip-writer.ts'
import { verifyPath, words } from '../../../verify/verify.mjs'

const folder = mkdtempSync(join(tmpdir(), 'palimpsest-hostile-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const MANIFEST = { format: 'palimpsest/v1/pack', signers: [], logs: [], members: [], not_proved: [] }
const EMPTY_REPORT = {
  ...{ id: '', tenant: '', signers: [], members: [], tables: [], sources: [], archives: [], absent: [], limits: [] },
  period: {},
  sample: { seed: '', population: 0, table: null, entries: [] },
  completeness: {
    written: 0,
    in_database: 0,
    archived: 0,
    expired: 0,
    missing: 0,
    sequence_gaps: [],
    restore_pending: [],
  },
}
let made = 0

async function zip(members: Record<string, string | Iterable<Uint8Array>>): Promise<string> {
  const writer = new ZipWriter()
  const chunks: Uint8Array[] = []
  for (const [name, content] of Object.entries(members)) {
    const bytes = typeof content === 'string' ? [Buffer.from(content)] : content
    for await (const chunk of writer.member(name, bytes)) chunks.push(chunk)
  }
  chunks.push(writer.end())
  return file(Buffer.concat(chunks))
}

function file(bytes: Uint8Array | string): string {
  const path = join(folder, `hostile-${made++}`)
  writeFileSync(path, bytes)
  return path
}

function* zeros(megabytes: number): Generator<Uint8Array> {
  for (let i = 0; i < megabytes; i++) yield new Uint8Array(1 << 20)
}

const NESTED = `${'['.repeat(10_000_000)}${']'.repeat(10_000_000)}`

describe('hostile input that is no pack is not judged, and says why in a sentence', () => {
  const cases: readonly (readonly [string, () => Promise<string> | string])[] = [
    ['nothing at all', () => file('')],
    ['a file that does not exist', () => join(folder, 'missing')],
    ['garbage', () => file(Buffer.alloc(100_000, 0xa5))],
    [
      'garbage that begins like a zip file',
      () => file(Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(5000, 7)])),
    ],
    ['ten million nested brackets', () => file(NESTED)],
    ['a zip file without a manifest', () => zip({ 'a.txt': 'hello' })],
    ['a zip bomb', () => zip({ bomb: zeros(300) })],
    ['a path out of the folder', () => zip({ '../../etc/passwd': 'x' })],
    ['an absolute path', () => zip({ '/etc/passwd': 'x' })],
    ['a path with backslashes', () => zip({ '..\\..\\x': 'x' })],
    ['a proof of garbage', () => file('c2sp.org/tlog-proof@v1\nextra !!!\nindex 0\n\nnothing')],
    [
      'a proof whose extra data is nested brackets',
      () =>
        file(
          `c2sp.org/tlog-proof@v1\nextra ${Buffer.from(NESTED).toString('base64')}\nindex 0\n\nx\n1\n${Buffer.alloc(32).toString('base64')}\n\n— x AAAAAAAAAA==\n`,
        ),
    ],
    ['an empty folder', () => mkdtempSync(join(folder, 'empty-'))],
  ]
  it.each(cases)('%s', async (_, make) => {
    const result = await verifyPath(await make())
    expect(result.exit).toBe(2)
    expect(result.problems[0]?.what).toMatch(/\w+ \w+/)
    expect(words(result).split('\n')[1]).toBe('It could not be judged.')
  })
})

describe('a zip file with a manifest is always judged', () => {
  const manifest = (more: object) => `${JSON.stringify({ ...MANIFEST, ...more })}\n`
  const cases: readonly (readonly [string, Record<string, string | Iterable<Uint8Array>>])[] = [
    ['a manifest of garbage', { 'manifest.json': 'garbage\n' }],
    ['an empty manifest', { 'manifest.json': '' }],
    ['a manifest of another format', { 'manifest.json': '{"format":"x"}\n' }],
    ['a manifest of nested brackets', { 'manifest.json': `${'['.repeat(2_000_000)}\n` }],
    ['a report’s manifest without its lists', { 'manifest.json': '{"format":"palimpsest-report-1"}' }],
    [
      'a report’s manifest with nothing in its lists',
      { 'manifest.json': JSON.stringify({ format: 'palimpsest-report-1', ...EMPTY_REPORT }) },
    ],
    [
      'a report that names one member twice and the proof of its own entry',
      {
        'manifest.json': JSON.stringify({
          ...{ format: 'palimpsest-report-1', ...EMPTY_REPORT },
          members: ['a', 'a', 'proofs/report.tlog-proof'].map((name) => ({ name, bytes: 1, sha256: '00' })),
        }),
        'proofs/report.tlog-proof': 'c2sp.org/tlog-proof@v1',
        a: 'b',
      },
    ],
    ['a manifest without its lists', { 'manifest.json': '{"format":"palimpsest/v1/pack"}\n' }],
    ['a member that is missing', { 'manifest.json': manifest({ members: [{ name: 'a', bytes: 1, sha256: '0' }] }) }],
    ['a member that is not named', { 'manifest.json': manifest({}), more: 'x' }],
    [
      'a member with other bytes',
      { a: 'x', 'manifest.json': manifest({ members: [{ name: 'a', bytes: 1, sha256: '0' }] }) },
    ],
    [
      'a member that is longer than named',
      { a: 'xyz', 'manifest.json': manifest({ members: [{ name: 'a', bytes: 1, sha256: '0' }] }) },
    ],
    ['a log that is malformed', { 'manifest.json': manifest({ logs: [{}] }) }],
  ]
  it.each(cases)('%s does not hold', async (_, members) => {
    const result = await verifyPath(await zip(members))
    expect(result.exit).toBe(1)
    expect(result.problems[0]?.what).toMatch(/\w+ \w+/)
  })

  const record = (type: string, length: number, bytes = Buffer.alloc(length)) => {
    const header = Buffer.from(`${type}\0\0\0\0`, 'latin1')
    header.writeUInt32BE(length, 1)
    return Buffer.concat([header, bytes])
  }
  const records: readonly (readonly [string, Buffer])[] = [
    ['garbage', Buffer.alloc(1000, 0xa5)],
    ['a record that is longer than what follows', record('L', 283, Buffer.alloc(20))],
    ['a record that claims four gigabytes', record('E', 0xffffffff, Buffer.alloc(20))],
    ['a record of an unknown type', Buffer.concat([record('X', 1), record('L', 283)])],
    ['a leaf without bytes', record('L', 0)],
    ['a leaf of zeros', record('L', 283)],
    ['an entry behind the last leaf', record('E', 300)],
    ['two entries of one leaf', Buffer.concat([record('E', 300), record('E', 300), record('L', 283)])],
    ['a fault of nested brackets', Buffer.concat([record('F', 1000, Buffer.alloc(1000, '[')), record('L', 283)])],
  ]
  const packOf = (bytes: Buffer) => {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const info = { origin: 'x/y/g1', file: 'log-1.log', edge: null, chain: null, entries: 'all' }
    const logs = [{ ...info, openings: [], beyond: [], faults: [] }]
    const members = [{ name: 'log-1.log', bytes: bytes.length, sha256 }]
    return zip({ 'log-1.log': [bytes], 'manifest.json': manifest({ logs, members }) })
  }
  it.each(records)('a log of %s does not hold', async (_, bytes) => {
    const result = await verifyPath(await packOf(bytes))
    expect(result.exit).toBe(1)
    expect(result.problems[0]?.what).toMatch(/\w+ \w+/)
  })

  it('a bomb or a bad path beside the manifest does not hold', async () => {
    expect((await verifyPath(await zip({ 'manifest.json': manifest({}), bomb: zeros(300) }))).exit).toBe(1)
    expect((await verifyPath(await zip({ 'manifest.json': manifest({}), '../x': 'x' }))).exit).toBe(1)
  })

  it('a directory that is cut or broken behind a manifest does not hold', async () => {
    const whole = readFileSync(await zip({ 'manifest.json': manifest({}), more: 'x' }))
    const at = whole.lastIndexOf('PK\x01\x02')
    for (const [offset, value] of [
      [28, 0xff],
      [30, 0xff],
      [0, 0x00],
      [42, 0xfe],
    ] as const) {
      const broken = Buffer.from(whole)
      broken[at + offset] = value
      expect((await verifyPath(file(broken))).exit).toBe(1)
    }
  })

  it('a directory that says of a number that it stands in 64 bits, where it does not, does not hold', async () => {
    const whole = readFileSync(await zip({ 'manifest.json': manifest({}), more: 'x' }))
    for (const at of [whole.indexOf('PK\x01\x02'), whole.lastIndexOf('PK\x01\x02')]) {
      const extra = at + 46 + whole.readUInt16LE(at + 28)
      const lengths = [whole.readUInt16LE(at + 30) - 4, whole.readUInt32LE(at + 20), whole.readUInt32LE(at + 24)]
      expect([whole.readUInt16LE(extra), ...lengths]).toEqual([1, 24, 0xffffffff, 0xffffffff])
      const broken = Buffer.from(whole)
      broken.writeUInt16LE(2, extra)
      const { exit, problems } = await verifyPath(file(broken))
      expect([exit, problems[0]?.what]).toEqual([1, expect.stringContaining('not safe to unpack')])
    }
  })

  it('a record of the directory without its signature does not hold, where all else is right', async () => {
    const member = { name: 'more', bytes: 1, sha256: createHash('sha256').update('x').digest('hex') }
    const whole = readFileSync(await zip({ 'manifest.json': manifest({ members: [member] }), more: 'x' }))
    expect((await verifyPath(file(whole))).exit).toBe(0)
    whole[whole.lastIndexOf('PK\x01\x02')] = 0
    const { exit, problems } = await verifyPath(file(whole))
    expect(exit).toBe(1)
    expect(problems[0]?.what).toContain('directory')
  })

  it('a leaf of a kind that there is not does not hold, whatever else it says', async () => {
    const of = async (kind: number) => {
      const leaf = Buffer.alloc(283)
      leaf.set([1, kind, ...createHash('sha256').update('x/y/g1').digest()], 73)
      leaf.writeBigUInt64BE(1n, 73 + 74)
      const pack = await packOf(record('L', 283, leaf))
      return (await verifyPath(pack)).problems[0]?.what
    }
    for (const kind of [0, 12, 255]) expect(await of(kind)).toBe('its leaf is malformed')
    for (const kind of [1, 11]) expect(await of(kind)).not.toBe('its leaf is malformed')
  })

  it('a member of receipts that would fill the memory does not hold, whatever length the manifest names', async () => {
    const pack = mkdtempSync(join(folder, 'pack-'))
    for (const [bytes, what] of [
      [1 << 28, /too long/],
      [1 << 20, /larger than the manifest says/],
    ] as const) {
      writeFileSync(
        join(pack, 'manifest.json'),
        manifest({ members: [{ name: 'receipts.jsonl', bytes, sha256: '0' }] }),
      )
      writeFileSync(join(pack, 'receipts.jsonl'), '')
      truncateSync(join(pack, 'receipts.jsonl'), 1 << 28)
      const result = await verifyPath(pack)
      expect(result.exit).toBe(1)
      expect(result.problems[0]?.what).toMatch(what)
    }
  })

  it('a pack without a log proves nothing of a ledger, which the answer says', async () => {
    const { not_proved } = await verifyPath(await zip({ 'manifest.json': manifest({}) }))
    expect(not_proved).toContain('anything of a ledger: no log is in this pack')
    const one = await verifyPath(await packOf(record('L', 283)))
    expect(one.not_proved).not.toContain('anything of a ledger: no log is in this pack')
  })

  it('a folder is judged as a zip file is', async () => {
    const pack = mkdtempSync(join(folder, 'pack-'))
    mkdirSync(join(pack, 'sub'))
    writeFileSync(join(pack, 'manifest.json'), manifest({}))
    expect((await verifyPath(pack)).exit).toBe(0)
    writeFileSync(join(pack, 'sub', 'more'), 'x')
    expect((await verifyPath(pack)).exit).toBe(1)
  })
})

describe('the verifier as one file', () => {
  const program = fileURLToPath(new URL('../../../verify/verify.mjs', import.meta.url))
  const folderOfFolder = () => {
    const anchors = mkdtempSync(join(folder, 'anchors-'))
    mkdirSync(join(anchors, '1.json'))
    return anchors
  }
  const verify = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' })

  it('answers in words and in JSON, says first who vouches for the signer, and gives the exit code', async () => {
    const pack = await zip({ 'manifest.json': `${JSON.stringify(MANIFEST)}\n` })
    const said = verify(pack)
    expect(said.status).toBe(0)
    expect(said.stdout.split('\n')[0]).toContain('taken on faith')
    expect(JSON.parse(verify(pack, '--json').stdout)).toMatchObject({ exit: 0, trusted: false, problems: [] })
    expect(verify(file('garbage')).status).toBe(2)
  })

  it.each([
    ['an option that there is not', ['pack.zip', '--strict'], /--strict/],
    ['an option without its value', ['pack.zip', '--trust'], /--trust/],
    ['no evidence', [], /one pack/],
    ['two pieces of evidence', ['one.zip', 'two.zip'], /one pack/],
  ] as const)('says how it is used where it is given %s, with exit code 2', (_, args, what) => {
    const { status, stderr, stdout } = verify(...args)
    expect(status).toBe(2)
    expect(stderr.split('\n')[0]).toMatch(what)
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^node verify\.mjs <pack/)
    expect(stdout).toBe('')
  })

  it.each([
    ['a file that does not exist', () => [join(folder, 'missing.zip')]],
    ['a folder that is no pack', () => [mkdtempSync(join(folder, 'empty-'))]],
    ['anchors in a folder that does not exist', () => [folder, '--anchors', join(folder, 'missing')]],
    ['a folder in the place of an anchor', () => [folder, '--anchors', folderOfFolder()]],
    ['a key that is none', () => [file('x'), '--trust', 'garbage']],
  ])('says why it cannot judge %s, with exit code 2 and nothing of its own inside', (_, args) => {
    const { status, stderr, stdout } = verify(...args())
    expect(status).toBe(2)
    expect(stdout.split('\n').slice(1, 3)).toEqual([
      'It could not be judged.',
      expect.stringMatching(/^unjudged: evidence: \w+ \w+/),
    ])
    expect(stderr).toBe('')
  })

  it('never claims that a ledger cannot be tampered with', () => {
    expect(readFileSync(program, 'utf8')).not.toMatch(/tamper.?proof/i)
  })
})
