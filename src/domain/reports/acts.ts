import { column, type Question } from './question.ts'

// Questions about what people and the system did that is no call. Filters by tool, model and personal data do not narrow them.

export const acts: Question = {
  name: 'acts',
  title: 'Acts that are no calls, by kind, outcome and key',
  columns: [
    column('kind', 'text', 'Kind of entry'),
    column('status', 'text', 'What it says happened'),
    column('api_key_id', 'text', 'Key that did it; none: the system itself'),
    column('entries', 'integer', 'How many'),
    column('first_at', 'time', 'First in the period'),
    column('last_at', 'time', 'Last in the period'),
  ],
  sql: `SELECT kind, status, coalesce(api_key_id, 'none') AS api_key_id, count(*) AS entries,
  min(occurred_at) AS first_at, max(occurred_at) AS last_at
FROM entries
WHERE {period} AND kind NOT IN ('interaction', 'refusal')
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3`,
}

export const policyChanges: Question = {
  name: 'policy-changes',
  title: 'Changes of the policy in force',
  columns: [
    column('id', 'text', 'Entry that holds the whole policy'),
    column('occurred_at', 'time', 'When it came into force'),
    column('policy_version', 'text', 'Digest of the policy'),
    column('before', 'text', 'Entry of the policy before it; empty: the first'),
  ],
  sql: `SELECT id, occurred_at, policy_version, CAST(related_entry AS text) AS before
FROM entries
WHERE {period} AND kind = 'policy'
ORDER BY occurred_at, id`,
}

/** What each check of the ledger came to, and rotations, recoveries and writers. */
export const integrity: Question = {
  name: 'integrity',
  title: 'Checks of the ledger, changes of its keys, recoveries',
  columns: [
    column('month', 'text', 'Month in UTC'),
    column('what', 'text', 'self-check, key rotation, recovery, or the start of a writer'),
    column('status', 'text', 'What it came to'),
    column('entries', 'integer', 'How many'),
  ],
  sql: `SELECT substr(CAST(CAST(occurred_at AS date) AS text), 1, 7) AS month,
  CASE WHEN kind = 'recovery' THEN 'recovery'
       WHEN act_detail LIKE '%"self_check":%' THEN 'self-check'
       WHEN status = 'log_key_rotated' THEN 'key rotation'
       WHEN act_detail LIKE '%"writer_epoch":%' THEN 'start of a writer'
       ELSE 'other' END AS what,
  status, count(*) AS entries
FROM entries
WHERE {period} AND kind IN ('administration', 'recovery')
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3`,
}

export const disclosuresByKey: Question = {
  name: 'disclosures-by-key',
  title: 'Disclosures of stored text, by month and key',
  columns: [
    column('month', 'text', 'Month in UTC'),
    column('api_key_id', 'text', 'Key of the officer'),
    column('status', 'text', 'disclosed: read; exported: given to the person'),
    column('disclosures', 'integer', 'How many'),
    column('with_purpose', 'integer', 'Of these, those with a stated purpose: it is sealed and not shown here'),
    column('persons', 'integer', 'Of how many persons'),
  ],
  sql: `SELECT substr(CAST(CAST(occurred_at AS date) AS text), 1, 7) AS month,
  coalesce(api_key_id, 'none') AS api_key_id, status, count(*) AS disclosures,
  count(*) FILTER (WHERE prompt_sealed) AS with_purpose,
  count(DISTINCT subject_pseudonym) AS persons
FROM entries
WHERE {period} AND kind = 'disclosure'
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3`,
}

export const disclosures: Question = {
  name: 'disclosures',
  title: 'The disclosures themselves',
  columns: [
    column('id', 'text', 'Entry of the disclosure'),
    column('occurred_at', 'time', 'When, UTC'),
    column('status', 'text', 'disclosed: read; exported: given to the person'),
    column('api_key_id', 'text', 'Key of the officer'),
    column('app', 'text', 'App of that key'),
    column('subject', 'text', 'Pseudonym of the person'),
    column('disclosed_entry', 'text', 'Entry whose text was shown; empty: an export'),
    column('has_purpose', 'boolean', 'A purpose was stated; it is sealed and not shown here'),
  ],
  sql: `SELECT id, occurred_at, status, api_key_id, app, subject_pseudonym AS subject,
  CAST(related_entry AS text) AS disclosed_entry, prompt_sealed AS has_purpose
FROM entries
WHERE {period} AND kind = 'disclosure'
ORDER BY occurred_at, id`,
}

export const holds: Question = {
  name: 'holds',
  title: 'Legal holds: placed and released',
  columns: [
    column('id', 'text', 'Entry'),
    column('occurred_at', 'time', 'When, UTC'),
    column('status', 'text', 'placed or released'),
    column('api_key_id', 'text', 'Key of the officer'),
    column('subject', 'text', 'Pseudonym of the person; empty: the tenant, or a period'),
    column('hold', 'text', 'Of a release: the entry that placed it'),
  ],
  sql: `SELECT id, occurred_at, status, api_key_id, subject_pseudonym AS subject, CAST(related_entry AS text) AS hold
FROM entries
WHERE {period} AND kind = 'hold'
ORDER BY occurred_at, id`,
}

