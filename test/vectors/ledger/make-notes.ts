import { toBase64, u64 } from '../../../src/domain/ledger/bytes.ts'
import { encodeCheckpoint } from '../../../src/domain/ledger/checkpoint.ts'
import { cosignatureMessage, encodeCosignature } from '../../../src/domain/ledger/cosignature.ts'
import { formatNote, signNote } from '../../../src/domain/ledger/note.ts'
import { formatVkey } from '../../../src/domain/ledger/vkey.ts'
import { fixed, noteKey, testKey } from './material.ts'

type Result = 'ok' | 'ledger_malformed' | 'ledger_evidence_invalid' | 'ledger_signer_unknown'

const ORIGIN = 'palimpsest.local/acme/g1'
const log = noteKey(ORIGIN, testKey('log'))
const rotated = noteKey(ORIGIN, testKey('log, rotated'))
const witness = noteKey('witness.example/w1', testKey('witness'), 'cosignature')
const stranger = noteKey('stranger.example', testKey('stranger'))
const text = encodeCheckpoint({ origin: ORIGIN, treeSize: 5, rootHash: fixed('root') })

/** A cosignature of type 04 by the witness, at a fixed time. */
function cosigned(): { name: string; keyId: number; signature: Buffer } {
  const timestamp = 1764282001n
  const signature = testKey('witness').sign(Buffer.from(cosignatureMessage(text, timestamp), 'utf8'))
  return { name: witness.name, keyId: witness.keyId, signature: encodeCosignature({ timestamp, signature }) }
}

function noteRow(
  why: string,
  note: string | Buffer,
  trusted: readonly string[],
  result: Result,
  verified: string[] = [],
) {
  const body = typeof note === 'string' ? { note } : { note_base64: toBase64(note) }
  return { why, ...body, trusted, result, verified }
}

async function noteVectorsGood(): Promise<unknown[]> {
  const plain = await signNote(text, [log])
  const logLine = plain.slice(text.length + 1)
  const logKey = formatVkey(log.vkey)
  const both = formatNote(text, [{ ...log, signature: testKey('log').sign(Buffer.from(text)) }, cosigned()])
  const witnessKey = formatVkey(witness.vkey)
  const example = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
  const exampleNote =
    'This is an example message.\n\n— example.com/foo ' +
    'Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n'
  const blank = 'two\n\nparagraphs\n\n'
  const sixteen = `${text}\n${logLine.repeat(16)}`
  return [
    noteRow('the example of C2SP signed-note', exampleNote, [example], 'ok', [example]),
    noteRow('one signature', plain, [logKey], 'ok', [logKey]),
    noteRow('a key trusted twice counts once', plain, [logKey, logKey], 'ok', [logKey]),
    noteRow('an unknown signer beside', await signNote(text, [stranger, log]), [logKey], 'ok', [logKey]),
    noteRow('the old and the new key', await signNote(text, [log, rotated]), [formatVkey(rotated.vkey)], 'ok', [
      formatVkey(rotated.vkey),
    ]),
    noteRow('a witness beside', both, [logKey, witnessKey], 'ok', [logKey, witnessKey]),
    noteRow('sixteen times one signature', sixteen, [logKey], 'ok', [logKey]),
    noteRow('empty lines in the text', await signNote(blank, [log]), [logKey], 'ok', [logKey]),
  ]
}

async function noteVectorsBad(): Promise<unknown[]> {
  const plain = await signNote(text, [log])
  const line = plain.slice(text.length + 1)
  const logKey = formatVkey(log.vkey)
  const wrong = await signNote(text, [{ ...log, sign: testKey('stranger').sign }])
  const wrongLine = wrong.slice(text.length + 1)
  const unknown = await signNote(text, [stranger])
  const sharedId = formatNote(text, [{ name: 'other.example', keyId: log.keyId, signature: fixed('x') }])
  const twin = noteKey(ORIGIN, testKey('stranger'))
  const short = formatNote(text, [{ ...log, signature: Buffer.alloc(63) }])
  const bad: readonly (readonly [string, string | Buffer, Result])[] = [
    ['signed by nobody who is trusted', unknown, 'ledger_signer_unknown'],
    ['the id of a trusted key under another name', sharedId, 'ledger_signer_unknown'],
    ['the name of a trusted key with another id', await signNote(text, [twin]), 'ledger_signer_unknown'],
    ['a signature that does not hold', wrong, 'ledger_evidence_invalid'],
    ['a good and a bad signature by one key', `${plain}${wrongLine}`, 'ledger_evidence_invalid'],
    ['a bad and a good signature by one key', `${wrong}${line}`, 'ledger_evidence_invalid'],
    ['another text under the signature', plain.replace('\n5\n', '\n6\n'), 'ledger_evidence_invalid'],
    ['a signature of 63 bytes', short, 'ledger_evidence_invalid'],
    ['CRLF', plain.replaceAll('\n', '\r\n'), 'ledger_malformed'],
    ['one carriage return', plain.replace('g1\n', 'g1\r\n'), 'ledger_malformed'],
    ['a tab in the text', plain.replace('g1\n', 'g1\t\n'), 'ledger_malformed'],
    ['not UTF-8', Buffer.concat([Buffer.from([0xff]), Buffer.from(plain)]), 'ledger_malformed'],
    ['no signature', `${text}\n`, 'ledger_malformed'],
    ['no blank line', `${text}${line}`, 'ledger_malformed'],
    ['no newline at the end', plain.slice(0, -1), 'ledger_malformed'],
    ['a line behind the signatures', `${plain}more\n`, 'ledger_malformed'],
    ['an empty line behind the signatures', `${plain}\n`, 'ledger_malformed'],
    ['text behind the signatures', `${plain}\nmore\n`, 'ledger_malformed'],
    ['a hyphen for the em dash', plain.replace('—', '-'), 'ledger_malformed'],
    ['two spaces', plain.replace('— ', '—  '), 'ledger_malformed'],
    ['a space in the key name', plain.replace(`— ${ORIGIN}`, '— a b'), 'ledger_malformed'],
    ['a plus in the key name', plain.replace(`— ${ORIGIN}`, '— a+b'), 'ledger_malformed'],
    ['a no-break space in the key name', plain.replace(`— ${ORIGIN}`, '— a\u00a0b'), 'ledger_malformed'],
    ['base64 without its padding', plain.replace(/=+\n$/, '\n'), 'ledger_malformed'],
    ['a malformed line of an unknown signer', `${plain}— stranger.example AAAA\n`, 'ledger_malformed'],
    ['more than 100 signatures', `${text}\n${line.repeat(101)}`, 'ledger_malformed'],
  ]
  const rows: unknown[] = bad.map(([why, note, result]) => noteRow(why, note, [logKey], result))
  rows.push(noteRow('nobody is trusted', plain, [], 'ledger_signer_unknown'))
  return rows
}

