// A new diagnostic: its entry in the catalogue, its page, and a golden case to fill.
const areas = {
  reading: 1,
  values: 2,
  dependencies: 3,
  delivery: 3,
  emitting: 4,
  runtime: 5,
  cluster: 5,
  project: 7,
};
/** Areas that compiling alone can find; the cases of the others run a command. */
const compiled = new Set(["reading", "values", "dependencies"]);

/** `name` is `<area>/<slug>`: the file of the catalogue, and what the problem is called. */
export function planDiagnostic(name, read) {
  const [, area = "", slug = ""] = /^([a-z]+)\/([a-z]+(?:-[a-z]+)*)$/.exec(name) ?? [];
  if (!Object.hasOwn(areas, area)) throw new Error(`name it <area>/<slug>; areas are ${Object.keys(areas).join(", ")}`);
  const catalogue = Object.keys(areas).map((one) => read(`packages/diagnostics/src/catalogue/${one}.ts`));
  if (catalogue.some((text) => text.includes(`"${slug}"`))) throw new Error(`${slug} is there already`);
  const code = nextCode(areas[area], catalogue);
  const folder = `${compiled.has(area) ? "packages/compiler" : "tools/checks"}/fixtures/diagnostics/${code}-${slug}`;
  return {
    files: {
      [`packages/diagnostics/docs/${code}.md`]: page(code, slug),
      [`${folder}/schemas/veltrix.yaml`]: "# <write: the smallest workspace that causes it>\nenvironments:\n  prod: {}\n",
      ...(compiled.has(area) ? {} : { [`${folder}/command.txt`]: "veltrix build\n" }),
    },
    inserted: [
      {
        path: `packages/diagnostics/src/catalogue/${area}.ts`,
        after: `export const ${area} = {`,
        before: "\n};",
        text: `
  ${code}: entry("${slug}", "error", "<write: what it is, in one line>", (p: { readonly service: string }) => ({
    message: \`\${p.service} <write: what happened; name the key and the environment>\`,
    hint: "<write: what to do>",
  })),`,
      },
    ],
    next: [
      `report ${code} where it is found, with a pointer`,
      `npm run golden -- ${code} writes what ${folder} prints: read it as a user would`,
      "npx vitest run tools/checks names what is left to write",
    ],
  };
}

function nextCode(thousand, catalogue) {
  const used = new Set(catalogue.flatMap((text) => text.match(/\bVX\d{4}(?=: entry)/g) ?? []));
  const numbers = [...used].map((code) => Number(code.slice(2))).filter((number) => Math.floor(number / 1000) === thousand);
  return `VX${Math.max(thousand * 1000, ...numbers) + 1}`;
}

function page(code, slug) {
  return `# ${code} ${slug}

<write: one sentence>

## Example

<write: the files of the golden case that matter>

What is printed:

\`\`\`text
<write: expected.txt of the golden case>
\`\`\`

## How to fix it

<write: what to do>

## Why Veltrix refuses it

<write: what would happen otherwise>
`;
}
