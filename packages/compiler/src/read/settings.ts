// schemas/veltrix.yaml to settings. Every member is known, or a problem.
import { catalogue, isCode, suggest } from "@veltrix/diagnostics";
import { appendToken, lastToken } from "@veltrix/protocol";
import type { Environment, Outputs, Policy, SecretKeys, Settings } from "../model.ts";
import { type Document, holdsTag, isRawObject, type Problems, type RawObject, type RawValue } from "./document.ts";
import { readSecretKeys } from "./secret-settings.ts";
import { readWorkloadSettings } from "./workload-settings.ts";

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** What `outputs` holds that is not an emitter's. */
export const OUTPUTS: readonly string[] = ["package", "folder"];

/** The settings that `document` holds; undefined when they cannot be used, with every reason noted. */
export function readSettings(document: Document, problems: Problems): Settings | undefined {
  const before = problems.diagnostics.length;
  const reader = new SettingsReader(problems);
  const settings = reader.readAll(document.value);
  return problems.diagnostics.length > before ? undefined : settings;
}

class SettingsReader {
  readonly #problems: Problems;

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  readAll(value: RawValue | undefined): Settings {
    const root = this.#object(value ?? {}, "", ["environments", "policy", "outputs", "workloads", "secrets", "diagnostics"]);
    const workloads = readWorkloadSettings(root["workloads"], {
      problem: (pointer, detail, hint) => this.#problem(pointer, detail, hint),
      object: (inner, pointer, known) => this.#object(inner, pointer, known),
    });
    if (value !== undefined && !isRawObject(value)) return { environments: [], outputs: this.#outputs(undefined), workloads };
    const policy = this.#policy(root["policy"], "/policy", { defaults: "declared", onDrift: "alert", overrides: "allow" });
    // Environments under a misspelt name were found just above; that there are none is no second problem.
    const isMisspelt = root["environments"] === undefined && Object.keys(root).some((key) => suggest(key, ["environments"]).length > 0);
    return {
      environments: isMisspelt ? [] : this.#environments(root["environments"], policy),
      outputs: this.#outputs(root["outputs"]),
      workloads,
      ...this.#secrets(root["secrets"], "/secrets"),
      ...this.#raisedWarnings(root["diagnostics"]),
    };
  }

  /** `diagnostics: { <code>: error }`: a warning may be made an error, and an error nothing else. */
  #raisedWarnings(value: RawValue | undefined): Pick<Settings, "raisedWarnings"> {
    if (value === undefined) return {};
    const known = Object.keys(catalogue).filter((code) => isCode(code) && catalogue[code].severity === "warning");
    const body = this.#object(value, "/diagnostics", known);
    for (const [code, severity] of Object.entries(body))
      if (known.includes(code)) this.#choice(severity, `/diagnostics/${code}`, ["error"]);
    return { raisedWarnings: Object.keys(body) };
  }

  #secrets(value: RawValue | undefined, pointer: string): { readonly secrets?: SecretKeys } {
    if (value === undefined) return {};
    return { secrets: readSecretKeys(value, pointer, (at, detail, hint) => this.#problem(at, detail, hint)) };
  }

  #environments(value: RawValue | undefined, policy: Policy): readonly Environment[] {
    if (Array.isArray(value)) {
      const members = value.filter((name) => typeof name === "string").map((name) => `${name}: {}`);
      this.#problem(
        "/environments",
        "environments is a list, and each environment is a key",
        `write \`environments: { ${members.length === 0 ? "dev: {}" : members.join(", ")} }\``,
      );
      return [];
    }
    if (!isRawObject(value) || Object.keys(value).length === 0) {
      this.#problem("/environments", "environments names no environment", "write `environments: { dev: { namespace: my-dev } }`");
      return [];
    }
    return Object.entries(value).map(([name, body]) => this.#environment(name, body, policy));
  }

