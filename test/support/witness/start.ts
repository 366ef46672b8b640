import { createHash, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** How a witness may go wrong. */
export type Misbehaviour = 'none' | 'silent' | 'error' | 'forged' | 'timeless' | 'other-text' | 'stranger' | 'endless'

export interface StrictWitness {
  url: string
  /** Its verifier key in C2SP form, type 04. */
  key: string
  misbehaviour: Misbehaviour
  /** Origin → the raw Ed25519 keys of the log. */
  logs: Map<string, Buffer[]>
  /** Origin → what it cosigned last. */
  seen: Map<string, { size: number; root: Buffer }>
  /** Status of each answer, in order. */
  answers: number[]
  stop(): Promise<void>
}

/**
 * A witness by the letter of C2SP tlog-witness and tlog-cosignature, written from them alone: it shares no code with what
 * it is asked by.
 */
export async function startWitness(name = 'witness.example/w1'): Promise<StrictWitness> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(12)
  const typed = Buffer.concat([Buffer.from([4]), raw])
  const keyId = sha256(Buffer.from(`${name}\n`), typed).subarray(0, 4)
  const server = createServer((request, response) => {
    void answer(witness, { name, keyId, privateKey }, request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const witness: StrictWitness = {
    url: `http://127.0.0.1:${port}`,
    key: `${name}+${keyId.toString('hex')}+${typed.toString('base64')}`,
    misbehaviour: 'none',
    logs: new Map(),
    seen: new Map(),
    answers: [],
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return witness
}

interface Signer {
  name: string
  keyId: Buffer
  privateKey: KeyObject
}

interface Reply {
  status: number
  body?: string
  type?: string
}

async function answer(witness: StrictWitness, signer: Signer, request: IncomingMessage, response: ServerResponse) {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  if (witness.misbehaviour === 'silent') return
  const isRight = request.method === 'POST' && request.url === '/add-checkpoint'
  const reply = isRight ? addCheckpoint(witness, signer, Buffer.concat(chunks).toString('utf8')) : { status: 404 }
  const spoilt = witness.misbehaviour === 'error' ? { status: 500 } : reply
  witness.answers.push(spoilt.status)
  response.writeHead(spoilt.status, { 'content-type': spoilt.type ?? 'text/plain' }).end(spoilt.body ?? '')
}

function addCheckpoint(witness: StrictWitness, signer: Signer, body: string): Reply {
  const split = body.indexOf('\n\n')
  const [first = '', ...proofLines] = body.slice(0, Math.max(0, split)).split('\n')
  const old = /^old (0|[1-9]\d*)$/.exec(first)
  const note = body.slice(split + 2)
  const end = note.lastIndexOf('\n\n')
  if (split < 0 || old === null || proofLines.length > 63 || end < 0 || !note.endsWith('\n')) return { status: 400 }
  const proof = proofLines.map((line) => Buffer.from(line, 'base64'))
  if (proof.some((hash, i) => hash.length !== 32 || hash.toString('base64') !== proofLines[i])) return { status: 400 }
  const text = note.slice(0, end + 1)
  const [origin = '', size = '', root = ''] = text.split('\n')
  const keys = witness.logs.get(origin)
  if (keys === undefined) return { status: 404 }
  if (!isSigned(text, note.slice(end + 2), origin, keys)) return { status: 403 }
  const head = { size: Number(size), root: Buffer.from(root, 'base64') }
  if (!/^(0|[1-9]\d*)$/.test(size) || head.root.length !== 32) return { status: 400 }
  const oldSize = Number(old[1])
  if (oldSize > head.size) return { status: 400 }
  const last = witness.seen.get(origin) ?? { size: 0, root: sha256() }
  if (oldSize !== last.size) return { status: 409, body: `${last.size}\n`, type: 'text/x.tlog.size' }
  if (!isConsistent(last, head, proof)) return { status: 422 }
  witness.seen.set(origin, head)
  return { status: 200, body: cosign(signer, text, witness.misbehaviour) }
}

function isSigned(text: string, lines: string, origin: string, keys: readonly Buffer[]): boolean {
  let held = 0
  for (const line of lines.slice(0, -1).split('\n')) {
    const [, name, encoded = ''] = /^— (\S+) (\S+)$/.exec(line) ?? []
    const bytes = Buffer.from(encoded, 'base64')
    for (const raw of keys) {
      const id = sha256(Buffer.from(`${origin}\n\x01`), raw).subarray(0, 4)
      if (name !== origin || !bytes.subarray(0, 4).equals(id)) continue
      const key = { key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' } as const
      if (!verify(null, Buffer.from(text), key, bytes.subarray(4))) return false
      held++
    }
  }
  return held > 0
}

const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

function cosign({ name, keyId, privateKey }: Signer, text: string, misbehaviour: Misbehaviour): string {
  const time = misbehaviour === 'timeless' ? 0 : Math.floor(Date.now() / 1000)
  const signed = misbehaviour === 'other-text' ? 'other.example/log\n1\nAAAA\n' : text
  const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${time}\n${signed}`), privateKey)
  if (misbehaviour === 'forged') signature[0] = (signature[0] ?? 0) ^ 1
  const stamp = Buffer.alloc(8)
  stamp.writeBigUInt64BE(BigInt(time))
  const id = misbehaviour === 'stranger' ? Buffer.from('00000000', 'hex') : keyId
  const line = `— ${name} ${Buffer.concat([id, stamp, signature]).toString('base64')}\n`
  if (misbehaviour === 'other-text') return `\n${signed}\n${line}`
  return misbehaviour === 'endless' ? line.repeat(2000) : line
}

/** RFC 9162 section 2.1.4.2. */
function isConsistent(
  { size: first, root: firstRoot }: { size: number; root: Buffer },
  { size: second, root: secondRoot }: { size: number; root: Buffer },
  proof: readonly Buffer[],
): boolean {
  if (first === second) return proof.length === 0 && firstRoot.equals(secondRoot)
  if (first === 0) return proof.length === 0
  const path = Number.isInteger(Math.log2(first)) ? [firstRoot, ...proof] : [...proof]
  const [start] = path
  if (proof.length === 0 || start === undefined) return false
  let [fn, sn, fr, sr] = [first - 1, second - 1, start, start]
  while (fn % 2 === 1) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
  for (const hash of path.slice(1)) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      ;[fr, sr] = [node(hash, fr), node(hash, sr)]
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)]
    } else sr = node(sr, hash)
    ;[fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
  }
  return sn === 0 && fr.equals(firstRoot) && sr.equals(secondRoot)
}

function node(left: Buffer, right: Buffer): Buffer {
  return sha256(Buffer.from([1]), left, right)
}

function sha256(...parts: Buffer[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest()
}
