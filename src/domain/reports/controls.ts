import type { ControlEvidence } from './types.ts'

// Which control each kind of report is evidence for, by which tables, and what these do not show. The standards are AICPA’s 2017
// Trust Services Criteria, 45 CFR Part 164 and Regulation (EU) 2016/679.

type Shown = Pick<ControlEvidence, 'tables' | 'shows' | 'doesNotShow'>

const TITLES = {
  'SOC 2 CC6.1': 'Logical access to information assets is restricted',
  'SOC 2 CC6.6': 'Measures against threats from outside the system’s boundaries',
  'SOC 2 CC6.7': 'Transmission, movement and removal of information are restricted',
  'SOC 2 CC6.8': 'Unauthorised or malicious software is prevented or detected',
  'SOC 2 CC7.2': 'Components are monitored for anomalies',
  'SOC 2 CC7.3': 'Security events are evaluated',
  'SOC 2 CC7.4': 'Security incidents are responded to',
  'SOC 2 CC8.1': 'Changes are authorised, recorded and approved',
  'SOC 2 C1.2': 'Confidential information is disposed of',
  'SOC 2 PI1.4': 'Output is complete, accurate and delivered as specified',
  'SOC 2 PI1.5': 'Inputs, items in processing and outputs are stored completely and accurately',
  'SOC 2 P4.2': 'Personal information is retained in line with its purpose',
  'SOC 2 P4.3': 'Personal information is disposed of securely',
  'SOC 2 P5.1': 'Persons get access to their personal information',
  'SOC 2 P6.1': 'Personal information is disclosed to third parties as agreed',
  'SOC 2 P6.2': 'A record of authorised disclosures is kept',
  'HIPAA 164.312(a)(1)': 'Access control',
  'HIPAA 164.312(b)': 'Audit controls',
  'HIPAA 164.312(c)(1)': 'Integrity',
  'HIPAA 164.312(d)': 'Person or entity authentication',
  'HIPAA 164.312(e)(1)': 'Transmission security',
  'HIPAA 164.528': 'Accounting of disclosures',
  'GDPR Art. 5(1)(e)': 'Storage limitation',
  'GDPR Art. 5(1)(c)': 'Data minimisation',
  'GDPR Art. 12(3)': 'Requests are answered within one month',
  'GDPR Art. 15': 'Right of access',
  'GDPR Art. 17': 'Right to erasure',
  'GDPR Art. 30': 'Records of processing activities',
  'GDPR Art. 44-49': 'Transfers to third countries',
} as const

type Control = keyof typeof TITLES

function evidence(control: Control, shown: Shown): ControlEvidence {
  const [, standard = '', number = ''] = /^(SOC 2|HIPAA|GDPR) (.+)$/.exec(control) ?? []
  return { standard, control: number, title: TITLES[control], ...shown }
}

const access = (control: Control): ControlEvidence =>
  evidence(control, {
    tables: ['keys-used', 'acts', 'disclosures-by-key'],
    shows:
      'Which keys called and acted, when first and last, and that stored text was read as recorded disclosures only.',
    doesNotShow: 'Who holds a key, how keys are issued and withdrawn, and access to the machines themselves.',
  })

const integrityOf = (control: Control): ControlEvidence =>
  evidence(control, {
    tables: ['integrity'],
    shows:
      'What each check of the ledger came to. Beside the tables, completeness, proofs and the sample show that entries are whole, in order and unchanged since they were anchored.',
    doesNotShow: 'That what an entry says was right when it was written; calls that went past the gateway.',
  })

const erasureInTime: readonly ControlEvidence[] = [
  evidence('GDPR Art. 17', {
    tables: ['cases', 'erasure-entries', 'holds'],
    shows: 'Each request, what the ledger says was done, its receipt, and the holds that held others back.',
    doesNotShow: 'That nothing is left: the certificate of a case lists what was searched, and what was not.',
  }),
  evidence('GDPR Art. 12(3)', {
    tables: ['cases', 'cases-by-month'],
    shows: 'When each request was made here, its deadline one month later, and whether it ended before.',
    doesNotShow: 'When the person asked, where that was earlier; extensions that were told to the person.',
  }),
]

