// Random schemas/veltrix.yaml: environments whose names look like something else, policies, every kind of output.
import type { Grower } from "./grower.ts";
import type { Chance } from "./random.ts";
import { DEPLOYERS, type Json, LABELS } from "./words.ts";

/** What the rest of a workspace has to know of an environment. */
export interface EnvironmentWords {
  readonly name: string;
  readonly namespace?: string;
  /** True where the policy lets a contract's default stand for a value. */
  readonly takesDefaults: boolean;
}

/** The text of the file, and its environments. */
export interface SettingsWords {
  readonly environments: readonly EnvironmentWords[];
  readonly root: { readonly [member: string]: Json };
}

/** Settings without `workloads`. */
export function randomSettings(chance: Chance, grower: Grower): SettingsWords {
  const policy = chance.chance(0.3) ? randomPolicy(chance) : {};
  const names = [...new Set(["dev", "prod", chance.pick(LABELS)].map((name) => (chance.chance(0.15) ? chance.pick(LABELS) : name)))];
  const environments = names.slice(0, chance.pick([1, 1, 2, 2, 3])).map((name) => {
    const isProduction = chance.chance(name === "prod" ? 0.8 : 0.1);
    const own = chance.chance(0.25) ? randomPolicy(chance) : {};
    if (isProduction) delete own["defaults"];
    const namespace = chance.chance(0.15) ? undefined : chance.chance(0.3) ? chance.pick(LABELS) : `fuzz-${name}`;
    const body = { ...(namespace === undefined ? {} : { namespace }), ...(isProduction ? { production: true } : {}) };
    return {
      words: {
        name,
        ...(namespace === undefined ? {} : { namespace }),
        takesDefaults: !isProduction && (own["defaults"] ?? policy["defaults"]) !== "refuse",
      },
      body: { ...body, ...(Object.keys(own).length > 0 ? { policy: own } : {}) },
    };
  });
  return {
    environments: environments.map(({ words }) => words),
    root: {
      environments: Object.fromEntries(environments.map(({ words, body }) => [words.name, body])),
      ...(Object.keys(policy).length > 0 ? { policy } : {}),
      ...(chance.chance(0.75) ? { outputs: randomOutputs(chance, grower) } : {}),
    },
  };
}

function randomPolicy(chance: Chance): { [member: string]: Json } {
  return {
    ...(chance.chance(0.4) ? { defaults: chance.pick(["declared", "refuse"]) } : {}),
    ...(chance.chance(0.6) ? { onDrift: chance.pick(["alert", "refuse"]) } : {}),
    ...(chance.chance(0.4) ? { overrides: chance.pick(["allow", "refuse"]) } : {}),
  };
}

/** `outputs`. */
export function randomOutputs(chance: Chance, grower: Grower): { readonly [member: string]: Json } {
  const targets = ["kubectl", "kustomize", "helm"].filter(() => chance.chance(0.7));
  return {
    ...(chance.chance(0.2) ? { package: chance.pick(["@scope/settings", "config", "no"]) } : {}),
    ...(chance.chance(0.5) && targets.length > 0 ? { targets } : {}),
    ...(chance.chance(0.45) ? { externalSecrets: randomExternalSecrets(chance, grower) } : {}),
    ...(chance.chance(0.55) ? { admission: randomAdmission(chance, grower) } : {}),
  };
}

function randomExternalSecrets(chance: Chance, grower: Grower): Json {
  return {
    store: {
      name: grower.slips() ? "A B" : chance.pick(["vault", "no", "1e3", "a.b"]),
      kind: chance.pick(["SecretStore", "ClusterSecretStore"]),
    },
    refreshInterval: grower.slips() ? "1 h" : chance.pick(["1h", "0s", "1.5h30m"]),
    ...(chance.chance(0.6)
      ? { remoteKey: chance.pick(["{environment}/{secret}", "{namespace}-{service}-{secret}-{key}", "no", "'\"#:", "{secret}/*&!|>%@`"]) }
      : {}),
  };
}

function randomAdmission(chance: Chance, grower: Grower): Json {
  return {
    mode: grower.slips() ? "off" : chance.pick(["warn", "deny", "audit"]),
    deployers: Array.from({ length: 1 + chance.below(3) }, () => chance.pick(DEPLOYERS)),
  };
}
