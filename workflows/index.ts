export { anchor } from './anchor.ts'
export { request } from './request.ts'
export { rotateKeys } from './rotate-keys.ts'
export { selfCheck } from './self-check.ts'
