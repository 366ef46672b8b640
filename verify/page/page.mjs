// ---- Browser ----
// SHA-256 (FIPS 180-4) is written out, because the browser's own answers later and a ledger needs millions; Ed25519 is the
// browser's.
const rounds = (count, power) => {
  const found = []
  for (let n = 2; found.length < count; n++) {
    if (found.every(({ prime }) => n % prime)) found.push({ prime: n, bits: ((n ** power % 1) * 2 ** 32) | 0 })
  }
  return found.map(({ bits }) => bits)
}
const [START, K] = [rounds(8, 1 / 2), rounds(64, 1 / 3)]
class Sha256 {
  state = Int32Array.from(START)
  words = new Int32Array(64)
  block = new Uint8Array(64)
  view = new DataView(this.block.buffer)
  length = 0
  /** @param bytes a string of bytes or a Uint8Array. */
  update(bytes) {
    const text = typeof bytes === 'string'
    for (let i = 0; i < bytes.length; i++) {
      this.block[this.length++ % 64] = text ? bytes.charCodeAt(i) : bytes[i]
      if (this.length % 64 === 0) this.compress()
    }
    return this
  }
  compress() {
    const w = this.words
    for (let i = 0; i < 16; i++) w[i] = this.view.getInt32(4 * i)
    for (let i = 16; i < 64; i++) {
      const [x, y] = [w[i - 15], w[i - 2]]
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0
    }
    let [a, b, c, d, e, f, g, h] = this.state
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
      h = g
      g = f
      f = e
      e = (d + t1) | 0
      d = c
      c = b
      b = a
      a = (t1 + t2) | 0
    }
    for (const [i, value] of [a, b, c, d, e, f, g, h].entries()) this.state[i] += value
  }
  bytes() {
    const bits = this.length * 8
    this.update('\x80')
    while (this.length % 64 !== 56) this.update('\0')
    this.update(eight(bits))
    return [...this.state].map((word) => eight(word >>> 0).slice(4)).join('')
  }
  digest() {
    return hex(this.bytes())
  }
}
const toBytes = (bytes) => Uint8Array.from(bytes, (char) => char.charCodeAt(0))
function fromBytes(bytes) {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return text
}
const sha256 = (bytes) => new Sha256().update(bytes).bytes()
const newHash = () => new Sha256()
const inflated = (chunks) => chunks.pipeThrough(new DecompressionStream('deflate-raw'))
const loadReport = async () => ({ verifyReport })
/** Signatures by what they are of, and whether they hold: null where that is still asked. */
const signatures = new Map()
/**
 * The browser checks Ed25519 only later. A signature that was not met before counts as one that holds until it is known, and
 * where one turns out not to, the evidence is verified once more, now with what is known.
 */
function verifies(key, message, signature) {
  const name = `${key} ${signature} ${message}`
  if (!signatures.has(name)) signatures.set(name, { parts: [key, message, signature ?? ''].map(toBytes), holds: null })
  return signatures.get(name).holds ?? true
}
async function verifySurely(evidence, options) {
  for (;;) {
    const result = await verifyEvidence(() => openFile(evidence), options)
    let wrong = false
    for (const known of signatures.values()) {
      if (known.holds !== null) continue
      const [key, message, signature] = known.parts
      known.holds = await crypto.subtle
        .importKey('raw', key, 'Ed25519', false, ['verify'])
        .then((own) => crypto.subtle.verify('Ed25519', own, signature, message))
        .catch(() => false)
      known.parts = null
      wrong ||= !known.holds
    }
    if (!wrong) return result
  }
}
// Safari 17 reads streams, but not with for await.
ReadableStream.prototype[Symbol.asyncIterator] ??= async function* () {
  const reader = this.getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value
}
const find = (id) => document.getElementById(id)
const [chosen, drop, field, go, keyField, result] = ['chosen', 'drop', 'file', 'go', 'keys', 'result'].map(find)
let evidence = null
const anchors = []
/** Takes files by what they are: anchors and lists of keys are told by their names, the rest is evidence. */
async function take(files) {
  for (const file of files) {
    if (/\.json$/.test(file.name)) anchors.push(await file.text())
    else if (/\.(key|txt)$/.test(file.name) && file.size < 65536)
      keyField.value = `${keyField.value}\n${await file.text()}`.trim()
    else evidence = file
  }
  const size =
    evidence &&
    (evidence.size < 1e6 ? `${Math.ceil(evidence.size / 1000)} kB` : `${(evidence.size / 1e6).toFixed(1)} MB`)
  const named = evidence ? [`${evidence.name}, ${size}`] : []
  if (anchors.length > 0) named.push(`${anchors.length} ${anchors.length === 1 ? 'anchor' : 'anchors'}`)
  if (named.length > 0) chosen.textContent = named.join(' · ')
  go.disabled = evidence === null
}
const element = (name, text) => Object.assign(document.createElement(name), { textContent: text })
function list(title, items) {
  if (items.length === 0) return []
  const lines = element('ul', '')
  lines.append(...items.map((item) => element('li', item)))
  return [element('h3', title), lines]
}
/** Shows what `words` says, part by part, and the JSON. */
function show(answer) {
  const { exit, problems, logs, notes, not_proved: open } = answer
  const lines = words(answer).split('\n')
  const [signer, verdict] = lines
  const part = (from, count) => lines.slice(from, from + count)
  result.dataset.exit = exit
  find('verdict').textContent = verdict
  find('signer').textContent = signer
  find('answer').replaceChildren(
    ...list(exit === 1 ? 'What does not hold' : 'Why', part(2, problems.length)),
    ...list('Checked', part(2 + problems.length, logs.length + notes.length)),
    ...list('Not proved', open),
  )
  find('json').textContent = JSON.stringify(answer, null, 2)
}
async function verify() {
  const trust = keyField.value.split(/\s+/).filter((key) => key !== '')
  Object.assign(result, { hidden: false, ariaBusy: 'true' })
  delete result.dataset.exit
  find('verdict').textContent = 'Checking …'
  find('signer').textContent = ''
  find('answer').replaceChildren()
  go.disabled = true
  await new Promise((resolve) => setTimeout(resolve, 50))
  const able = await crypto.subtle?.importKey('raw', new Uint8Array(32), 'Ed25519', false, ['verify']).catch(() => null)
  if (able) show(await verifySurely(evidence, { trust, anchors: () => anchors }))
  else {
    find('verdict').textContent = 'This browser cannot check Ed25519 signatures: use a newer one, or verify.mjs.'
    result.dataset.exit = 2
  }
  go.disabled = false
  result.ariaBusy = 'false'
  result.focus()
}
field.addEventListener('change', () => void take(field.files))
find('form').addEventListener('submit', (event) => {
  event.preventDefault()
  void verify()
})
for (const name of ['dragover', 'dragleave', 'drop']) {
  document.addEventListener(name, (event) => {
    event.preventDefault()
    drop.classList.toggle('over', name === 'dragover')
    if (name === 'drop') void take(event.dataTransfer.files)
  })
}
