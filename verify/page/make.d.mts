/** The text of the page `verify/verify.html`, from its parts. */
export function makePage(): string
