// index.d.ts: the two types of a service, and the functions that give them.
import type { Service } from "@veltrix/compiler";
import type { JsonObject, JsonValue } from "@veltrix/protocol";
import { docComment, HEADER, typeName } from "./text.ts";
import { type NamedSchema, printCompositions } from "./types/composition.ts";
import { printObject, type PrintContext } from "./types/print-type.ts";

/** The declarations, and the same without comments: what a description cannot change. */
export interface Declarations {
  readonly text: string;
  readonly bare: string;
}

/** Prints the declarations of one service. */
export async function printDeclarations(service: Service): Promise<Declarations> {
  const name = typeName(service.id);
  const compositions = new Map<string, NamedSchema>();
  const nameOf = (schema: JsonObject): string => {
    // Two uses of one shape are one type; a description is no shape.
    const key = JSON.stringify(schema, (member, value: unknown) => (member === "description" || member === "title" ? undefined : value));
    const known = compositions.get(key) ?? { name: `${name}Type${compositions.size + 1}`, schema };
    compositions.set(key, known);
    return known.name;
  };
  const imports = new Set(["LoadedConfig", "LoadOptions", "TestOptions"]);
  const body = printBody(service, name, { nameOf, imports });
  const shapes = await printShapes([...compositions.values()], service.contract.schema["$defs"], name);
  const tail = `${shapes === "" ? "" : `\n${shapes}`}`;
  const text = importLine(imports) + body + tail;
  return { text: HEADER + text, bare: withoutComments(text) };
}

/** Plain contracts load no library. */
async function printShapes(named: readonly NamedSchema[], definitions: JsonValue | undefined, prefix: string): Promise<string> {
  if (named.length === 0) return "";
  // The library prints every list with places as if it were exactly that long.
  if ([...named.map(({ schema }) => schema), definitions ?? true].some(holdsPlaces)) return printCompositions(named, definitions, prefix);
  const { printByLibrary } = await import("./types/by-library.ts");
  return (await printByLibrary(named, definitions, prefix)) ?? printCompositions(named, definitions, prefix);
}

/** True when a schema in `value` says what stands at a place of a list; a key of that name makes no difference worth a walk. */
function holdsPlaces(value: JsonValue): boolean {
  return JSON.stringify(value).includes('"prefixItems":');
}

/** Only a doc comment has lines that begin with `/**` or ` *`: every text of a user inside the types is a literal on one line. */
function withoutComments(text: string): string {
  return text.replace(/^ *(?:\/\*\*| \*).*\n/gm, "");
}

function importLine(names: ReadonlySet<string>): string {
  return `import type { ${[...names].sort().join(", ")} } from "@veltrix/runtime";\n\n`;
}

function printBody(service: Service, name: string, base: Omit<PrintContext, "reading">): string {
  const { schema, description, version } = service.contract;
  const docs = (lines: readonly string[]): string => docComment(lines, "");
  const values = printObject(schema, "", { ...base, reading: "values" });
  const config = printObject(schema, "", { ...base, reading: "config" });
  return [
    docs([
      `Values of ${service.id} as they are written: raw texts, secrets in the clear. Contract ${version}.`,
      ...(description === undefined ? [] : [description]),
    ]),
    `export interface ${name}Values ${values}\n\n`,
    docs([`Configuration of ${service.id} as its code reads it: frozen, units parsed, secrets wrapped, hot keys live.`]),
    `export interface ${name}Config ${config}\n\n`,
    docs(["Loads the configuration of this process; throws a ConfigError that lists every problem."]),
    `export declare function loadConfig(options?: LoadOptions): Promise<LoadedConfig<${name}Config>>;\n\n`,
    docs(["Like loadConfig, but prints the problems and ends the process with exit code 78."]),
    `export declare function loadConfigOrExit(options?: LoadOptions): Promise<LoadedConfig<${name}Config>>;\n\n`,
    docs(["A configuration for tests, from values that are checked like delivered ones."]),
    `export declare function createTestConfig(values: ${name}Values, options?: TestOptions): LoadedConfig<${name}Config>;\n`,
  ].join("");
}
