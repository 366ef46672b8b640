/**
 * A model's name in a form in which a provider's files and its answers agree: `gpt 4o 0806` and `gpt-4o-2024-08-06`,
 * `Claude Haiku 3.5` and `claude-3-5-haiku-20241022`. A date counts by its month and day where the file names no year.
 */
export function canonicalModel(name: string): { name: string; date: string | null } {
  const words = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  const dated = /^(.*?)-(?:(\d{4})-?)?(\d{2})-?(\d{2})$/.exec(words)
  const isDate =
    dated !== null && Number(dated[3]) >= 1 && Number(dated[3]) <= 12 && Number(dated[4]) >= 1 && Number(dated[4]) <= 31
  const base = isDate ? (dated[1] ?? '') : words
  const parts = base.split('-')
  const named = parts.filter((part) => /[a-z]/.test(part)).sort()
  const numbered = parts.filter((part) => /^\d+$/.test(part))
  return { name: [...named, ...numbered].join('-'), date: isDate ? `${dated[3]}${dated[4]}` : null }
}

/**
 * The ledger's name for a model of the invoice: the same one, or the only one that agrees with it. Null: the ledger names none, or more
 * than one could be meant.
 */
export function ledgerModelFor(invoiced: string, known: ReadonlySet<string>): string | null {
  if (known.has(invoiced)) return invoiced
  const wanted = canonicalModel(invoiced)
  const agreeing = [...known].filter((model) => {
    const { name, date } = canonicalModel(model)
    return name === wanted.name && (date === wanted.date || date === null || wanted.date === null)
  })
  return agreeing.length === 1 ? (agreeing[0] ?? null) : null
}
