// What the peers need and Veltrix does not: contracts bundled and without annotations, values without tags. Not measured.
import { compile, DiskHost, type Service } from "@veltrix/compiler";
import { valueAt } from "@veltrix/protocol";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFiles } from "../generate/generate.ts";
import { environments } from "../generate/service.ts";

/** Prepares the workspace at `root` for the peers, below `folder`. Returns the services' ids. */
export function preparePeers(root: string, folder: string): readonly string[] {
  const { model, diagnostics } = compile(new DiskHost(root));
  if (model === undefined) throw new Error(`the workspace does not compile: ${JSON.stringify(diagnostics[0])}`);
  const byId = new Map(model.services.map((service) => [service.id, service]));
  const files = new Map<string, string>();
  for (const service of model.services) {
    files.set(`schemas/${service.id}.json`, JSON.stringify(service.contract.delivered, undefined, 2));
    for (const layer of ["base", ...environments])
      files.set(`values/${service.id}/${layer}.yaml`, untagged(root, `${service.id}/values/${layer}.yaml`, byId));
    for (const config of service.configs) {
      const overlay = `k8s/${service.id}/${config.environment.name}`;
      files.set(`${overlay}/config.json`, config.text);
      files.set(`${overlay}/kustomization.yaml`, kustomization(service.id, config.environment));
    }
  }
  writeFiles(folder, files);
  return [...byId.keys()];
}

/** A values file with its references replaced by values, and without its secrets. */
function untagged(root: string, path: string, services: ReadonlyMap<string, Service>): string {
  const text = readFileSync(join(root, "schemas", path), "utf8");
  return text.replaceAll(/^ *\w+: !secret .*\n/gm, "").replaceAll(/!ref ([a-z0-9-]+)#(\S+)/g, (tag, id: string, pointer: string) => {
    const value = valueAt(services.get(id)?.configs[0]?.value, pointer);
    if (value === undefined) throw new Error(`${tag} leads nowhere`);
    return JSON.stringify(value);
  });
}

function kustomization(id: string, { name, namespace }: { readonly name: string; readonly namespace?: string }): string {
  return `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: ${namespace}
labels:
  - pairs: { app.kubernetes.io/name: ${id}, example.com/environment: ${name} }
configMapGenerator:
  - name: ${id}-config
    files: [config.json]
generatorOptions: { disableNameSuffixHash: true }
`;
}
