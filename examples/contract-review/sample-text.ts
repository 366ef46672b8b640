/** The sample contract, made up: an article a page. Persons, companies and numbers are nobody's. */
export const TITLE = 'Master Services Agreement'
export const PARTIES =
  'between Northlake Logistics GmbH, Hafenstrasse 14, 20457 Hamburg, Germany ("Customer"), represented by Dr. Miriam Voss ' +
  '(miriam.voss@northlake.example, +49 40 5550 0142), and Calder & Finch Software Ltd, 9 Mill Lane, York YO1 9QL, United Kingdom ' +
  '("Supplier"), represented by Thomas Okafor (t.okafor@calderfinch.example, +44 1904 496 0117).'

/** Title of the article; then title and text of its clauses. */
export const ARTICLES: readonly [title: string, ...clauses: [title: string, text: string][]][] = [
  [
    'Definitions',
    [
      'Services',
      'The planning, building and running of the dispatch platform described in Schedule A, and what naturally belongs to it.',
    ],
    ['Business Day', 'Any day from Monday to Friday on which banks are open in both Hamburg and York.'],
    [
      'Affiliate',
      'A company that controls a party, is controlled by it, or is under common control with it, for as long as that lasts.',
    ],
  ],
  [
    'Services and Orders',
    [
      'Order Form',
      'Services are ordered by a written form that names scope, dates and price. An order binds when both parties have signed it.',
    ],
    [
      'Precedence',
      'Where documents contradict each other, the order form comes first, this agreement second, and the schedules last.',
    ],
    [
      'Changes',
      'Either party may ask for a change in writing. The Supplier answers within ten Business Days with what it costs and how long it takes.',
    ],
  ],
  [
    'Term',
    ['Initial Term', 'This agreement begins on 1 February 2026 and runs for thirty-six months.'],
    [
      'Renewal',
      'It is renewed for twelve months at a time unless a party says in writing, ninety days before the end, that it will not be.',
    ],
    [
      'Transition',
      'For six months after its end the Supplier goes on with the Services, at the prices last agreed, if the Customer asks for it.',
    ],
  ],
  [
    'Fees and Payment',
    [
      'Fees',
      'The Customer pays EUR 48,500 a month for the Services of Schedule A, and the rates of Schedule B for all others.',
    ],
    [
      'Invoices',
      'Invoices are sent by the fifth Business Day of a month and are due within thirty days, to IBAN DE89 3704 0044 0532 0130 00.',
    ],
    [
      'Late Payment',
      'Sums that are late bear interest of eight percentage points above the base rate of the European Central Bank.',
    ],
    [
      'Disputed Sums',
      'A sum may be held back where the Customer says within fifteen days, and with reasons, why it is not owed.',
    ],
  ],
  [
    'Price Review',
    [
      'Indexation',
      'From the second year on, fees follow the harmonised index of consumer prices for services, by not more than four per cent a year.',
    ],
    [
      'Benchmarking',
      'Once a year the Customer may have the prices compared by an independent third party that is no competitor of the Supplier.',
    ],
  ],
  [
    'Service Levels',
    [
      'Availability',
      'The platform is available for 99.8 per cent of each month, planned maintenance of up to six hours left out.',
    ],
    [
      'Response Times',
      'Faults of the first class are answered within thirty minutes at any hour, those of the second within four hours of a Business Day.',
    ],
    [
      'Service Credits',
      'For each full tenth of a per cent below the target, three per cent of the monthly fee is credited, up to twenty per cent.',
    ],
  ],
  [
    'Customer Duties',
    [
      'Cooperation',
      'The Customer gives access, information and decisions in time, and names one person who may speak for it.',
    ],
    [
      'Contact Person',
      'At the time of signature this is Lena Hartmann, lena.hartmann@northlake.example, reachable at +49 40 5550 0177.',
    ],
  ],
  [
    'Personnel',
    [
      'Key Personnel',
      'Grace Adeyemi leads the work for the Supplier. She is not withdrawn within eighteen months without good cause.',
    ],
    [
      'Replacement',
      'The Customer may ask for another person where there is good cause; the Supplier finds one within twenty Business Days.',
    ],
    [
      'Non-Solicitation',
      'During the term and for nine months after it, neither party recruits those who worked on the Services for the other.',
    ],
  ],
  [
    'Subcontracting',
    [
      'Consent',
      'Subcontractors may be engaged with the written consent of the Customer, which is not withheld without reason.',
    ],
    ['Responsibility', 'The Supplier answers for what its subcontractors do as for its own acts.'],
  ],
  [
    'Intellectual Property',
    ['Background Rights', 'Each party keeps what it brought with it.'],
    [
      'Results',
      'Results made for the Customer belong to it on payment; where the law does not allow that, it has a licence without limit in time and place.',
    ],
    [
      'Open Source',
      'Components under licences that demand the disclosure of other source code are used only with written consent.',
    ],
  ],
  [
    'Confidentiality',
    [
      'Duty',
      'What a party learns of the other in confidence is used for this agreement only, and shown to those only who need it for that.',
    ],
    [
      'Exceptions',
      'This does not bind what is public, was known before, was found independently, or must be disclosed by law.',
    ],
    [
      'Duration',
      'The duty lasts for five years after the end of this agreement, and for trade secrets as long as they are secret.',
    ],
  ],
  [
    'Data Protection',
    [
      'Processing',
      'Where the Supplier handles personal data for the Customer, Schedule D applies as an agreement under Article 28 of the GDPR.',
    ],
    [
      'Location',
      'Personal data is handled in the European Economic Area or the United Kingdom, and nowhere else without consent.',
    ],
    ['Breaches', 'The Supplier tells the Customer of a breach within twenty-four hours, at privacy@northlake.example.'],
  ],
  [
    'Security',
    [
      'Measures',
      'The Supplier keeps the measures of Schedule E and is certified under ISO/IEC 27001 throughout the term.',
    ],
    [
      'Penetration Tests',
      'Once a year an independent tester examines the platform; the summary goes to the Customer within a month.',
    ],
  ],
  [
    'Audit',
    [
      'Right to Audit',
      'Once a year, and whenever there is a concrete suspicion, the Customer may audit the Services on fifteen days of notice.',
    ],
    ['Records', 'Records of the Services are kept for seven years and given out on request.'],
  ],
  [
    'Warranties',
    [
      'Conformity',
      'For twelve months from acceptance the results do what the order form says. Faults are mended without charge.',
    ],
    ['Authority', 'Each party has the power to enter into this agreement and breaks no other one by it.'],
  ],
  [
    'Liability',
    ['Cap', 'Liability in a contract year is limited to 125 per cent of the fees paid in that year.'],
    [
      'Exceptions to the Cap',
      'The limit does not apply to intent, gross negligence, death or injury, and breaches of confidence or data protection.',
    ],
    [
      'Indirect Loss',
      'Neither party answers for lost profit that could not be foreseen when this agreement was signed.',
    ],
  ],
  [
    'Insurance',
    ['Cover', 'The Supplier holds professional indemnity insurance of at least EUR 5,000,000 for each event.'],
    ['Evidence', 'A certificate is handed over at signature and at each renewal.'],
  ],
  [
    'Termination',
    [
      'For Cause',
      'Either party may end this agreement at once where the other breaks it gravely and does not mend that within thirty days.',
    ],
    [
      'For Convenience',
      'After the first twelve months the Customer may end it on one hundred and eighty days of notice.',
    ],
    [
      'Insolvency',
      'Either party may end it where insolvency proceedings over the other are opened or refused for lack of assets.',
    ],
  ],
  [
    'Exit',
    [
      'Return of Data',
      'Within thirty days of the end the Supplier returns all data in an open format and deletes its copies.',
    ],
    ['Assistance', 'It helps the Customer or a third party to take the Services over, at the rates of Schedule B.'],
  ],
  [
    'Governing Law and Disputes',
    [
      'Law',
      'This agreement is governed by the law of Germany, without its rules on conflicts of law and without the CISG.',
    ],
    [
      'Escalation',
      'Disputes go first to the contact persons, then to the managing directors, for ten Business Days each.',
    ],
    [
      'Arbitration',
      'What is not settled then is decided by three arbitrators under the DIS rules, in Hamburg, in English.',
    ],
  ],
]
