// References as contracts: what the key that a `!ref` names may hold, against what the key that holds the `!ref` takes.
import { type Related, report } from "@veltrix/diagnostics";
import { lastToken } from "@veltrix/protocol";
import type { Drafts } from "../drafts.ts";
import type { Key } from "../model.ts";
import { Reference } from "../read/document.ts";
import { type Written, writersIn } from "../resolve/layers.ts";
import type { ResolvedService, ResolvedValues } from "../resolve/values.ts";
import { type Agreement, compareContracts } from "../link/agreement.ts";
import { fittingKeys, isExported } from "../link/exports.ts";

interface Pair {
  readonly consumer: Key;
  readonly provider: Key;
  readonly agreement: Agreement;
}

/** Judges the contracts at both ends of references, each pair once. */
export class ReferenceContracts {
  readonly #keys: ReadonlyMap<string, ReadonlyMap<string, Key>>;
  readonly #pairs: Map<string, Pair | undefined> = new Map();

  constructor(services: readonly ResolvedService[]) {
    this.#keys = new Map(services.map(({ id, contract }) => [id, new Map(contract.keys.map((key) => [key.pointer, key]))]));
  }

  /** Notes every reference between two keys that no value can satisfy, in each environment that it counts in. */
  noteImpossible(service: ResolvedService, drafts: Drafts): void {
    for (const { pointer } of service.uses) {
      for (const values of service.environments) {
        const written = writersIn(values, pointer)[0];
        const pair = written === undefined ? undefined : this.#pairAt(service, written);
        // What is not exported was told already, with what could be referred to instead.
        if (written?.value instanceof Reference && pair?.agreement.verdict === "never" && this.#isOpenTo(service, written.value))
          this.#noteNever({ service, values, written, reference: written.value }, pair, drafts);
      }
    }
  }

  #isOpenTo(service: ResolvedService, { service: target, pointer }: Reference): boolean {
    const keys = this.#keys.get(target);
    const key = keys?.get(pointer);
    return service.id === target || (keys !== undefined && key !== undefined && isExported(key, [...keys.values()]));
  }

  #noteNever(
    at: {
      readonly service: ResolvedService;
      readonly values: ResolvedValues;
      readonly written: Written;
      readonly reference: Reference;
    },
    { consumer, provider, agreement }: Pair,
    drafts: Drafts,
  ): void {
    const { service, values, written, reference } = at;
    const related = [
      { at: { ...provider.declaredAt, on: "key" as const }, message: `${reference.text} is declared at` },
      { at: { ...consumer.declaredAt, on: "key" as const }, message: "this key is declared at" },
    ];
    const name = lastToken(consumer.pointer);
    const keys = [...(this.#keys.get(reference.service)?.values() ?? [])];
    const fitting = fittingKeys(keys, consumer.schema, name).map((pointer) => `${reference.service}#${pointer}`);
    drafts.note(["VX3010", written.file, written.pointer], values.environment.name, (where, environments) =>
      report(
        "VX3010",
        {
          service: service.id,
          pointer: consumer.pointer,
          where,
          target: reference.service,
          key: reference.pointer,
          reason: agreement.reason,
          fitting,
        },
        {
          at: { file: written.file, pointer: written.pointer, on: "value" },
          related,
          service: service.id,
          environments,
          key: consumer.pointer,
        },
      ),
    );
  }

  /** True when what is found at `pointer` follows from a reference that `noteImpossible` notes. */
  isImpossible(service: ResolvedService, values: ResolvedValues, pointer: string): boolean {
    const written = writersIn(values, pointer)[0];
    // An object over the reference may hold what it lacks: then the values decide.
    if (written !== undefined && writersIn(values, written.pointer)[0]?.value !== written.value) return false;
    return written !== undefined && this.#pairAt(service, written)?.agreement.verdict === "never";
  }

  /** Where the value of `reference` comes from, and why it can be one that the rules refuse. */
  explain(service: ResolvedService, written: Written, reference: Reference): Related {
    const pair = this.#pairAt(service, written);
    if (pair === undefined) {
      const at = { file: `schemas/${reference.service}/config.schema.json` };
      return { at, message: `the value comes from ${reference.text}, whose contract is` };
    }
    const at = { ...pair.provider.declaredAt, on: "key" as const };
    switch (pair.agreement.verdict) {
      case "wider":
        return { at, message: `the contract of ${reference.text} allows more than this key does; it is declared at` };
      case "unproved":
        return {
          at,
          message: `it could not be proved that ${reference.text} always fits this key, so the values of all environments decide; it is declared at`,
        };
      default:
        return { at, message: `the value comes from ${reference.text}, which is declared at` };
    }
  }

  #pairAt(service: ResolvedService, { pointer, value }: Written): Pair | undefined {
    if (!(value instanceof Reference)) return undefined;
    const identity = `${service.id}#${pointer} ${value.text}`;
    if (this.#pairs.has(identity)) return this.#pairs.get(identity);
    const consumer = this.#keys.get(service.id)?.get(pointer);
    const provider = this.#keys.get(value.service)?.get(value.pointer);
    // Inside lists and open objects there are no keys to compare.
    const pair =
      consumer === undefined || provider === undefined
        ? undefined
        : { consumer, provider, agreement: compareContracts(provider.schema, consumer.schema) };
    this.#pairs.set(identity, pair);
    return pair;
  }
}