/** Each class says in days how long its entries are kept: hot, before the colder class, and in all. */
export const retention: Question = {
  name: 'retention',
  title: 'What is kept for how long: entries by retention class, in the database and in the archive',
  columns: [
    column('retention_class', 'text', 'hot–cold–end of life in days; proof: kept as long as proofs are'),
    column('place', 'text', 'database or archive'),
    column('entries', 'integer', 'Entries of the period that were read there'),
    column('oldest_at', 'time', 'The oldest of them'),
    column('newest_at', 'time', 'The newest of them'),
  ],
  sql: `SELECT retention_class, CASE WHEN source = 'database' THEN 'database' ELSE 'archive' END AS place,
  count(*) AS entries, min(occurred_at) AS oldest_at, max(occurred_at) AS newest_at
FROM entries
WHERE {period}
GROUP BY 1, 2
ORDER BY 1, 2`,
}

export const archivedPeriods: Question = {
  name: 'archived-periods',
  title: 'The archive’s periods, and whether each went at the end of its life',
  columns: [
    column('retention_class', 'text', 'hot–cold–end of life in days'),
    column('periods', 'integer', 'Days of this class in the archive'),
    column('entries', 'integer', 'Entries in them'),
    column('first_day', 'text', 'The first day'),
    column('last_day', 'text', 'The last day'),
    column('expired', 'integer', 'Periods whose objects were removed at the end of their life'),
    column(
      'overdue',
      'integer',
      'Periods that are past the end of their life and not removed: held, or not reached yet',
    ),
  ],
  sql: `SELECT retention_class, count(*) AS periods, CAST(sum(entries) AS decimal(38,0)) AS entries,
  CAST(min(from_day) AS text) AS first_day, CAST(max(from_day) AS text) AS last_day,
  count(*) FILTER (WHERE expired) AS expired, count(*) FILTER (WHERE overdue) AS overdue
FROM archive_periods
GROUP BY 1
ORDER BY 1`,
}

export const cases: Question = {
  name: 'cases',
  title: 'Requests for erasure (Art. 17 GDPR)',
  columns: [
    column('id', 'text', 'Case'),
    column('state', 'text', 'How far it is'),
    column('requested_at', 'time', 'When it was asked for, UTC'),
    column('deadline', 'time', 'One month later'),
    column('ended_at', 'time', 'When it ended; empty: it has not'),
    column('met', 'boolean', 'It ended in time; empty: it has not ended'),
    column('officer', 'text', 'Key that asked'),
    column('approver', 'text', 'Second key, where one is needed'),
    column('receipt', 'integer', 'Number of its receipt; empty: nothing was deleted'),
    column('error_code', 'text', 'Why it was refused or failed'),
  ],
  sql: `SELECT id, state, requested_at, deadline, ended_at,
  CASE WHEN ended_at IS NOT NULL THEN ended_at <= deadline END AS met, officer, approver, receipt_number AS receipt, error_code
FROM erasure_cases
ORDER BY requested_at, id`,
}

export const casesByMonth: Question = {
  name: 'cases-by-month',
  title: 'Requests for erasure by month and state',
  columns: [
    column('month', 'text', 'Month of the request, UTC'),
    column('cases', 'integer', 'Requests'),
    column('completed', 'integer', 'Of these, completed'),
    column('in_time', 'integer', 'Of these, ended within a month'),
    column('late', 'integer', 'Ended later than that'),
    column('open', 'integer', 'Not ended when the report was made'),
  ],
  sql: `SELECT substr(CAST(CAST(requested_at AS date) AS text), 1, 7) AS month, count(*) AS cases,
  count(*) FILTER (WHERE state = 'completed') AS completed, count(*) FILTER (WHERE ended_at <= deadline) AS in_time,
  count(*) FILTER (WHERE ended_at > deadline) AS late, count(*) FILTER (WHERE ended_at IS NULL) AS open
FROM erasure_cases
GROUP BY 1
ORDER BY 1`,
}

export const erasureEntries: Question = {
  name: 'erasure-entries',
  title: 'What the ledger says of erasures',
  columns: [
    column('id', 'text', 'Entry'),
    column('occurred_at', 'time', 'When, UTC'),
    column('status', 'text', 'requested: announced before anything is deleted; completed, refused, failed, …'),
    column('api_key_id', 'text', 'Key that asked or decided'),
    column('announced_by', 'text', 'Entry that announced it'),
    column('error_code', 'text', 'Why it was refused or failed'),
  ],
  sql: `SELECT id, occurred_at, status, api_key_id, CAST(related_entry AS text) AS announced_by, error_code
FROM entries
WHERE {period} AND kind = 'erasure'
ORDER BY occurred_at, id`,
}
