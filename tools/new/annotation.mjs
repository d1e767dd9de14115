// A new annotation of contracts: its name, and an entry in each table that says something of every annotation.

/** `name` begins with `x-`. */
export function planAnnotation(name, read) {
  if (!/^x-[a-z]+(?:-[a-z]+)*$/.test(name)) throw new Error("name it x-<words>");
  const link = "packages/compiler/src/link";
  if (read(`${link}/keywords.ts`).includes(`"${name}"`)) throw new Error(`${name} is there already`);
  return {
    files: {},
    inserted: [
      { path: `${link}/keywords.ts`, after: "export const annotations = [", before: "] as const", text: `  "${name}",\n` },
      {
        path: `${link}/annotations.ts`,
        after: "const checks",
        before: "};",
        text: `  "${name}": (schema, _key, complain) => {
    const value = schema["${name}"];
    if (value === undefined || typeof value === "string") return;
    complain("VX1108", schema, "${name}", "<write: what it is>", '<write: what to write>');
  },\n`,
      },
      { path: `${link}/agreement.ts`, after: "const comparable", before: "};", text: `  "${name}": true,\n` },
      {
        path: "packages/emit-typescript/src/reference/values-schema.ts",
        after: "const notes",
        before: "};",
        text: `  "${name}": (value) => (typeof value === "string" ? \`<write: what it asks of a value> \${value}.\` : undefined),\n`,
      },
      {
        path: "CONTRACT.md",
        after: "| `x-kubernetes-validations`",
        before: "\n\n",
        text: `\n| \`${name}\` | <write: where it stands> | <write: what it means> |`,
      },
    ],
    next: [
      "what it does with a key: a member of Key in packages/compiler/src/model.ts, read in packages/compiler/src/link/keys.ts",
      "use it in the contract that CONTRACT.md shows",
      "npm run format",
      "npx vitest run tools/checks names what is left to write",
    ],
  };
}
