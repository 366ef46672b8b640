const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/**
 * Functions of pg_catalog that a statement may call. Each reads its arguments only: none reads a table, a file, a setting or the
 * catalogue by a name that it is given, none waits, none writes, and what is random or of the clock is named on purpose.
 */
export const ALLOWED_FUNCTIONS = words(`
  count sum avg min max stddev stddev_pop stddev_samp variance var_pop var_samp corr covar_pop covar_samp regr_avgx regr_avgy
  regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy bool_and bool_or every bit_and bit_or bit_xor
  array_agg string_agg json_agg jsonb_agg json_object_agg jsonb_object_agg json_agg_strict jsonb_agg_strict
  json_object_agg_strict jsonb_object_agg_strict json_object_agg_unique jsonb_object_agg_unique
  mode percentile_cont percentile_disc any_value range_agg range_intersect_agg
  row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value
  abs ceil ceiling floor round trunc sign sqrt cbrt exp ln log log10 power pow mod div gcd lcm factorial degrees radians pi
  sin cos tan cot asin acos atan atan2 sinh cosh tanh asinh acosh atanh sind cosd tand cotd asind acosd atand atan2d erf erfc
  gamma lgamma width_bucket scale min_scale trim_scale random random_normal
  int4 int8 int2 float8 float4 numeric text bool date time timestamp timestamptz timetz interval varchar bpchar
  length char_length character_length octet_length bit_length lower upper initcap casefold concat concat_ws left right substr
  substring overlay position strpos starts_with replace reverse translate trim btrim ltrim rtrim split_part string_to_array
  string_to_table array_to_string repeat lpad rpad ascii chr md5 sha224 sha256 sha384 sha512 encode decode convert_from convert_to to_hex to_bin to_oct
  quote_literal quote_nullable quote_ident format normalize is_normalized unistr like_escape similar_to_escape
  like notlike regexp_count regexp_instr regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array
  regexp_split_to_table regexp_substr parse_ident unicode_assigned crc32 crc32c
  age date_part date_trunc date_bin date_add date_subtract extract isfinite justify_days justify_hours justify_interval
  make_date make_time make_timestamp make_timestamptz make_interval now statement_timestamp transaction_timestamp
  clock_timestamp timeofday timezone to_char to_date to_number to_timestamp overlaps
  generate_series generate_subscripts unnest
  array_append array_cat array_dims array_length array_lower array_ndims array_position array_positions
  array_prepend array_remove array_replace array_reverse array_sample array_shuffle array_sort array_upper cardinality trim_array
  json_array_elements json_array_elements_text jsonb_array_elements jsonb_array_elements_text json_array_length
  jsonb_array_length json_build_array jsonb_build_array json_build_object jsonb_build_object json_each json_each_text jsonb_each
  jsonb_each_text json_extract_path json_extract_path_text jsonb_extract_path jsonb_extract_path_text json_object jsonb_object
  json_object_keys jsonb_object_keys json_strip_nulls jsonb_strip_nulls json_to_record jsonb_to_record json_to_recordset
  jsonb_to_recordset json_typeof jsonb_typeof jsonb_insert jsonb_set jsonb_set_lax jsonb_pretty jsonb_path_exists
  jsonb_path_match jsonb_path_query jsonb_path_query_array jsonb_path_query_first jsonb_path_exists_tz jsonb_path_match_tz
  jsonb_path_query_tz jsonb_path_query_array_tz jsonb_path_query_first_tz row_to_json to_json to_jsonb array_to_json
  isempty lower_inc lower_inf upper_inc upper_inf range_merge multirange int4range int8range numrange tsrange tstzrange
  daterange int4multirange int8multirange nummultirange tsmultirange tstzmultirange datemultirange
  to_tsvector to_tsquery plainto_tsquery phraseto_tsquery websearch_to_tsquery ts_rank ts_rank_cd ts_headline
  numnode querytree setweight strip tsvector_to_array array_to_tsvector
  money abbrev broadcast family host hostmask masklen netmask network text inet_merge inet_same_family
  point box circle line lseg path polygon area center diameter height width radius npoints pclose popen isclosed isopen slope
  bit_count get_bit get_byte set_bit set_byte num_nulls num_nonnulls pg_typeof
  uuid_extract_timestamp uuid_extract_version gen_random_uuid uuidv4 uuidv7 hashtext
  enum_first enum_last enum_range
`)

/** Of these the result can be far longer than what they are given: the length, by the place of its argument, has a bound. */
export const LENGTHENING: Readonly<Record<string, number>> = { repeat: 1, lpad: 1, rpad: 1 }
/** Characters that one of these may ask for. */
export const MAX_LENGTHENED = 1_000

/** Operators by name. Those of pg_catalog are the only ones that are found. */
export const ALLOWED_OPERATORS = words(`
  = <> != < > <= >= + - * / % ^ |/ ||/ @ & | # ~ << >> || !! && @@ @@@
  ~~ ~~* !~~ !~~* ~* !~ !~* ~>~ ~<~ ~>=~ ~<=~ ^@ -> ->> #> #>> #- @> <@ ? ?| ?& @? -|- &< &> <<| |>> &<| |&> <-> <^ >^ ?# ?- ?-| ?|| ~=
  <<= >>= <=> @-@ ## *= *<> *< *> *<= *>=
`)

/** Types that a statement may name, with `pg_catalog` or without. None of them looks a name up. */
export const ALLOWED_TYPES = words(`
  bool boolean int2 int4 int8 smallint integer bigint int float4 float8 real numeric decimal money
  text varchar bpchar char character name bytea bit varbit
  date time timetz timestamp timestamptz interval
  json jsonb jsonpath uuid inet cidr macaddr macaddr8
  int4range int8range numrange tsrange tstzrange daterange
  int4multirange int8multirange nummultirange tsmultirange tstzmultirange datemultirange
  tsvector tsquery point box circle line lseg path polygon
`)

/** Collations of every database. */
export const ALLOWED_COLLATIONS =
  /^(C|POSIX|default|ucs_basic|unicode|pg_c_utf8|pg_unicode_fast|und-x-icu|[a-z]{2,3}(-[A-Z][a-z]{3})?([-_][A-Z]{2})?(-x-icu|\.utf8|\.UTF-8)?)$/

/** Columns that every table has unasked. */
export const SYSTEM_COLUMNS = words('ctid xmin xmax cmin cmax tableoid oid')

/** The clock, without an argument. All others of the kind say who is signed in and where. */
export const ALLOWED_VALUE_FUNCTIONS = words(`
  SVFOP_CURRENT_DATE SVFOP_CURRENT_TIME SVFOP_CURRENT_TIME_N SVFOP_CURRENT_TIMESTAMP SVFOP_CURRENT_TIMESTAMP_N
  SVFOP_LOCALTIME SVFOP_LOCALTIME_N SVFOP_LOCALTIMESTAMP SVFOP_LOCALTIMESTAMP_N
`)
