import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { ZipWriter } from '../../src/adapters/archive/zip/zip-writer.ts'
import { MANIFEST_NAME, type PackManifest } from '../../src/domain/evidence/format.ts'
import { openPath } from '../../verify/verify.mjs'

const utf8 = (bytes: string) => Buffer.from(bytes, 'latin1').toString('utf8')

/**
 * Writes a pack again with other members, and a manifest that fits them: as somebody who forges evidence does.
 * `change` is given text, and of a log's records a string of bytes.
 */
export async function repack(
  from: string,
  to: string,
  change: (name: string, text: string) => string | null,
): Promise<void> {
  const pack = await openPath(from)
  if (typeof pack === 'string') throw new Error('this is no pack')
  const read = async (name: string) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of pack.open(name)) chunks.push(chunk)
    return [name, Buffer.concat(chunks).toString('latin1')] as const
  }
  const members = new Map(await Promise.all(pack.names.map(read)))
  const manifest = JSON.parse(utf8(members.get(MANIFEST_NAME) ?? '')) as PackManifest
  members.delete(MANIFEST_NAME)
  const changed = [...members].flatMap(([name, bytes]) => {
    const isText = !name.endsWith('.log')
    const after = change(name, isText ? utf8(bytes) : bytes)
    return after === null ? [] : [{ name, bytes: Buffer.from(after, isText ? 'utf8' : 'latin1') }]
  })
  const named = changed.map(({ name, bytes }) => ({
    name,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }))
  const text = change(MANIFEST_NAME, `${JSON.stringify({ ...manifest, members: named })}\n`) ?? ''
  const writer = new ZipWriter()
  const chunks: Uint8Array[] = []
  for (const { name, bytes } of [...changed, { name: MANIFEST_NAME, bytes: Buffer.from(text, 'utf8') }]) {
    for await (const chunk of writer.member(name, [bytes])) chunks.push(chunk)
  }
  writeFileSync(to, Buffer.concat([...chunks, writer.end()]))
}
