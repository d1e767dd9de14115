// veltrix build --prove: everything that would be delivered is judged a second time, by ajv. What both judges took is
// remembered beside the generated package, by its hash: each content is judged once.
import { type Diagnostic, report } from "@veltrix/diagnostics";
import { hashBytes } from "@veltrix/protocol/fingerprint";
import type { Emitter } from "../emitter.ts";
import { DiskHost } from "../host/disk-host.ts";
import { HostRefusal } from "../host/host.ts";
import type { Model, Service } from "../model.ts";
import { MAX_FILE_BYTES } from "../read/limits.ts";
import { rulesOf } from "../validate/print-rules.ts";
import { knownFaults, loadSecondJudge, type SecondJudge } from "./second-judge.ts";

const MODULES = "node_modules";
const REMEMBERED = `${MODULES}/.veltrix-proved.json`;

/** An emitter that writes nothing: with a disagreement, nothing else is written either. `say` is told what was judged, a line each. */
export async function proofEmitter(root: string, say: (line: string) => void): Promise<Emitter> {
  const makeJudge = await loadSecondJudge();
  return {
    name: "prove",
    check: (model) => {
      const proof = new Proof(root, model);
      const diagnostics = model.services.flatMap((service) => proof.prove(service, makeJudge));
      for (const { id, faults } of proof.skipped) say(`ajv does not judge ${id}: it is known to be wrong about ${faults.join(", ")}`);
      say(`${proof.judged} judged twice, ${proof.remembered} known to be the same`);
      if (diagnostics.length === 0) proof.remember();
      return diagnostics;
    },
    emit: () => {},
  };
}

class Proof {
  readonly #host: DiskHost;
  readonly #path: string;
  /** Nothing is remembered where the generated package is not installed. */
  readonly #isInstalled: boolean;
  readonly #known: ReadonlySet<string>;
  readonly #proved: Set<string> = new Set();
  readonly skipped: { readonly id: string; readonly faults: readonly string[] }[] = [];
  judged = 0;
  remembered = 0;

  constructor(root: string, model: Model) {
    this.#host = new DiskHost(root);
    this.#path = `${model.settings.outputs.folder}/${REMEMBERED}`;
    this.#isInstalled = this.#host.listFolder(`${model.settings.outputs.folder}/${MODULES}`).kind === "entries";
    this.#known = readKnown(this.#host, this.#path);
  }

  prove(service: Service, makeJudge: (schema: Service["contract"]["delivered"]) => SecondJudge): readonly Diagnostic[] {
    const { id, contract, configs } = service;
    const faults = knownFaults(contract.delivered);
    if (faults.length > 0) {
      this.skipped.push({ id, faults });
      return [];
    }
    let judge: SecondJudge | undefined;
    return configs.flatMap(({ environment, text, value }) => {
      const hash = hashBytes(`ajv ${rulesOf(contract)}\u0000${text}`);
      if (this.#known.has(hash)) {
        this.#proved.add(hash);
        this.remembered++;
        return [];
      }
      judge ??= makeJudge(contract.delivered);
      const said = judge(value);
      if (said === undefined) {
        this.skipped.push({ id: `${id} in ${environment.name}`, faults: ["this contract: its code ends with an error"] });
        return [];
      }
      this.#proved.add(hash);
      this.judged++;
      if (said.length === 0) return [];
      return [
        report(
          "VX2041",
          { service: id, where: ` in ${environment.name}`, said: said.join("; ") },
          { at: { file: contract.file, pointer: "", on: "key" }, service: id, environments: [environment.name] },
        ),
      ];
    });
  }

  remember(): void {
    if (!this.#isInstalled) return;
    try {
      this.#host.replaceFile(this.#path, `${JSON.stringify([...this.#proved].sort())}\n`);
    } catch (error) {
      // Where nothing can be remembered, it is judged again.
      if (!(error instanceof HostRefusal)) throw error;
    }
  }
}

function readKnown(host: DiskHost, path: string): ReadonlySet<string> {
  const read = host.readFile(path, MAX_FILE_BYTES);
  if (read.kind !== "bytes") return new Set();
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(read.bytes));
    return new Set(Array.isArray(value) ? value.filter((item) => typeof item === "string") : []);
  } catch {
    return new Set();
  }
}
