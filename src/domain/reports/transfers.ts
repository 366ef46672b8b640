import { column, type Question } from './question.ts'

// Questions about what went where. `transfers` has a row for each attempt that may have reached a provider.

const PLACES = [
  column('region', 'text', 'Region whose rules the route was decided by'),
  column('provider', 'text', 'Provider that was asked'),
  column('model', 'text', 'Model that was asked of it'),
]

export const transfers: Question = {
  name: 'sent',
  title: 'What went where: attempts by region, provider and model',
  columns: [
    ...PLACES,
    column('attempts', 'integer', 'Attempts that may have reached it'),
    column('calls', 'integer', 'Calls that these belong to'),
    column('with_pii', 'integer', 'Of the attempts, those of calls in which personal data was found'),
    column('redacted', 'integer', 'Of these, those of calls that were redacted before anything was sent'),
  ],
  sql: `SELECT coalesce(region, 'none') AS region, provider, model, count(*) AS attempts,
  count(*) FILTER (WHERE attempt = 1) AS calls,
  count(*) FILTER (WHERE has_pii) AS with_pii, count(*) FILTER (WHERE has_pii AND pii_redacted) AS redacted
FROM transfers
WHERE {calls}
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3`,
}

/** Reads the answer of `sent`. */
export const againstRegister: Question = {
  name: 'against-register',
  title: 'What went where, against the registered processors and the residency rules in force',
  columns: [
    ...PLACES.slice(0, 2),
    column('attempts', 'integer', 'Attempts that may have reached it'),
    column('registered', 'boolean', 'The configuration names this provider'),
    column('permitted', 'boolean', 'The residency rules let data of this region go there'),
    column('covered_for_hipaa', 'boolean', 'Registered as covered (a signed BAA, or own machines)'),
    column('serves', 'text', 'Regions that the register names for it; empty: the residency rules alone decide'),
    column('local', 'boolean', 'It runs in this house: nothing left it'),
  ],
  sql: `SELECT t.region, t.provider, CAST(sum(t.attempts) AS decimal(38,0)) AS attempts,
  coalesce(bool_or(p.registered), false) AS registered, coalesce(bool_or(r.permitted), false) AS permitted,
  coalesce(bool_or(p.covered_for_hipaa), false) AS covered_for_hipaa, max(p.serves) AS serves,
  coalesce(bool_or(p.local), false) AS local
FROM sent t
LEFT JOIN registered_processors p ON p.provider = t.provider
LEFT JOIN residency_rules r ON r.provider = t.provider AND r.region = t.region
GROUP BY 1, 2
ORDER BY 1, 2`,
}

export const processors: Question = {
  name: 'processors',
  title: 'Processors as they are registered',
  columns: [
    column('provider', 'text', 'Provider'),
    column('registered', 'boolean', 'The configuration names it'),
    column('covered_for_hipaa', 'boolean', 'A signed BAA, or own machines'),
    column('serves', 'text', 'Regions it may serve; empty: the residency rules alone decide'),
    column('receives', 'text', 'Regions whose data the residency rules let go there'),
    column('local', 'boolean', 'It runs in this house'),
  ],
  sql: `SELECT p.provider, p.registered, p.covered_for_hipaa, p.serves,
  (SELECT string_agg(r.region, ' ' ORDER BY r.region) FROM residency_rules r WHERE r.provider = p.provider AND r.permitted) AS receives,
  p.local
FROM registered_processors p
ORDER BY 1`,
}

/** Calls of tools that are marked for HIPAA, and who was asked. */
export const hipaaProviders: Question = {
  name: 'hipaa-providers',
  title: 'Who was asked on HIPAA routes',
  columns: [
    ...PLACES.slice(1),
    column('attempts', 'integer', 'Attempts that may have reached it'),
    column('with_pii', 'integer', 'Of these, those of calls in which personal data was found'),
    column('redacted', 'integer', 'Of these, those of calls that were redacted before anything was sent'),
    column('covered_for_hipaa', 'boolean', 'Registered as covered when the report was made'),
  ],
  sql: `SELECT t.provider, t.model, count(*) AS attempts, count(*) FILTER (WHERE has_pii) AS with_pii,
  count(*) FILTER (WHERE has_pii AND pii_redacted) AS redacted, coalesce(bool_or(p.covered_for_hipaa), false) AS covered_for_hipaa
FROM transfers t
LEFT JOIN registered_processors p ON p.provider = t.provider
WHERE {calls} AND hipaa_route
GROUP BY 1, 2
ORDER BY 1, 2`,
}
