// Workspaces with manifests of the team's, and what is said of them.
import { compile, MemoryHost, type Model } from "@veltrix/compiler";
import { stringify } from "yaml";
import { checkWorkloads } from "../emitter/manifests/check.ts";
import { sampleFiles } from "./sample.ts";

/** The sample, with manifests. */
export function modelWith(manifests: { readonly [path: string]: string }, workloads: unknown = ["deploy/**/*.yaml"]): Model {
  const settings = `${sampleFiles["schemas/veltrix.yaml"]}workloads: ${JSON.stringify(workloads)}\n`;
  const { model, diagnostics } = compile(new MemoryHost({ ...sampleFiles, "schemas/veltrix.yaml": settings, ...manifests }));
  if (model === undefined) throw new Error(JSON.stringify(diagnostics, undefined, 2));
  return model;
}

/** What is said of manifests: `code pointer message`, with the environments that it concerns. */
export function problems(manifests: { readonly [path: string]: string }, workloads?: unknown): readonly string[] {
  return checkWorkloads(modelWith(manifests, workloads)).map(
    ({ code, at, message, environments }) => `${code} ${at.pointer ?? ""} [${environments.join(" ")}] ${message}`,
  );
}

/** Codes alone. */
export function codes(manifests: { readonly [path: string]: string }, workloads?: unknown): readonly string[] {
  return checkWorkloads(modelWith(manifests, workloads)).map(({ code }) => code);
}

interface Pods {
  readonly kind?: string;
  readonly namespace?: string;
  readonly annotations?: { readonly [name: string]: string };
  readonly spec: object;
}

/** A workload of the team's. */
export function workload({ kind = "Deployment", namespace, annotations, spec }: Pods): string {
  const template = { ...(annotations === undefined ? {} : { metadata: { annotations } }), spec };
  return stringify({
    apiVersion: kind === "CronJob" ? "batch/v1" : "apps/v1",
    kind,
    metadata: { name: "team", ...(namespace === undefined ? {} : { namespace }) },
    spec: kind === "CronJob" ? { jobTemplate: { spec: { template } } } : { template },
  });
}
