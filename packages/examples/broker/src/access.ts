// Who may publish and subscribe: the configured rights, compared level by level as MQTT does.

/** The rights of one account. */
export interface Rights {
  readonly account: string;
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** True when everything that `wanted` (a topic or a filter) stands for is covered by `allowed`. */
export function covers(allowed: string, wanted: string): boolean {
  const wantedLevels = wanted.split("/");
  const allowedLevels = allowed.split("/");
  for (const [index, level] of allowedLevels.entries()) {
    if (level === "#") return true;
    const other = wantedLevels[index];
    if (other === undefined || other === "#") return false;
    if (level !== "+" && level !== other) return false;
  }
  return wantedLevels.length === allowedLevels.length;
}

/** True when one of the rights lets `account` do `action` on `topic`. */
export function isAllowed(rights: readonly Rights[], account: string, action: "publish" | "subscribe", topic: string): boolean {
  return rights.some((right) => right.account === account && right[action].some((filter) => covers(filter, topic)));
}

/** The topics at or below which nobody may publish. */
export function unreachableTopics(rights: readonly Rights[], topics: readonly string[]): readonly string[] {
  const filters = rights.flatMap((right) => right.publish);
  return topics.filter((topic) => !filters.some((filter) => covers(filter, topic) || covers(filter, `${topic}/+`)));
}
