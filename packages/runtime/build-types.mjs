// The declarations of a published package: those of its entries, and in one file beside them exactly what they refer
// to, out of the runtime and the protocol, so that the package needs no other one.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const SHARED = "shared";
const DECLARED = /^(?:export |declare |abstract )*(?:type|interface|class|const|function)\s+([\w$]+)/;
const LISTED = /^(?:import|export) (?:type )?\{([^}]*)\} from "([^"]+)";$/;
const NAMESPACE = /^import type \* as (\w+) from "(node:[^"]+)";$/;
const COMMENT = /^ *\/\*\*[\s\S]*?\*\/\n/gm;

/** Writes `<entry>.d.ts` for each entry and the file that they share, from what tsc wrote of runtime and protocol. */
export async function writeTypes(folders, entries, to) {
  const modules = await readModules(folders);
  const needed = new Map();
  const texts = entries.map((entry) => [entry, printEntry(modules, entry, needed)]);
  const outer = [...needed.values()].filter(({ text }) => text === undefined);
  const imports = outer.map(({ module, name }) =>
    module.endsWith(" *") ? `import type * as ${name} from "${module.slice(0, -2)}";\n` : `import type { ${name} } from "${module}";\n`,
  );
  const inner = [...needed.values()].filter(({ text }) => text !== undefined);
  // What nobody imports by name is there for the compiler alone: without comments, one declaration a line.
  const shared = inner.map(({ text, isPublic }) =>
    isPublic
      ? text
      : `${text
          .replaceAll(COMMENT, "")
          .replaceAll(/\s*\n\s*/g, " ")
          .trim()}\n`,
  );
  await writeFile(join(to, `${SHARED}.d.ts`), [...imports, ...shared].join(""));
  for (const [entry, text] of texts) await writeFile(join(to, `${entry}.d.ts`), text);
}

/** Every declaration file as its statements: what each declares, and where other names come from. */
async function readModules(folders) {
  const modules = new Map();
  for (const [prefix, folder] of Object.entries(folders)) {
    for (const file of await readdir(folder, { recursive: true })) {
      if (!file.endsWith(".d.ts")) continue;
      const name = join(prefix, file.replace(/\.d\.ts$/, ""));
      const text = await readFile(join(folder, file), "utf8");
      modules.set(
        name,
        parseModule(
          text.replaceAll(/^(?: {4})+/gm, (indent) => " ".repeat(indent.length / 2)),
          name,
        ),
      );
    }
  }
  return modules;
}

function parseModule(text, name) {
  const declared = new Map();
  const from = new Map();
  const listed = [];
  for (const statement of text.split(/^(?=\/\*\*|(?:(?:export|declare|import|type|interface)\b))/m).reduce(joinComments, [])) {
    const list = LISTED.exec(statement.trim());
    const space = NAMESPACE.exec(statement.trim());
    if (space !== null) {
      from.set(space[1], `${space[2]} *`);
      continue;
    }
    const declaration = DECLARED.exec(statement.replace(COMMENT, ""))?.[1];
    if (list !== null) {
      const names = list[1]
        .split(",")
        .map((item) => item.trim().replace(/^type /, ""))
        .filter((item) => item !== "");
      for (const item of names) from.set(item, resolve(name, list[2]));
      if (statement.startsWith("export")) listed.push(...names);
    } else if (declaration !== undefined) declared.set(declaration, statement);
    else if (!/^(?:export \{\};|\/\/)?\s*$/.test(statement)) throw new Error(`${name}: what is ${JSON.stringify(statement)}?`);
  }
  return { declared, from, listed };
}

/** A comment belongs to what follows it. */
function joinComments(statements, part) {
  const last = statements.at(-1);
  if (last?.startsWith("/**") && !DECLARED.test(last.replace(COMMENT, ""))) return [...statements.slice(0, -1), last + part];
  return [...statements, part];
}

function resolve(name, specifier) {
  if (specifier.startsWith("@veltrix/protocol"))
    return specifier.replace("@veltrix/protocol", "protocol").replace(/^protocol$/, "protocol/index");
  return specifier.startsWith(".") ? join(name, "..", specifier).replace(/\.(ts|js)$/, "") : specifier;
}

/** An entry's own text, with everything else taken from the shared file. */
function printEntry(modules, entry, needed) {
  const { declared, from, listed } = modules.get(entry);
  const lines = [];
  const isUsed = new Set();
  for (const text of declared.values()) for (const [word] of text.replace(COMMENT, "").matchAll(/[\w$]+/g)) isUsed.add(word);
  for (const name of listed) need(modules, { module: from.get(name), name, isPublic: entry === "index" && !generated.has(name) }, needed);
  if (listed.length > 0) lines.push(`export { ${listed.join(", ")} } from "./${SHARED}.js";\n`);
  const imported = [...from].filter(([name]) => !listed.includes(name) && isUsed.has(name));
  const outside = new Map();
  for (const [name, module] of imported) {
    if (module.startsWith("node:") || entryOf(module)) {
      outside.set(module, [...(outside.get(module) ?? []), name]);
      continue;
    }
    need(modules, { module, name, isPublic: false }, needed);
    outside.set(SHARED, [...(outside.get(SHARED) ?? []), name]);
  }
  for (const [module, names] of outside)
    lines.push(`import type { ${names.join(", ")} } from "${module.startsWith("node:") ? module : `./${module}.js`}";\n`);
  return [...lines, ...declared.values()].join("");
}

/** Handed over by generated code alone. */
const generated = new Set(["ServiceDefinition", "VariableType"]);

/** Entries that declare something themselves. */
const entryOf = (module) => ["http", "metrics"].includes(module);

/** Takes a declaration, and all that it refers to. */
function need(modules, { module, name, isPublic }, needed) {
  if (module.startsWith("node:")) {
    needed.set(name, { module, name });
    return;
  }
  const { declared, from } = modules.get(module) ?? {};
  const text = declared?.get(name);
  if (text === undefined) {
    if (from?.get(name) === undefined) throw new Error(`${module} declares no ${name}`);
    need(modules, { module: from.get(name), name, isPublic }, needed);
    return;
  }
  const known = needed.get(name);
  if (known !== undefined && known.module !== module) throw new Error(`${name} is declared in ${known.module} and in ${module}`);
  if (known !== undefined) {
    known.isPublic ||= isPublic;
    return;
  }
  needed.set(name, { module, text, isPublic });
  for (const [word] of text.replace(COMMENT, "").matchAll(/[\w$]+/g))
    if (word !== name && (declared.has(word) || from.has(word))) need(modules, { module, name: word, isPublic: false }, needed);
}
