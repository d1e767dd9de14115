// Numbers with their nouns, for notes to people.

/** `1 service`, `2 services`. */
export function countNoun(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
