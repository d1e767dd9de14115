// `x-veltrix` at the root of a contract: version, owner, dependencies, workload, delivery.
import { suggest } from "@veltrix/diagnostics";
import { appendToken, isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import validRange from "semver/ranges/valid.js";
import coerce from "semver/functions/coerce.js";
import validVersion from "semver/functions/valid.js";
import type { Contract } from "../model.ts";
import type { Problems } from "../read/document.ts";
import { isServiceId } from "../read/tags.ts";

/** The part of a contract that `x-veltrix` gives. */
export type ContractHead = Pick<Contract, "version" | "owner" | "dependsOn" | "workload" | "delivery">;

const MEMBERS = ["version", "owner", "dependsOn", "workload", "delivery"];
const WORKLOADS = ["Deployment", "StatefulSet", "DaemonSet", "CronJob"];
const EXAMPLE = '"x-veltrix": { "version": "1.0.0", "owner": "team-name" }';

/** Reads `x-veltrix`; every fault is noted, and a head without its faulty members is returned. */
export function readContractHead(root: JsonObject, problems: Problems): ContractHead {
  return new HeadReader(problems).read(root["x-veltrix"]);
}

class HeadReader {
  readonly #problems: Problems;

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  read(value: JsonValue | undefined): ContractHead {
    if (!isJsonObject(value)) {
      this.#invalid(
        "",
        value === undefined ? "is missing at the root of the contract" : "is not an object",
        `write ${EXAMPLE}`,
        value === undefined ? "" : "/x-veltrix",
      );
      return { version: "0.0.0", dependsOn: {}, delivery: "mutable" };
    }
    for (const member of Object.keys(value)) {
      if (MEMBERS.includes(member)) continue;
      const [nearest] = suggest(member, MEMBERS);
      this.#invalid(
        appendToken("", member),
        `has no member \`${member}\``,
        nearest === undefined ? `its members are ${MEMBERS.join(", ")}` : `did you mean \`${nearest}\`?`,
      );
    }
    const owner = value["owner"];
    if (owner !== undefined && typeof owner !== "string")
      this.#invalid("/owner", "names its owner by a text", 'write "owner": "team-name"');
    const workload = this.#workload(value["workload"]);
    return {
      version: this.#version(value["version"]),
      ...(typeof owner === "string" ? { owner } : {}),
      dependsOn: this.#dependsOn(value["dependsOn"]),
      ...(workload === undefined ? {} : { workload }),
      delivery: this.#delivery(value["delivery"]),
    };
  }

  #version(value: JsonValue | undefined): string {
    // `valid` gives a version back without its build metadata.
    if (typeof value === "string" && validVersion(value) === value.split("+", 1)[0]) return value;
    if (value === undefined) this.#invalid("", "has no version", 'write "version": "1.0.0"');
    else
      this.#problems.add(
        "VX3009",
        { text: asWritten(value), what: "a semantic version", write: `"version": "${coerce(asWritten(value))?.version ?? "1.0.0"}"` },
        { pointer: "/x-veltrix/version", on: "value" },
      );
    return "0.0.0";
  }

  #dependsOn(value: JsonValue | undefined): { readonly [service: string]: string } {
    if (value === undefined) return {};
    if (!isJsonObject(value)) {
      this.#invalid("/dependsOn", "says dependsOn by something else than an object", 'write "dependsOn": { "broker": "^1.0.0" }');
      return {};
    }
    const ranges: { [service: string]: string } = {};
    for (const [service, range] of Object.entries(value)) {
      const at = appendToken("/dependsOn", service);
      if (!isServiceId(service)) this.#invalid(at, `depends on \`${service}\`, which is not a service id`, "name a folder of schemas/");
      else if (typeof range !== "string" || validRange(range) === null) {
        this.#problems.add(
          "VX3009",
          { text: asWritten(range), what: "a range of semantic versions", write: `"${service}": "^1.0.0"` },
          { pointer: `/x-veltrix${at}`, on: "value" },
        );
      } else ranges[service] = range;
    }
    return ranges;
  }

  #workload(value: JsonValue | undefined): ContractHead["workload"] {
    if (value === undefined) return undefined;
    if (isJsonObject(value)) {
      const { kind, name } = value;
      if (
        typeof kind === "string" &&
        WORKLOADS.includes(kind) &&
        typeof name === "string" &&
        /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(name) &&
        Object.keys(value).length === 2
      )
        return { kind, name };
    }
    this.#invalid(
      "/workload",
      `names a workload by kind (${WORKLOADS.join(", ")}) and name`,
      'write "workload": { "kind": "Deployment", "name": "my-service" }',
    );
    return undefined;
  }

  #delivery(value: JsonValue | undefined): Contract["delivery"] {
    if (value === undefined || value === "mutable") return "mutable";
    if (value === "immutable") return "immutable";
    const [nearest] = typeof value === "string" ? suggest(value, ["mutable", "immutable"]) : [];
    this.#invalid(
      "/delivery",
      "delivers `mutable` or `immutable`",
      nearest === undefined ? 'write "delivery": "mutable"' : `did you mean \`${nearest}\`?`,
    );
    return "mutable";
  }

  #invalid(pointer: string, detail: string, hint: string, at = `/x-veltrix${pointer}`): void {
    this.#problems.add("VX1108", { annotation: "x-veltrix", detail, hint }, { pointer: at, on: "key" });
  }
}

/** A value in words; what is no text may be an object with a `toString` of its own. */
function asWritten(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