  #environment(name: string, value: RawValue, workspacePolicy: Policy): Environment {
    const pointer = appendToken("/environments", name);
    if (!DNS_LABEL.test(name) || name === "base") {
      this.#problem(
        pointer,
        `\`${name}\` cannot be the name of an environment`,
        "use lower-case letters, digits and `-`; `base` is the layer below all environments",
      );
    }
    const body = this.#object(value ?? {}, pointer, ["namespace", "production", "policy", "secrets"]);
    const namespace = body["namespace"];
    if (namespace !== undefined && (typeof namespace !== "string" || !DNS_LABEL.test(namespace))) {
      this.#problem(
        `${pointer}/namespace`,
        "a namespace is a DNS-1123 label",
        "use lower-case letters, digits and `-`, at most 63 characters",
        "value",
      );
    }
    const production = body["production"];
    if (production !== undefined && typeof production !== "boolean") {
      this.#problem(`${pointer}/production`, "production is true or false", "write `production: true`", "value");
    }
    return {
      name,
      ...(typeof namespace === "string" ? { namespace } : {}),
      production: production === true,
      policy: this.#environmentPolicy(body["policy"], `${pointer}/policy`, { production: production === true, workspacePolicy }),
      ...this.#secrets(body["secrets"], `${pointer}/secrets`),
    };
  }

  #environmentPolicy(
    value: RawValue | undefined,
    pointer: string,
    base: { readonly production: boolean; readonly workspacePolicy: Policy },
  ): Policy {
    if (!base.production) return this.#policy(value, pointer, base.workspacePolicy);
    // Production takes no default at all, and overrides only where it says so itself.
    const defaults = base.workspacePolicy.defaults === "ignore" ? "ignore" : "refuse";
    const policy = this.#policy(value, pointer, { ...base.workspacePolicy, defaults, overrides: "refuse" });
    if (policy.defaults === "declared") {
      this.#problem(
        `${pointer}/defaults`,
        "a production environment never takes a contract's default",
        "remove this line, and write the values",
      );
    }
    return policy;
  }

  #policy(value: RawValue | undefined, pointer: string, base: Policy): Policy {
    if (value === undefined) return base;
    const body = this.#object(value, pointer, ["defaults", "onDrift", "overrides"]);
    return {
      defaults: this.#choice(body["defaults"], `${pointer}/defaults`, ["declared", "refuse", "ignore"]) ?? base.defaults,
      onDrift: this.#choice(body["onDrift"], `${pointer}/onDrift`, ["alert", "refuse"]) ?? base.onDrift,
      overrides: this.#choice(body["overrides"], `${pointer}/overrides`, ["allow", "refuse"]) ?? base.overrides,
    };
  }

  #outputs(value: RawValue | undefined): Outputs {
    const { options, own } = this.#splitOptions(value ?? {});
    const body = this.#object(own, "/outputs", OUTPUTS);
    const name = body["package"] ?? "@veltrix/generated";
    if (typeof name !== "string" || !/^(@[a-z0-9][-a-z0-9._]*\/)?[a-z0-9][-a-z0-9._]*$/.test(name) || name.length > 214) {
      this.#problem("/outputs/package", "package is not a name that npm takes", 'write `package: "@my-scope/generated"`');
    }
    const folder = body["folder"] ?? "generated";
    if (
      typeof folder !== "string" ||
      !/^[a-zA-Z0-9][-a-zA-Z0-9._]*(\/[a-zA-Z0-9][-a-zA-Z0-9._]*)*$/.test(folder) ||
      folder.split("/")[0] === "schemas"
    ) {
      this.#problem("/outputs/folder", "folder is not a folder below the workspace, outside schemas/", "write `folder: generated`");
    }
    // A wrong member was noted just above, and settings with a problem are not used.
    return { package: typeof name === "string" ? name : "", folder: typeof folder === "string" ? folder : "", options };
  }

  /** Everything beside our own names is for emitters, and they judge it; what is nearly one of ours is a slip. */
  #splitOptions(value: RawValue): { readonly options: Outputs["options"]; readonly own: RawValue } {
    if (!isRawObject(value)) return { options: {}, own: value };
    const isOption = ([name]: readonly [string, RawValue]): boolean => !OUTPUTS.includes(name) && suggest(name, OUTPUTS).length === 0;
    const tagged = Object.entries(value).filter((entry) => isOption(entry) && holdsTag(entry[1]));
    for (const [name] of tagged)
      this.#problem(appendToken("/outputs", name), `${name} holds a tag, and settings are written out`, "write the value itself");
    return {
      // Whatever holds a tag was noted just above, and settings with a problem are not used.
      options: Object.fromEntries(Object.entries(value).filter(isOption)) as Outputs["options"],
      own: Object.fromEntries(Object.entries(value).filter((entry) => !isOption(entry))),
    };
  }

  #choice<Choice extends string>(value: RawValue | undefined, pointer: string, choices: readonly Choice[]): Choice | undefined {
    if (value === undefined) return undefined;
    const found = choices.find((choice) => choice === value);
    if (found === undefined) {
      const [nearest] = typeof value === "string" ? suggest(value, choices) : [];
      const name = lastToken(pointer);
      this.#problem(
        pointer,
        `${name} cannot be ${typeof value === "object" ? "this" : `\`${value}\``}`,
        nearest === undefined ? `write one of ${choices.join(", ")}` : `did you mean \`${nearest}\`?`,
        "value",
      );
    }
    return found;
  }

  #object(value: RawValue, pointer: string, known: readonly string[]): RawObject {
    if (!isRawObject(value)) {
      this.#problem(
        pointer,
        `${pointer === "" ? "the file" : pointer.slice(1)} is not an object`,
        `write it with the keys ${known.join(", ")}`,
      );
      return {};
    }
    for (const key of Object.keys(value)) {
      if (known.includes(key)) continue;
      const [nearest] = suggest(key, known);
      this.#problem(
        appendToken(pointer, key),
        `\`${key}\` is not known here`,
        nearest === undefined ? `known here: ${known.join(", ")}` : `did you mean \`${nearest}\`?`,
      );
    }
    return value;
  }

  #problem(pointer: string, detail: string, hint: string, on: "key" | "value" = "key"): void {
    this.#problems.add("VX1009", { detail, hint }, { pointer, on });
  }
}