function keyVectors(): unknown[] {
  const good = formatVkey(log.vkey)
  const cosigner = formatVkey(witness.vkey)
  const [name = '', id = '', material = ''] = good.split('+')
  const unsupported = toBase64(Buffer.concat([Buffer.from([2]), testKey('log').publicKey]))
  const bad = [
    ['empty', ''],
    ['no key', `${name}+${id}`],
    ['no name', `+${id}+${material}`],
    ['a space in the name', `a b+${id}+${material}`],
    ['another id', `${name}+00000000+${material}`],
    ['an id in upper case', `${name}+${id.toUpperCase()}+${material}`],
    ['an id of seven digits', `${name}+${id.slice(1)}+${material}`],
    ['a type that is not read', `${name}+${id}+${unsupported}`],
    ['a key of 31 bytes', `${name}+${id}+${toBase64(Buffer.concat([Buffer.from([1]), Buffer.alloc(31)]))}`],
    ['trailing data', `${good}+more`],
    ['a newline at the end', `${good}\n`],
  ]
  return [
    { why: 'type 01', vkey: good, ok: true, name: log.name, key_id: log.keyId, type: 1 },
    { why: 'type 04', vkey: cosigner, ok: true, name: witness.name, key_id: witness.keyId, type: 4 },
    ...bad.map(([why, vkey]) => ({ why, vkey, ok: false })),
  ]
}

function checkpointVectors(): unknown[] {
  const root = toBase64(fixed('root'))
  const row = (why: string, body: string, ok: boolean, more: object = {}) => ({ why, text: body, ok, ...more })
  return [
    row('size 0', `${ORIGIN}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n`, true, { size: 0 }),
    row('size 1', `${ORIGIN}\n1\n${root}\n`, true, { size: 1 }),
    row('the largest size', `${ORIGIN}\n9007199254740991\n${root}\n`, true, { size: 9007199254740991 }),
    row('an extension line', `${ORIGIN}\n5\n${root}\nmore\n`, true, { size: 5 }),
    row('a size beyond 2^53 - 1', `${ORIGIN}\n9007199254740992\n${root}\n`, false),
    row('a leading zero', `${ORIGIN}\n05\n${root}\n`, false),
    row('a size of 00', `${ORIGIN}\n00\n${root}\n`, false),
    row('a sign', `${ORIGIN}\n+5\n${root}\n`, false),
    row('a negative size', `${ORIGIN}\n-5\n${root}\n`, false),
    row('a size in hex', `${ORIGIN}\n0x5\n${root}\n`, false),
    row('a space behind the size', `${ORIGIN}\n5 \n${root}\n`, false),
    row('no size', `${ORIGIN}\n\n${root}\n`, false),
    row('no origin', `\n5\n${root}\n`, false),
    row('two lines', `${ORIGIN}\n5\n`, false),
    row('a root of 31 bytes', `${ORIGIN}\n5\n${toBase64(Buffer.alloc(31))}\n`, false),
    row('unused bits in the root', `${ORIGIN}\n5\n${`${root.slice(0, -2)}/`}=\n`, false),
    row('a root without padding', `${ORIGIN}\n5\n${root.slice(0, -1)}\n`, false),
    row('an empty extension line', `${ORIGIN}\n5\n${root}\n\n`, false),
    row('no newline at the end', `${ORIGIN}\n5\n${root}`, false),
    row('bytes for the size', `${ORIGIN}\n${u64(5).toString('hex')}\n${root}\n`, false),
  ]
}

/** `notes.json`. */
export async function noteVectors(): Promise<unknown> {
  return {
    keys: keyVectors(),
    notes: [...(await noteVectorsGood()), ...(await noteVectorsBad())],
    checkpoints: checkpointVectors(),
  }
}
