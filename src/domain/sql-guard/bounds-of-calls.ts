import { MAX_LENGTHENED } from './allowed-names.ts'
import { type Bounds, FIELD_BYTES, GATHERED_BYTES, type Made, NUMBER_BYTES, searchOf } from './bounds.ts'
import { numberOf, textOf } from './check-lengths.ts'
import { nameList } from './scopes.ts'
import type { Tree } from './types.ts'

/** The arguments of a call: as they are written, and what each can be. */
export interface Arguments {
  nodes: readonly Tree[]
  bounds: readonly Bounds[]
}

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** What they give has no bound but that of rows; rows are read one by one, and between two of them a statement can be stopped. */
const GATHERING = words(`
  string_agg array_agg json_agg jsonb_agg json_agg_strict jsonb_agg_strict json_object_agg jsonb_object_agg
  json_object_agg_strict jsonb_object_agg_strict json_object_agg_unique jsonb_object_agg_unique
`)
/** Gathered ranges are compared in order, never each with each; so these stay below what is gathered. */
const RANGES_BYTES = GATHERED_BYTES / 2

/** Calls whose value is small, whatever they are given. */
const SMALL = words(`
  count avg stddev stddev_pop stddev_samp variance var_pop var_samp corr covar_pop covar_samp regr_avgx regr_avgy regr_count
  regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy bool_and bool_or every
  row_number rank dense_rank percent_rank cume_dist ntile
  length char_length character_length octet_length bit_length ascii chr md5 sha224 sha256 sha384 sha512 hashtext crc32 crc32c
  position strpos starts_with like notlike is_normalized regexp_count regexp_instr regexp_like
  now statement_timestamp transaction_timestamp clock_timestamp timeofday date_trunc date_part date_bin extract age
  make_date make_time make_timestamp make_timestamptz make_interval to_date to_timestamp to_number justify_days justify_hours
  justify_interval isfinite overlaps
  int4range int8range numrange tsrange tstzrange daterange isempty lower_inc lower_inf upper_inc upper_inf range_merge
  point box circle lseg line area center diameter height width radius npoints pclose popen isclosed isopen slope
  array_length array_lower array_upper array_ndims array_dims cardinality array_position num_nulls num_nonnulls bit_count get_bit
  get_byte json_array_length jsonb_array_length json_typeof jsonb_typeof jsonb_path_exists jsonb_path_match ts_rank ts_rank_cd
  numnode gen_random_uuid uuidv4 uuidv7 random generate_series generate_subscripts pg_typeof to_hex to_bin to_oct
`)
const SMALL_BYTES = 64

/** What is looked for in what, by the places of both. */
const SEARCHING: Readonly<Record<string, readonly [number, number]>> = {
  ...{ position: [0, 1], strpos: [0, 1], replace: [0, 1], split_part: [0, 1], translate: [0, 1] },
  ...{ string_to_array: [0, 1], string_to_table: [0, 1], btrim: [0, 1], ltrim: [0, 1], rtrim: [0, 1] },
  ...{ like: [0, 1], notlike: [0, 1], normalize: [0, 0], is_normalized: [0, 0], ts_rank_cd: [0, 0] },
}

/** Of these a step takes some nanoseconds. */
const BY_CHARACTER = words('translate btrim ltrim rtrim')

type Rule = (args: Arguments, size: (place: number) => number) => number

const all: Rule = ({ bounds }) => bounds.reduce((sum, { bytes }) => sum + bytes, 0)
const longer =
  (times: number): Rule =>
  (args, size) =>
    times * all(args, size)
/** JSON within JSON is taken as it is; a sign of a text can become six. */
const quoted: Rule = ({ nodes, bounds }) =>
  bounds.reduce((sum, { bytes }, place) => sum + (isJson(nodes[place]) ? 1 : 6) * bytes + SMALL_BYTES, 0)
const padded: Rule = () => 4 * MAX_LENGTHENED
const power: Rule = (args) => powerOf(args)
const fraction: Rule = (_, size) => size(0) + NUMBER_BYTES / 8

