// Variables that a shell, Kubernetes or Linux would refuse, or that would hide one another.
import type { Key, Service } from "@veltrix/compiler";
import { type Diagnostic, type Location, report } from "@veltrix/diagnostics";
import { isJsonObject } from "@veltrix/protocol";
import { isLegal, variableName } from "../objects/name-grammars.ts";
import { refuseSize, type Variable, variablesOf } from "../objects/variables.ts";

/** Every diagnostic of the `x-env` of a service, each once. */
export function checkVariables(service: Service): readonly Diagnostic[] {
  const keys = service.contract.keys.filter((key) => key.variable !== undefined);
  return [...checkNames(service, keys), ...checkClashes(service, keys), ...checkValues(service)];
}

function checkNames(service: Service, keys: readonly Key[]): readonly Diagnostic[] {
  return keys.flatMap((key) => {
    // The caller keeps keys with a variable only.
    const name = key.variable as string;
    if (!isLegal(name, variableName))
      return [illegal(service, key, { what: "the name of an environment variable", rule: variableName.rule })];
    if (!name.startsWith("VELTRIX_")) return [];
    return [
      illegal(service, key, { what: "the variable of a key", rule: "names that begin with `VELTRIX_` are Veltrix's own: choose another" }),
    ];
  });
}

function checkClashes(service: Service, keys: readonly Key[]): readonly Diagnostic[] {
  const firstByName = new Map<string, Key>();
  return keys.flatMap((key) => {
    const name = key.variable as string;
    const first = firstByName.get(name);
    if (first === undefined) {
      firstByName.set(name, key);
      return [];
    }
    return [
      report(
        "VX4001",
        { what: "environment variable", name, first: first.pointer, second: key.pointer },
        {
          at: placeOf(key),
          service: service.id,
          key: key.pointer,
          related: [{ at: placeOf(first), message: `${first.pointer} takes the name \`${name}\` at` }],
        },
      ),
    ];
  });
}

/** Kustomize writes these into YAML as they are, where they are refused, or read as a line break. config.json has them escaped. */
// oxlint-disable-next-line no-control-regex
const UNPORTABLE = /[\u007f-\u009f\u2028\u2029\ufffe\uffff]/;

/** Why `text` cannot reach a process as the value of its variable. */
function refuseValue({ name, text, key }: Variable): string | undefined {
  // The runtime takes no others: a longer text may name an integer that is not held exactly.
  if (isJsonObject(key.schema) && key.schema["type"] === "integer" && !Number.isSafeInteger(Number(text)))
    return `its value is an integer beyond ${Number.MAX_SAFE_INTEGER}, which no process reads from a variable: write a smaller one, or drop x-env`;
  // An empty variable is a missing one (it is what an unset one looks like to most programs), so it would say something else here.
  if (text === "") return "its value is empty, and an empty variable is read as one that is not set: leave the key out, or drop x-env";
  if (text.includes("\0")) return "its value holds a NUL character, which ends a variable: remove it, or drop x-env";
  const unportable = UNPORTABLE.exec(text)?.[0];
  if (unportable !== undefined) {
    const code = `U+${unportable.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
    return `its value holds ${code}, which Kustomize refuses or takes for whitespace: remove it, or drop x-env`;
  }
  return refuseSize(name, Buffer.byteLength(text));
}

function checkValues(service: Service): readonly Diagnostic[] {
  const found = new Map<string, { readonly key: Key; readonly rule: string; readonly environments: string[] }>();
  for (const config of service.configs) {
    for (const variable of variablesOf(service, config)) {
      const { key } = variable;
      const rule = refuseValue(variable);
      if (rule === undefined) continue;
      const id = `${key.pointer} ${rule}`;
      const known = found.get(id);
      if (known === undefined) found.set(id, { key, rule, environments: [config.environment.name] });
      else known.environments.push(config.environment.name);
    }
  }
  return [...found.values()].map(({ key, rule, environments }) =>
    illegal(service, key, { what: "an environment variable", rule, environments }),
  );
}

interface Refusal {
  readonly what: string;
  readonly rule: string;
  readonly environments?: readonly string[];
}

function illegal(service: Service, key: Key, { what, rule, environments = [] }: Refusal): Diagnostic {
  const place = { at: placeOf(key), service: service.id, environments, key: key.pointer };
  return report("VX4002", { what, name: key.variable ?? "", rule }, place);
}

function placeOf(key: Key): Location {
  return { file: key.declaredAt.file, pointer: key.declaredAt.pointer, on: "key" };
}
