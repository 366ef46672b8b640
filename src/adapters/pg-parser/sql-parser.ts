import { fingerprintSync, hasSqlDetails, loadModule, parseSync, scanSync } from 'libpg-query'
import { type SqlParser, SqlSyntaxError, type SqlToken } from '../../domain/sql-guard/parser.ts'
import type { Tree } from '../../domain/sql-guard/types.ts'

/** PostgreSQL 18's parser, compiled to WebAssembly. */
export async function openSqlParser(): Promise<SqlParser> {
  await loadModule()
  return {
    parse(sql) {
      if (sql === '') return []
      try {
        return (parseSync(sql).stmts ?? []).map(({ stmt }) => (stmt ?? {}) as Tree)
      } catch (error) {
        throw syntaxError(error)
      }
    },
    tokens: (sql) =>
      scanSync(sql).tokens.flatMap(({ start, end, text, tokenName, keywordName }): SqlToken[] => {
        if (/COMMENT/.test(tokenName)) return []
        return [{ start, end, text, kind: kindOf(text, tokenName, keywordName) }]
      }),
    fingerprint: (sql) => fingerprintSync(sql),
  }
}

function syntaxError(error: unknown): unknown {
  if (!hasSqlDetails(error)) return error
  const { message, cursorPosition } = error.sqlDetails as { message: string; cursorPosition: number }
  return new SqlSyntaxError(message, cursorPosition >= 0 ? cursorPosition + 1 : null)
}

function kindOf(text: string, tokenName: string, keywordName: string): SqlToken['kind'] {
  if (/^(SCONST|ICONST|FCONST|BCONST|XCONST|PARAM)$/.test(tokenName) || /^[uU]&'/.test(text)) return 'constant'
  if (/^[uU]&"/.test(text) || tokenName === 'IDENT' || tokenName === 'UIDENT') return 'name'
  if (keywordName !== 'NO_KEYWORD') return 'word'
  return /^[\w"'$]/.test(text) ? 'name' : 'sign'
}