const storage = (control: Control): ControlEvidence =>
  evidence(control, {
    tables: ['retention', 'archived-periods'],
    shows: 'How long each class is kept, what of the period is where, and whether what is past its end is gone.',
    doesNotShow: 'That the chosen times fit the purpose; copies outside the gateway, such as backups of the databases.',
  })

export const SOC2: readonly ControlEvidence[] = [
  access('SOC 2 CC6.1'),
  evidence('SOC 2 CC6.6', {
    tables: ['unanswered', 'by-month'],
    shows:
      'Calls that were refused before anything was sent, by code: unknown regions, models that are not allowed, failed redaction.',
    doesNotShow: 'Network boundaries, and requests without a valid key: they leave no entry.',
  }),
  evidence('SOC 2 CC6.7', {
    tables: ['findings', 'by-month', 'by-model'],
    shows:
      'Personal data that was found in requests, and that it was redacted before anything was sent, or how often a tenant chose otherwise.',
    doesNotShow: 'Personal data that the engine did not recognise; encryption of the line to the provider.',
  }),
  evidence('SOC 2 CC6.8', {
    tables: ['policy-changes', 'integrity'],
    shows: 'That rules in force and writers of the ledger are on record, so that neither changes unseen.',
    doesNotShow: 'Protection of the machines against malicious software.',
  }),
  evidence('SOC 2 CC7.2', {
    tables: ['by-month', 'unanswered', 'latency', 'integrity'],
    shows: 'Calls, failures and latency over time, and the ledger’s checks of itself.',
    doesNotShow: 'Who was alerted, and when.',
  }),
  evidence('SOC 2 CC7.3', {
    tables: ['unanswered', 'integrity'],
    shows: 'Events by code, with the entries that an evaluation begins from.',
    doesNotShow: 'That somebody evaluated them.',
  }),
  evidence('SOC 2 CC7.4', {
    tables: ['acts', 'integrity'],
    shows: 'Recoveries, rotations of keys, holds and erasures as they were recorded.',
    doesNotShow: 'The response outside the gateway: communication, causes, lessons.',
  }),
  evidence('SOC 2 CC8.1', {
    tables: ['policy-changes'],
    shows: 'Every change of the rules in force, with the entry that holds the whole policy and the one before it.',
    doesNotShow: 'Who approved a change, and changes of the software: only the version that wrote each entry is known.',
  }),
  storage('SOC 2 C1.2'),
  integrityOf('SOC 2 PI1.5'),
  evidence('SOC 2 PI1.4', {
    tables: ['by-month', 'audit-daily-use', 'interactions'],
    shows: 'How each call ended, what it used and what it cost.',
    doesNotShow: 'Whether an answer was right.',
  }),
]

export const PII: readonly ControlEvidence[] = [
  evidence('GDPR Art. 5(1)(c)', {
    tables: ['findings', 'by-provider', 'interactions'],
    shows:
      'What kinds of personal data were found, and that they were replaced before a provider received the request.',
    doesNotShow: 'Personal data that the engine did not recognise.',
  }),
  evidence('GDPR Art. 15', {
    tables: ['interactions', 'disclosures-by-key'],
    shows: 'With a person named: each of that person’s calls in the period, and who read stored text.',
    doesNotShow: 'The text itself, which an export for the person holds.',
  }),
  evidence('SOC 2 CC6.7', {
    tables: ['by-month', 'findings', 'findings-by-tool'],
    shows: 'Personal data that was found in requests, and whether it was redacted before anything was sent.',
    doesNotShow: 'Encryption of the line to the provider.',
  }),
  evidence('SOC 2 P6.1', {
    tables: ['by-provider', 'engines', 'policy-changes'],
    shows: 'Which providers received requests in which personal data had been found, under which policy.',
    doesNotShow: 'What was agreed with the persons and with the providers.',
  }),
]

export const COST: readonly ControlEvidence[] = [
  evidence('SOC 2 PI1.4', {
    tables: ['by-month', 'by-tool', 'price-basis', 'interactions'],
    shows: 'What each call used and cost, added up exactly, and on which price list that rests.',
    doesNotShow: 'What a provider billed.',
  }),
]

export const HINTS: readonly ControlEvidence[] = [
  evidence('SOC 2 CC7.2', {
    tables: ['usage', 'endings', 'speeds', 'findings-by-day'],
    shows: 'That calls, refusals, errors, latency, personal data and cost are watched for what leaves its own past.',
    doesNotShow: 'That somebody acted on it.',
  }),
]

