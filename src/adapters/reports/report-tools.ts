import { readFileSync } from 'node:fs'

/** The verifiers for Node and for a browser, and how to use them: what travels with every report. */
export function readReportTools(): { name: string; bytes: Uint8Array }[] {
  const read = (file: string) => readFileSync(new URL(`../../../verify/${file}`, import.meta.url))
  return [
    { name: 'README.txt', bytes: read('README-report.txt') },
    { name: 'verify.html', bytes: read('verify.html') },
    { name: 'verify-report.mjs', bytes: read('verify-report.mjs') },
    { name: 'verify.mjs', bytes: read('verify.mjs') },
  ]
}