/** Functions whose value can be longer than what they are given, and how long. The others give some of it, or all of it. */
const GROWING: Readonly<Record<string, Rule>> = {
  repeat: ({ nodes }, size) => size(0) * (numberOf(nodes[1]) ?? Number.POSITIVE_INFINITY),
  ...{ lpad: padded, rpad: padded },
  to_char: (_, size) => 12 * size(1) + SMALL_BYTES,
  format: ({ nodes, bounds }) => {
    const places = textOf(nodes[0])?.split('%').length ?? Number.POSITIVE_INFINITY
    return (
      (bounds[0]?.bytes ?? 0) + places * (MAX_LENGTHENED + Math.max(0, ...bounds.slice(1).map(({ bytes }) => bytes)))
    )
  },
  replace: ({ nodes }, size) => {
    const pattern = textOf(nodes[1])
    return size(0) * (pattern ? Math.max(1, size(2) / Buffer.byteLength(pattern)) : 1 + size(2))
  },
  regexp_replace: ({ nodes, bounds }, size) => {
    const text = textOf(nodes[2])
    const isOnce = bounds.length === 3 && text !== null && !text.includes('\\')
    return isOnce ? size(0) + size(2) : (1 + size(0)) * (1 + size(2))
  },
  array_replace: (_, size) => size(0) * (1 + size(2)),
  // An element takes four bytes or more; eight that are NULL take one.
  array_to_string: (_, size) =>
    size(0) * Math.max(1, (1 + size(1)) / 4) + (size(2) > 0 ? 8 * size(0) * (size(1) + size(2)) : 0),
  ...{ string_to_array: longer(8), regexp_split_to_array: longer(8), array_positions: longer(4) },
  polygon: ({ nodes, bounds }, size) =>
    bounds.length < 2 ? size(0) : 16 * (numberOf(nodes[0]) ?? Number.POSITIVE_INFINITY),
  ...{ encode: longer(4), quote_literal: longer(2), quote_nullable: longer(2), quote_ident: longer(2) },
  ...{ like_escape: longer(2), similar_to_escape: longer(4), jsonb_pretty: longer(8) },
  ts_headline: ({ bounds }) => {
    const sizes = bounds.map(({ bytes }) => bytes)
    return Math.max(...sizes) * (sizes.length > 2 ? 1 + (sizes.at(-1) ?? 0) : 8)
  },
  ...{ to_json: quoted, to_jsonb: quoted, row_to_json: quoted, array_to_json: quoted },
  ...{ json_build_object: quoted, jsonb_build_object: quoted, json_build_array: quoted, jsonb_build_array: quoted },
  ...{ power, pow: power, factorial: () => NUMBER_BYTES },
  ...{ exp: fraction, ln: fraction, log: fraction, log10: fraction, sqrt: fraction, round: fraction, trunc: fraction },
}
/** Of a gathered value they take ten nanoseconds a byte, and more. */
const SLOW = words(
  'upper lower initcap casefold regexp_split_to_table regexp_split_to_array regexp_matches regexp_match',
)
/** Words of a text one by one take a hundred. */
const READING = words('to_tsvector to_tsquery plainto_tsquery phraseto_tsquery websearch_to_tsquery ts_headline')
/** Documents that are taken apart into their elements, of some forty bytes each. */
const PARSING = words('to_jsonb jsonb_build_object jsonb_build_array')
const PARSED_ROOM = 5
const CALCULATING = words('power pow exp ln log log10 sqrt')

/** Functions whose bound is by the places of their arguments, so that names instead of places are not taken. */
export function isByPlace(name: string): boolean {
  return Object.hasOwn(GROWING, name) || Object.hasOwn(SEARCHING, name)
}

/** What a call makes of its arguments. A function that the configuration adds has a schema in its name. */
export function callOf(name: string, args: Arguments, isVariadic: boolean): Made {
  const size = (place: number) => args.bounds[place]?.bytes ?? 0
  if (name.includes('.')) return { bytes: FIELD_BYTES }
  if (GATHERING.has(name) || isRepeatingPath(name, args)) return { bytes: GATHERED_BYTES, isGathered: true }
  if (name === 'range_agg') return { bytes: RANGES_BYTES, isGathered: true }
  const [one, other] = SEARCHING[name] ?? []
  let steps = one === undefined || other === undefined ? 0 : searchOf(size(one), size(other))
  if (BY_CHARACTER.has(name)) steps *= 4
  if (SMALL.has(name)) return { bytes: SMALL_BYTES, steps }
  if (name === 'concat_ws')
    return { bytes: size(0) * (isVariadic ? size(1) : args.bounds.length) + all(args, size), steps }
  const bytes = (Object.hasOwn(GROWING, name) ? (GROWING[name] as Rule) : all)(args, size)
  if (CALCULATING.has(name)) steps = calculationOf(bytes, bytes)
  if (SLOW.has(name) && bytes >= GATHERED_BYTES) steps = 8 * GATHERED_BYTES
  if (READING.has(name) && bytes >= GATHERED_BYTES) steps = 16 * GATHERED_BYTES
  const isParsed = PARSING.has(name) && !args.nodes.every((node, place) => size(place) < GATHERED_BYTES || isJson(node))
  return { bytes, steps, room: isParsed ? PARSED_ROOM : 1 }
}

const COMPARISONS = words(`
  = <> != < > <= >= ~ !~ ~* !~* ^@ @@ @@@ ? @? -|- &< &> <<| |>> &<| |&> <^ >^ ?- ?-| ?|| <<= >>= *= *<> *< *> *<= *>= ~>~ ~<~ ~>=~ ~<=~
`)
const SEARCHES = words('&& @> <@ ?| ?& ~~ ~~* !~~ !~~* <-> ?# ## ~=')
const NUMBERS = words('* / % ^')
const OF_LEFT = words('-> ->> #> #>> #-')

