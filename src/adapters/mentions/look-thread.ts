import { parentPort, workerData } from 'node:worker_threads'
import { createSearch } from '../../domain/erasure/find-mentions.ts'
import type { Needle } from '../../domain/erasure/needles.ts'
import { look, type Question } from './look.ts'

// A script of its own: one question, one answer.
const { question, needles } = workerData as { question: Question; needles: Needle[] }
parentPort?.postMessage(look(question, createSearch(needles)))
