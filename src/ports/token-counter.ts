/** About how many tokens a text is. Pure, and quick for any text. */
export type TokenCounter = (text: string) => number