/** What an operator makes of its two sides, or of its right one alone. */
export function operatorOf(name: string, { nodes, bounds }: Arguments): Made {
  const sizes = bounds.map(({ bytes }) => bytes)
  const [left = 0, right = 0] = sizes
  const [most, both] = [Math.max(...sizes), left + right]
  if (SEARCHES.has(name)) return { bytes: SMALL_BYTES, steps: searchOf(left, right) }
  // BETWEEN and NULLIF have words for names.
  if (name === 'NULLIF') return { bytes: left }
  if (COMPARISONS.has(name) || /^[A-Z]/.test(name)) return { bytes: SMALL_BYTES }
  if (OF_LEFT.has(name)) return { bytes: left, isPart: true }
  // Keys that are taken out of a document are each looked for in each of it.
  if (name === '-') return { bytes: most, steps: Math.min(left, right) < GATHERED_BYTES ? 0 : searchOf(left, right) }
  if (name === '+') return { bytes: nodes.some(isNumber) ? most : both }
  if (!NUMBERS.has(name)) return { bytes: both }
  if (most >= GATHERED_BYTES) return { bytes: most }
  const bytes = name === '^' ? powerOf({ nodes, bounds }) : Math.min(both, NUMBER_BYTES)
  return { bytes, steps: name === '^' ? calculationOf(bytes, bytes) : calculationOf(left, right) }
}

/** What a cast makes of its argument. */
export function castOf(type: string, isArray: boolean, { nodes, bounds }: Arguments): Made {
  const { bytes = 0 } = bounds[0] ?? {}
  if (isArray) return { bytes: 2 * bytes }
  if (type === 'numeric' || type === 'decimal') return { bytes: Math.min(bytes, NUMBER_BYTES), isPart: true }
  if (SMALL_TYPES.has(type)) return { bytes: SMALL_BYTES, isPart: true }
  const isAsWritten = nodes[0]?.A_Const !== undefined || nodes[0]?.ColumnRef !== undefined
  if (/^(text|varchar|name|bytea)$/.test(type)) return { bytes: isAsWritten ? bytes : 2 * bytes }
  if (type === 'jsonb') return { bytes, room: PARSED_ROOM }
  return { bytes: (type === 'json' ? 1 : 4) * bytes }
}

/** Types whose values are small. */
const SMALL_TYPES = words(`
  bool int2 int4 int8 float4 float8 money date time timetz timestamp timestamptz interval uuid inet cidr macaddr macaddr8
  int4range int8range numrange tsrange tstzrange daterange point box circle line lseg char
`)

/** Of what is written out. */
export function constantOf({ sval, bsval, fval }: Tree): number {
  const text = [sval, bsval, fval]
    .map((one) => Object.values((one ?? {}) as Tree)[0])
    .find((one) => typeof one === 'string')
  if (typeof text !== 'string') return 4
  // `1e131071` is as long as it says once it is text again.
  const exponents = text.match(/\d\.?e\+?\d{4,}/gi)?.length ?? 0
  return Buffer.byteLength(text) + exponents * NUMBER_BYTES
}

/** A path can name the same part of a document again and again. */
function isRepeatingPath(name: string, { nodes }: Arguments): boolean {
  return /^jsonb_path_query_array/.test(name) && /,|\*\*|^$/.test(textOf(nodes[1]) ?? '')
}

function calculationOf(left: number, right: number): number {
  const digits = (bytes: number) => Math.min(bytes, NUMBER_BYTES) / 12
  return digits(left) * digits(right)
}

function powerOf({ nodes, bounds }: Arguments): number {
  const exponent = Math.abs(Number(exponentOf(nodes[1]) ?? Number.POSITIVE_INFINITY))
  return Math.min(NUMBER_BYTES, (bounds[0]?.bytes ?? 0) * Math.max(1, exponent) + NUMBER_BYTES / 32)
}

/** The most that an exponent can be, where it is written out or a fraction of what is. */
function exponentOf(node: Tree | undefined): number | null {
  const fraction = node?.A_Expr as Tree | undefined
  if (fraction && nameList(fraction.name)?.[0] === '/') return exponentOf(fraction.lexpr as Tree)
  const constant = node?.A_Const as Tree | undefined
  const written = Number((constant?.fval as Tree | undefined)?.fval ?? Number.NaN)
  return Number.isFinite(written) ? written : numberOf(node)
}

/** What is certainly a number, a time or the like. */
function isNumber(node: Tree | undefined): boolean {
  const constant = node?.A_Const as Tree | undefined
  if (constant) return constant.sval === undefined
  const cast = (node?.TypeCast as Tree | undefined)?.typeName as Tree | undefined
  if (cast)
    return (
      (cast.arrayBounds === undefined && /^(numeric|decimal)$/.test(lastOf(cast.names))) ||
      SMALL_TYPES.has(lastOf(cast?.names))
    )
  return SMALL.has(lastOf((node?.FuncCall as Tree | undefined)?.funcname))
}

function isJson(node: Tree | undefined): boolean {
  const cast = (node?.TypeCast as Tree | undefined)?.typeName as Tree | undefined
  return /^(jsonb?|to_json|row_to_json|array_to_json)/.test(
    lastOf(cast?.names ?? (node?.FuncCall as Tree | undefined)?.funcname),
  )
}

function lastOf(names: unknown): string {
  return nameList(names)?.at(-1) ?? ''
}
