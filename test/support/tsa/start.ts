import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export type TsaKey = 'rsa' | 'ec'

export interface Tsa {
  url: string
  /** Files: the certificate that signs, another one of the same kind, one without the usage, one that is over. */
  certificates: Record<'signer' | 'other' | 'unfit' | 'expired', string>
  /** Requests so far. */
  asked: number
  /** Changes each reply before it is sent. */
  spoil: ((reply: Buffer) => Buffer) | null
  /** Which certificate signs. */
  signer: 'signer' | 'other' | 'expired'
  status: number
  /** A reply over other bytes, by the same authority. */
  replyOver(bytes: Buffer): Promise<Buffer>
  stop(): Promise<void>
}

const execute = promisify(execFile)

/** A real time stamp authority: openssl's `ts` behind HTTP. Null where there is no openssl. */
export async function startTsa(
  options: { key?: TsaKey; essDigest?: 'sha1' | 'sha256' | 'sha512' } = {},
): Promise<Tsa | null> {
  const version = await execute('openssl', ['version']).catch(() => null)
  if (version === null) return null
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-tsa-'))
  const configuration = join(folder, 'ts.cnf')
  writeFileSync(configuration, configurationOf(folder, options.essDigest ?? 'sha256'))
  writeFileSync(join(folder, 'serial'), '01\n')
  const usage = 'extendedKeyUsage=critical,timeStamping'
  const certificates = {
    signer: await makeCertificate(folder, 'signer', options.key ?? 'rsa', usage, ['-days', '30']),
    other: await makeCertificate(folder, 'other', options.key ?? 'rsa', usage, ['-days', '30']),
    unfit: await makeCertificate(folder, 'unfit', 'ec', 'extendedKeyUsage=serverAuth', ['-days', '30']),
    expired: await makeExpired(folder),
  }
  let turn: Promise<unknown> = Promise.resolve()
  const reply = async (query: Buffer): Promise<Buffer> => {
    const [request, out] = [join(folder, 'query.tsq'), join(folder, 'reply.tsr')]
    writeFileSync(request, query)
    const key = join(folder, `${tsa.signer}.key`)
    const signer = ['-signer', certificates[tsa.signer], '-inkey', key]
    const args = ['ts', '-reply', '-config', configuration, '-section', 'tsa', '-queryfile', request, '-out', out]
    await execute('openssl', [...args, ...signer])
    return readFileSync(out)
  }
  const inTurn = (query: Buffer): Promise<Buffer> => {
    const mine = turn.then(() => reply(query))
    turn = mine.catch(() => undefined)
    return mine
  }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    tsa.asked++
    const isQuery = request.headers['content-type'] === 'application/timestamp-query'
    if (!isQuery || tsa.status !== 200) {
      response.writeHead(isQuery ? tsa.status : 415).end()
      return
    }
    const made = await inTurn(Buffer.concat(chunks))
    response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(tsa.spoil?.(made) ?? made)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const tsa: Tsa = {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/tsr`,
    certificates,
    asked: 0,
    spoil: null,
    signer: 'signer',
    status: 200,
    async replyOver(bytes) {
      const [data, query] = [join(folder, 'data'), join(folder, 'own.tsq')]
      writeFileSync(data, bytes)
      await execute('openssl', ['ts', '-query', '-data', data, '-sha256', '-cert', '-out', query])
      return inTurn(readFileSync(query))
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return tsa
}

function configurationOf(folder: string, essDigest: string): string {
  return `[tsa]
serial = ${join(folder, 'serial')}
signer_digest = sha256
default_policy = 1.3.6.1.4.1.55555.1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = ${essDigest}
[request]
distinguished_name = name
[name]
`
}

async function makeKey(folder: string, name: string, key: TsaKey): Promise<string> {
  const file = join(folder, `${name}.key`)
  const kind =
    key === 'rsa' ? ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'] : ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256']
  await execute('openssl', ['genpkey', '-algorithm', ...kind, '-out', file])
  return file
}

async function makeCertificate(folder: string, name: string, key: TsaKey, usage: string, more: string[]) {
  const certificate = join(folder, `${name}.pem`)
  const own = ['-key', await makeKey(folder, name, key), '-out', certificate, '-subj', `/CN=tsa.example ${name}`]
  const extensions = ['-config', join(folder, 'ts.cnf'), '-section', 'request', '-addext', usage]
  await execute('openssl', ['req', '-new', '-x509', ...own, ...extensions, ...more])
  return certificate
}

/** openssl's `req` makes no certificate of the past, `x509` does not either: `ca` does. */
async function makeExpired(folder: string): Promise<string> {
  const key = await makeKey(folder, 'expired', 'ec')
  const [request, certificate, conf] = [join(folder, 'e.csr'), join(folder, 'expired.pem'), join(folder, 'ca.cnf')]
  writeFileSync(join(folder, 'index.txt'), '')
  writeFileSync(
    conf,
    `[ca]\ndefault_ca = d\n[d]\ndatabase = ${folder}/index.txt\nserial = ${folder}/ca-serial\nnew_certs_dir = ${folder}\n` +
      'default_md = sha256\npolicy = p\nx509_extensions = x\n[p]\ncommonName = supplied\n[x]\n' +
      'extendedKeyUsage = critical,timeStamping\n[request]\ndistinguished_name = name\n[name]\n',
  )
  writeFileSync(join(folder, 'ca-serial'), '01\n')
  const subject = ['-subj', '/CN=tsa.example expired', '-config', conf, '-section', 'request']
  await execute('openssl', ['req', '-new', '-key', key, '-out', request, ...subject])
  const dates = ['-startdate', '20200101000000Z', '-enddate', '20210101000000Z']
  const own = ['-selfsign', '-keyfile', key, '-in', request, '-out', certificate, '-config', conf]
  await execute('openssl', ['ca', '-batch', '-notext', ...own, ...dates])
  return certificate
}
