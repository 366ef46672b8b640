/** A text as DuckDB's SQL writes it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/**
 * CSV that PostgreSQL wrote, one file or several, as a relation. NULL is nothing between two commas, an empty text a pair of quotes.
 * Where rows are longer than 2 MB DuckDB's reader gives up at some ratios of row and buffer (duckdb/duckdb#24237): not where four fit.
 * @param longest bytes of the longest row at most
 */
export function readCsv(
  paths: string | readonly string[],
  columns: readonly { name: string; csv: string }[],
  longest: number,
): string {
  const types = columns.map(({ name, csv }) => `${quoted(name)}: ${quoted(csv)}`).join(', ')
  return `read_csv([${[paths].flat().map(quoted).join(', ')}], auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', nullstr = '',
    allow_quoted_nulls = false, strict_mode = true, max_line_size = ${longest},
    buffer_size = ${Math.max(longest * 4, 8 << 20)}, columns = {${types}})`
}
