export { anchor } from './anchor.ts'
export { request } from './request.ts'
export { selfCheck } from './self-check.ts'
