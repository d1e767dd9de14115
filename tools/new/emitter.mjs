// A new emitter: a package of its own, and its row in the table of who may import whom.

/** `name` is what the emitter is called, and its package with `emit-` before it. */
export function planEmitter(name) {
  if (!/^[a-z]+(?:-[a-z]+)*$/.test(name)) throw new Error("name it with small letters and hyphens");
  const folder = `packages/emit-${name}`;
  const constant = `${name.replaceAll(/-([a-z])/g, (_, letter) => letter.toUpperCase())}Emitter`;
  const manifest = {
    name: `@veltrix/emit-${name}`,
    version: "0.1.0",
    description: "<write: what it emits>",
    license: "Apache-2.0",
    files: ["dist"],
    type: "module",
    sideEffects: false,
    exports: { ".": { "veltrix:source": "./src/index.ts", types: "./dist/index.d.ts", default: "./dist/index.js" } },
    scripts: { build: "tsc -p ." },
    dependencies: { "@veltrix/compiler": "workspace:*" },
    engines: { node: ">=20.19" },
  };
  const settings = {
    extends: "../../tsconfig.base.json",
    compilerOptions: { rootDir: "src", outDir: "dist", tsBuildInfoFile: "dist/.tsbuildinfo" },
    include: ["src"],
    exclude: ["src/**/*.test.ts", "src/**/*.test-d.ts"],
  };
  return {
    files: {
      [`${folder}/package.json`]: `${JSON.stringify(manifest, null, 2)}\n`,
      [`${folder}/tsconfig.json`]: `${JSON.stringify(settings, null, 2)}\n`,
      [`${folder}/README.md`]: `# @veltrix/emit-${name}\n\n<write: what it emits, for whom, and an example>\n`,
      [`${folder}/src/index.ts`]: `export { ${constant} } from "./emitter.ts";\n`,
      [`${folder}/src/emitter.ts`]: emitter(name, constant),
      [`${folder}/src/emitter.test.ts`]: test(constant),
    },
    inserted: [
      {
        path: "tools/checks/src/direction/table.ts",
        after: '"emit-typescript": {',
        before: "\n\n",
        text: `\n  "emit-${name}": { imports: ["protocol", "diagnostics", "compiler"], tests: ["testkit"] },`,
      },
    ],
    next: ["npx pnpm install", "npm run format", "npx vitest run tools/checks names what is left to write"],
  };
}

function emitter(name, constant) {
  return `// The model goes in, files come out: here one of each service, with the names of its keys.
import { defineEmitter, type Emitter } from "@veltrix/compiler";

/** <write: what it emits> */
export const ${constant}: Emitter = defineEmitter({
  name: "${name}",
  emit(model, put) {
    for (const { id, contract } of model.services) {
      const keys = contract.keys.map(({ pointer }) => pointer);
      put({ path: \`\${id}/${name}.json\`, contents: \`\${JSON.stringify({ keys }, null, 2)}\\n\` });
    }
  },
});
`;
}

function test(constant) {
  return `import { compile, emitAll, MemoryHost } from "@veltrix/compiler";
import { expect, it } from "vitest";
import { ${constant} } from "./emitter.ts";

it("<write: what it proves>", async () => {
  const contract = { "x-veltrix": { version: "1.0.0" }, type: "object", properties: { port: { type: "integer" } } };
  const host = new MemoryHost({
    "schemas/veltrix.yaml": "environments:\\n  prod: {}\\n",
    "schemas/gateway/config.schema.json": JSON.stringify(contract),
    "schemas/gateway/values/base.yaml": "port: 8883\\n",
  });
  const { model, diagnostics } = compile(host);
  expect(diagnostics).toEqual([]);
  if (model === undefined) throw new Error("nothing was compiled");
  const { files } = await emitAll(${constant}, model);
  expect(files.map(({ contents }) => JSON.parse(contents) as unknown)).toEqual([{ keys: ["/port"] }]);
});
`;
}
