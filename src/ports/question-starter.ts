/** Starts the workflow of a question. Duties: the same question is started once; rejects where it is open whether it was. */
export interface QuestionStarter {
  start(questionId: string, tenantId: string): Promise<void>
}
