/** The text of the page `verify/verify.html`, from its parts. */
export function makePage(): string
export function makeProgram(): string
export function makeReportProgram(): string
