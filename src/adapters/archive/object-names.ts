const FORM = /^[A-Za-z0-9][A-Za-z0-9./_-]{0,999}$/

/** @throws RangeError where a name of an object is not in the form that the port states. */
export function checkName(name: string): void {
  if (!FORM.test(name) || name.split('/').some((part) => part === '' || part === '.' || part === '..'))
    throw new RangeError('unfit name of an archived object')
}