export const DISCLOSURES: readonly ControlEvidence[] = [
  evidence('HIPAA 164.528', {
    tables: ['disclosures'],
    shows:
      'Date, person (as a pseudonym), who was given access, and the entry that was shown, for the period asked for.',
    doesNotShow:
      'Name and address of the recipient, and the purpose, which is sealed: the accounting for an individual is made at /v1/disclosures. Disclosures that the rule exempts are not told apart.',
  }),
  evidence('SOC 2 P6.2', {
    tables: ['disclosures', 'disclosures-by-key'],
    shows: 'That each reading of stored text is on record, before it was shown.',
    doesNotShow: 'What was done with the text afterwards.',
  }),
  evidence('SOC 2 P5.1', {
    tables: ['disclosures-by-key'],
    shows: 'Exports for the persons themselves (status exported).',
    doesNotShow: 'That the person received it.',
  }),
  evidence('GDPR Art. 15', {
    tables: ['disclosures', 'disclosures-by-key'],
    shows: 'Exports for the persons themselves, and to which keys a person’s text was disclosed.',
    doesNotShow: 'That the person received it, and within which time of asking.',
  }),
  evidence('SOC 2 CC6.1', {
    tables: ['disclosures-by-key', 'acts'],
    shows: 'Which keys read stored text, and what else they did.',
    doesNotShow: 'Who holds a key.',
  }),
]

export const ERASURES: readonly ControlEvidence[] = [
  ...erasureInTime,
  storage('GDPR Art. 5(1)(e)'),
  storage('SOC 2 P4.2'),
  evidence('SOC 2 P4.3', {
    tables: ['cases', 'erasure-entries', 'archived-periods'],
    shows: 'Erasures of persons and removals at the end of life as they were recorded.',
    doesNotShow: 'That nothing is left on media that were taken out of use.',
  }),
  storage('SOC 2 C1.2'),
]

export const RESIDENCY: readonly ControlEvidence[] = [
  evidence('GDPR Art. 44-49', {
    tables: ['sent', 'against-register', 'processors', 'interactions'],
    shows: 'Which providers received data of which region, and whether the rules in force permit it.',
    doesNotShow: 'The ground of a transfer (Art. 45 to 49) and where a provider computes in fact.',
  }),
  evidence('GDPR Art. 30', {
    tables: ['processors', 'by-region-provider'],
    shows: 'Recipients by category and region, as input for the record of processing activities.',
    doesNotShow: 'The rest of that record: purposes, categories of persons, time limits, measures.',
  }),
  evidence('SOC 2 CC6.7', {
    tables: ['sent', 'unanswered'],
    shows: 'What left for whom, and what was refused because no permitted provider was left.',
    doesNotShow: 'Encryption of the line to the provider.',
  }),
  evidence('SOC 2 P6.1', {
    tables: ['against-register'],
    shows: 'Providers that received data, against those that are registered.',
    doesNotShow: 'The agreements with them.',
  }),
]

export const HIPAA: readonly ControlEvidence[] = [
  access('HIPAA 164.312(a)(1)'),
  evidence('HIPAA 164.312(b)', {
    tables: ['by-month', 'by-tool-hipaa-route', 'acts', 'interactions'],
    shows: 'That activity on these routes was recorded, call by call, and acts beside them.',
    doesNotShow: 'That the records were examined: the rule asks for that, too.',
  }),
  integrityOf('HIPAA 164.312(c)(1)'),
  evidence('HIPAA 164.312(d)', {
    tables: ['keys-used'],
    shows: 'That every call came with a known key.',
    doesNotShow: 'How an app authenticates the person behind it.',
  }),
  evidence('HIPAA 164.312(e)(1)', {
    tables: ['hipaa-providers', 'processors'],
    shows: 'To whom requests on these routes were sent, and whether they are registered as covered.',
    doesNotShow: 'Encryption of the line, which the configuration and the provider decide.',
  }),
  evidence('HIPAA 164.528', {
    tables: ['disclosures', 'disclosures-by-key'],
    shows:
      'Date, person (as a pseudonym), who was given access, and the entry that was shown, for the period asked for.',
    doesNotShow:
      'Name and address of the recipient, and the purpose, which is sealed: the accounting for an individual is made at /v1/disclosures.',
  }),
]
