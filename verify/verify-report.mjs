// What a report's pack is held to: its data, what the ledger says of it, the entries and archives that it names. verify.mjs
// takes this file from beside itself where it is given such a pack, and has checked every member's bytes around it.
import {
  detailOf,
  fromText,
  hex,
  hold,
  isCount,
  need,
  openProof,
  parseJson,
  problemOf,
  sha256,
  tenantOf,
  uuidText,
} from './verify.mjs'

const NONE = []
/** The proof of the entry that names the manifest. */
const OWN_PROOF = 'proofs/report.tlog-proof'
const counted = (n, one, more = `${one}s`) => `${n} ${n === 1 ? one : more}`
/** A decimal's digits and how many of them are places; null where it is none. */
function decimal(text) {
  const [, sign, whole, places = '', power = '0'] =
    /^(-?)(\d{1,40})(?:\.(\d{0,40}))?(?:[eE]([+-]?\d{1,2}))?$/.exec(text) ?? []
  if (whole === undefined) return null
  const [scale, digits] = [places.length - Number(power), BigInt(sign + whole + places)]
  return scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale }
}
/** An exact sum of decimals. */
class Sum {
  digits = 0n
  scale = 0
  add(text) {
    const next = decimal(text)
    if (!next) return false
    if (next.scale > this.scale) {
      this.digits *= 10n ** BigInt(next.scale - this.scale)
      this.scale = next.scale
    }
    this.digits += next.digits * 10n ** BigInt(this.scale - next.scale)
    return true
  }
  /** Whether it is what a decimal text says. */
  equals(text) {
    const other = new Sum()
    const read = other.add(text) && other.add(`0.${'0'.repeat(this.scale)}`)
    return read && other.digits === this.digits * 10n ** BigInt(other.scale - this.scale)
  }
  toString() {
    const text = String(this.digits < 0n ? -this.digits : this.digits).padStart(this.scale + 1, '0')
    const whole = text.slice(0, text.length - this.scale)
    return `${this.digits < 0n ? '-' : ''}${whole}${this.scale ? `.${text.slice(-this.scale)}` : ''}`
  }
}
/** Gives `row` each row of a CSV file (RFC 4180), texts; null: an empty field without quotes. The first one holds the names. */
async function readCsv(chunks, row) {
  const [strict, field] = [
    new TextDecoder('utf-8', { fatal: true }),
    /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n)/y,
  ]
  let [rest, fields] = ['', []]
  const take = (more) => {
    rest += more
    let at = 0
    for (let found = true; found && at < rest.length; ) {
      field.lastIndex = at
      const [, quoted, plain, end] = field.exec(rest) ?? NONE
      found = end !== undefined
      if (!found) continue
      at = field.lastIndex
      fields.push(quoted?.replaceAll('""', '"') ?? (plain || null))
      if (end === ',') continue
      row(fields)
      fields = []
    }
    rest = rest.slice(at)
    need(rest.length < 1 << 24, 'a row of it is too long')
  }
  for await (const chunk of chunks) take(strict.decode(chunk, { stream: true }))
  take(strict.decode())
  if (rest || fields.length) take('\n')
  need(rest === '' && fields.length === 0, 'it is no CSV file')
}
/** Columns that are an envelope's field wherever they have its name: of a sampled entry they are compared with its proof. */
const COMPARED = `kind tool feature provider model_asked model_answered region route status finish_reason error_code
  has_pii prompt_tokens response_tokens cost_usd`.split(/\s+/)
