// Random workspaces: contracts with our annotations, values that mostly fit them, something hostile here and there.
import { Grower, type Schema } from "./grower.ts";
import type { Chance } from "./random.ts";
import { type Grown, growService } from "./service.ts";
import { randomSettings } from "./settings.ts";
import { type Json, printJson, SERVICES } from "./words.ts";
import { randomWorkloads } from "./workloads.ts";

/** Files by path. */
export type Files = { readonly [path: string]: string };

/** Share of wrong choices: most workspaces are to reach the emitters. */
const SLIPS = [0, 0, 0, 0, 0, 0.003, 0.01, 0.05, 0.2];

/** A value of any shape, right or wrong. */
export function randomValue(chance: Chance): Json {
  return new Grower(chance, { slips: 0.2 }).value();
}

/** A schema, now and then a faulty one. */
export function randomSchema(chance: Chance): Schema {
  return new Grower(chance, { slips: 0.05 }).schema();
}

/** A workspace of one to three services, of which later ones may refer to earlier ones. */
export function randomWorkspace(chance: Chance): Files {
  const slips = chance.pick(SLIPS);
  const plain = new Grower(chance, { slips });
  const { environments, root } = randomSettings(chance, plain);
  const shared = chance.chance(0.3) ? plain.schema() : undefined;
  let counter = 0;
  const services: Grown[] = [];
  const ids = [...new Set(Array.from({ length: chance.pick([1, 1, 1, 2, 2, 3]) }, () => chance.pick(SERVICES)))];
  for (const id of ids) {
    const definitions: { readonly [name: string]: Schema } = chance.chance(0.3) ? { a: plain.schema(), b: plain.schema() } : {};
    const refs: readonly (readonly [string, Schema])[] = [
      ...Object.entries(definitions).map(([name, schema]): [string, Schema] => [`#/$defs/${name}`, schema]),
      ...(shared === undefined ? [] : [["../shared/x.schema.json", shared] as const]),
    ];
    const soil = {
      chance,
      grower: new Grower(chance, { slips, refs }),
      environments,
      isImmutable: chance.chance(0.25),
      provided: services.flatMap(({ provided }) => provided),
      variables: new Set<string>(),
      count: () => ++counter,
    };
    services.push(growService(soil, { id, others: [...services], definitions }));
  }
  const { setting, files } = randomWorkloads({ chance, grower: plain, environments }, services);
  return {
    "schemas/veltrix.yaml": printJson({ ...root, ...setting }),
    ...(shared === undefined ? {} : { "schemas/shared/x.schema.json": printJson(shared) }),
    ...(chance.chance(0.15) ? { "schemas/acknowledged.yaml": chance.pick(["[]\n", "{{ evil }}", "acknowledged:\n  - hash: &a x\n"]) } : {}),
    ...Object.fromEntries(services.flatMap((service) => Object.entries(service.files))),
    ...files,
  };
}