function sameValue(name, cell, value) {
  if (value === null || cell === null) return value === cell
  const [sum, isNumber] = [new Sum(), typeof value === 'number' || name === 'cost_usd']
  return isNumber ? sum.add(cell) && sum.equals(String(value)) : cell === String(value)
}
/** Reads a table as it is in the pack and holds it to what the manifest says of it. */
class Table {
  rows = -1 // without the names
  sums = new Map()
  ranks = [] // lowest first, as many as were sampled
  sampled = new Map()
  constructor(stated, { seed, table, entries }) {
    this.stated = stated
    if (table === stated.name) Object.assign(this, { seed, wanted: new Set(entries) })
  }
  take(fields) {
    if (++this.rows === 0) return this.head(fields)
    need(fields.length === this.names.length, () => `row ${this.rows} has not as many cells as there are columns`)
    for (const [at, sum] of this.sums) {
      const right = fields[at] === null || sum.add(fields[at])
      need(right, () => `row ${this.rows} has no number in the column ${this.names[at]}`)
    }
    if (this.wanted) this.rank(fields)
  }
  head(names) {
    const columns = this.stated.columns.map(({ name }) => name)
    need(names.join('\0') === columns.join('\0'), 'its columns are not those of the manifest')
    const summed = Object.keys(this.stated.control_totals)
    for (const name of summed) need(names.includes(name), `it has no column ${name}, which was summed`)
    Object.assign(this, { names, sums: new Map(summed.map((name) => [names.indexOf(name), new Sum()])) })
    this.id = names.indexOf('id')
    need(!this.wanted || this.id >= 0, 'it has no column id, from which the sample was taken')
  }
  rank(fields) {
    const id = fields[this.id]
    need(id, () => `row ${this.rows} has no id`)
    const [rank, most] = [sha256(fromText(this.seed + id)), this.wanted.size]
    if (this.wanted.has(id)) this.sampled.set(id, fields)
    if (this.ranks.length >= most && rank > (this.ranks.at(-1)?.rank ?? '')) return
    const at = this.ranks.findIndex((other) => rank < other.rank)
    this.ranks.splice(at < 0 ? this.ranks.length : at, 0, { rank, id })
    if (this.ranks.length > most) this.ranks.pop()
  }
  /** What the manifest says and the rows do not, in sentences. */
  *faults() {
    const { rows, control_totals } = this.stated
    if (this.rows !== rows) yield `it has ${counted(this.rows, 'row')}, and the manifest says ${rows}`
    for (const [at, sum] of this.sums) {
      const [name, said] = [this.names[at], control_totals[this.names[at]]]
      if (!sum.equals(said)) yield `its column ${name} sums up to ${sum}, and the manifest says ${said}`
    }
  }
  sampleHolds = (entries) => this.ranks.length === entries.length && this.ranks.every(({ id }, i) => id === entries[i])
  /** Columns of a sampled row that say something else than the entry that was proved. */
  differing(id, envelope) {
    const row = this.sampled.get(id)
    const compared = row ? COMPARED.filter((name) => this.names.includes(name)) : NONE
    return compared.filter((name) => !sameValue(name, row[this.names.indexOf(name)], envelope[name]))
  }
}
/** Checks a report's pack: its manifest and the manifest's text, what reads the pack, and the lists of the result. */
export const verifyReport = (given) => new Report(given).verify()
class Report {
  tables = new Map()
  proved = new Map() // by id of its entry: what its proof opened
  archives = new Map() // by id of its entry: an archive's manifest
  constructor(given) {
    Object.assign(this, given)
    this.named = new Set(given.manifest.members.map(({ name }) => name))
  }
  async verify() {
    const { manifest } = this
    await this.attempt(() => this.verifyOwn())
    for (const stated of manifest.tables)
      await this.attempt(() => this.verifyTable(stated), `The table ${stated.name} (data/${stated.name}.csv): `)
    for (const id of manifest.sample.entries) await this.attempt(() => this.verifySampled(id))
    for (const archive of manifest.archives) await this.attempt(() => this.verifyArchive(archive))
    for (const source of manifest.sources) await this.attempt(() => this.verifySource(source))
    await this.attempt(async () => this.verifySample())
    await this.attempt(async () => this.verifyCompleteness())
    await this.attempt(async () => this.listMembers())
    this.conclude()
  }
  /** The proof of an entry of this tenant; undefined where the manifest says that it could not be had. */
  async prove(file, id, what) {
    const said = this.manifest.absent.find((item) => item.what === 'proof' && item.of === id)
    if (said) return void this.not_proved.push(`that the ledger has ${what} ${id}: ${said.why}`)
    need(this.names.includes(file), `The proof of ${what} (${file}) is missing.`, 'removed')
    const open = async (text) => openProof(text, this.keys)
    const proof = await open(await this.readText(file)).catch((error) => {
      hold(false, `The proof ${file} does not hold: ${problemOf(error).what}`)
    })
    const { envelope, origin, logKey, index } = proof
    hold(logKey, `The proof ${file} is signed by nobody trusted, but ${proof.signers.join(', ')}.`)
    const own = envelope.tenant_id === this.manifest.tenant && (!this.origin || tenantOf(origin) === this.origin)
    hold(own, `The proof ${file} is of another tenant or deployment.`)
    hold(id === null || uuidText(envelope.id) === id, `The proof ${file} is of another entry.`)
    this.proved.set(uuidText(envelope.id), envelope)
    this.show?.(Number(index), proof)
    return proof
  }
  /** That the report's own entry, under a signed checkpoint, names this manifest. */
  async verifyOwn() {
    const { origin, envelope, size } = await this.prove(OWN_PROOF, null, "the report's entry")
    const { report } = detailOf(envelope)
    const entry = `the entry ${uuidText(envelope.id)}`
    hold(envelope.kind === 'report', `The proof of the report is of ${entry}, which is none of a report.`)
    hold(report?.id === this.manifest.id, `The proof of the report is of ${entry}, which is of another report.`)
    const right = report.manifest_sha256 === hex(sha256(fromText(this.text)))
    hold(right, `The manifest is not the one that ${entry} names.`)
    this.origin = tenantOf(origin)
    this.own = `${entry} of ${origin} names this manifest and lies under a signed checkpoint of ${size} leaves`
  }
  async verifyTable(stated) {
    const files = ['data/NAME.csv', 'queries/NAME.sql', 'data/NAME.json'].map((file) =>
      file.replace('NAME', stated.name),
    )
    for (const name of files) {
      need(this.named.has(name), `the manifest names no member ${name}`, 'removed')
      need(this.names.includes(name), `its file ${name} is missing`, 'removed')
    }
    const [csv, query] = files
    const table = new Table(stated, this.manifest.sample)
    await readCsv(this.read(csv), (fields) => table.take(fields))
    need(table.names, 'it is empty')
    const faults = [...table.faults()]
    hold(faults.length === 0, faults.join('; '))
    this.tables.set(stated.name, table)
    hold(
      (await this.readText(query)).trimEnd().endsWith(stated.query.trimEnd()),
      `${query} is not the query that the manifest names`,
    )
  }
  async verifySampled(id) {
    const proof = await this.prove(`proofs/entries/${id}.tlog-proof`, id, 'the sampled entry')
    const [table, { envelope } = {}] = [this.tables.get(this.manifest.sample.table), proof ?? {}]
    const differing = envelope ? (table?.differing(id, envelope) ?? NONE) : NONE
    const what = `The row of the sampled entry ${id} is not what the ledger says of it: ${differing.join(', ')}.`
    hold(differing.length === 0, what)
  }
  /** That an archive's manifest is the one that its entry names. */
  async verifyArchive({ entry, sha256: stated }) {
    const file = `archives/${entry}.json`
    const { detail, kind } =
      (await this.prove(`proofs/archives/${entry}.tlog-proof`, entry, 'the archive'))?.envelope ?? {}
    const text = await this.readText(file)
    hold(
      hex(sha256(fromText(text))) === stated,
      `The archive's manifest ${file} is not the one that this manifest names.`,
    )
    this.archives.set(entry, parseJson(text))
    if (!kind) return
    const named = detailOf({ detail }).manifest?.sha256
    hold(kind === 'archive' && named === stated, `The archive's manifest ${file} is not the one that its entry names.`)
  }
  /** That an object that was read is one of an archive's manifest, which the ledger knows. */
  async verifySource({ name, sha256, entries, archive }) {
    if (sha256 === null) return
    const known = this.archives.get(archive)
    const [unread, named] = [!known && archive, this.manifest.archives.some(({ entry }) => entry === archive)]
    hold(named || !archive, `The archive of the source ${name} is not among those of the manifest.`)
    if (unread) return // said already
    if (!known)
      return void this.not_proved.push(`that the object ${name} is one of the archive: its manifest is not here`)
    const object = known.objects.find((one) => one.name === name)
    const right = object?.sha256 === sha256 && entries <= object.rows && known.tenant === this.manifest.tenant
    hold(right, `The source ${name} is not an object of the archive's manifest archives/${archive}.json.`)
  }
  verifySample() {
    const { entries, population, table } = this.manifest.sample
    hold(entries.length <= population, 'The sample has more entries than its population.')
    if (table === null) {
      if (entries.length)
        this.not_proved.push('that the sample is what its seed gives: the ids of its population are not here')
      return
    }
    const read = this.tables.get(table)
    if (!read) return
    hold(
      read.rows === population,
      `The sample's population is ${population}, and the table ${table} has ${read.rows} rows.`,
    )
    hold(read.sampleHolds(entries), `The sample is not what its seed gives for the table ${table}.`)
    if (entries.length)
      this.notes.push(
        `the sample of ${entries.length} is what its seed gives for the ${counted(read.rows, 'row')} of ${table}`,
      )
  }
  verifyCompleteness() {
    const { written, in_database, archived, expired, missing, sequence_gaps, restore_pending } =
      this.manifest.completeness
    const parts = `${in_database} in the database, ${archived} archived, ${expired} expired, ${missing} missing`
    const right =
      [written, in_database, archived, expired].every(isCount) && written - in_database - archived - expired === missing
    hold(right, `The statement of completeness does not add up: ${written} written, ${parts}.`)
    this.notes.push(`completeness, as the report states it: ${written} written = ${parts}`)
    if (sequence_gaps.length)
      this.notes.push(`the report names ${counted(sequence_gaps.length, 'gap')} in the numbers of writers`)
    for (const name of restore_pending) this.not_proved.push(`what is in ${name}: it could not be read yet`)
  }
  /** That each member is there and is needed. */
  listMembers() {
    const silent = new Map()
    for (const { what, of, why } of this.manifest.absent)
      if (what === 'history') silent.set(why, [...(silent.get(why) ?? []), of])
    for (const [why, of] of silent)
      this.not_proved.push(
        `what the workflow engine said of ${of.length > 1 ? counted(of.length, 'sampled entry', 'sampled entries') : of[0]}: ${why}`,
      )
    const needed = ['report.pdf', 'keys.txt', ...this.manifest.archives.map(({ entry }) => `archives/${entry}.json`)]
    for (const name of needed) need(this.named.has(name), `The manifest names no member ${name}.`, 'removed')
  }
  conclude() {
    const { id, kind, tenant, period, tables, sample, archives, limits } = this.manifest
    const origin = this.origin ? `${this.origin}/` : 'none'
    this.logs.push({ origin, entries: this.proved.size, tables: this.tables.size })
    this.notes.unshift(`report ${id} (${kind}) of ${tenant}, ${period.from} to ${period.below}`)
    if (this.own) this.notes.push(this.own)
    for (const { name, rows, control_totals } of tables) {
      const sums = Object.entries(control_totals).map((pair) => `${pair[0]} ${pair[1]}`)
      if (this.tables.has(name)) this.notes.push([`table ${name}: ${counted(rows, 'row')} counted`, ...sums].join(', '))
    }
    const [sampled, archived] = [sample.entries, archives.map(({ entry }) => entry)].map(
      (ids) => ids.filter((one) => this.proved.has(one)).length,
    )
    this.notes.push(
      `proofs that hold: ${sampled} of ${sample.entries.length} sampled entries, ${archived} of ${counted(archives.length, 'archive')}`,
    )
    this.not_proved.push(
      'that the rows are what the ledger has, but for those of proved entries: the queries are here, to be run again',
    )
    this.not_proved.push(...limits.map((limit) => `(the report's own words) ${limit.replace(/\.$/, '')}`))
  }
}
