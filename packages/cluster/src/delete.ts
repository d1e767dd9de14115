// The one write of this package, a module of its own: whoever only reads never loads it.
import { type RequestOptions, request } from "node:https";
import { type ConnectionOptions, openConnection } from "./connection.ts";
import { ClusterError, errorOf, start } from "./errors.ts";
import { pathOf } from "./resources.ts";

/** Exactly the version of a ConfigMap that was judged. */
export interface Condemned {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** What became of it: `gone` when somebody else was faster, `changed` when it is no longer what was judged. */
export type Deletion = { readonly kind: "deleted" } | { readonly kind: "gone" } | { readonly kind: "changed"; readonly reason: string };

export interface Deleter {
  /** Deletes that version and no other. `dryRun`: the server judges and keeps it. @throws ClusterError. */
  readonly deleteConfigMap: (condemned: Condemned, options?: { readonly dryRun?: boolean }) => Promise<Deletion>;
}

/** Opens a cluster for deleting ConfigMaps. @throws ClusterError (`no-config`); nothing is sent yet. */
export async function openDeleter(options: ConnectionOptions = {}): Promise<Deleter> {
  const { server, credentials } = await openConnection(options);
  return {
    async deleteConfigMap({ namespace, name, uid, resourceVersion }, { dryRun = false } = {}) {
      const body = JSON.stringify({
        apiVersion: "v1",
        kind: "DeleteOptions",
        preconditions: { uid, resourceVersion },
        ...(dryRun ? { dryRun: ["All"] } : {}),
      });
      const url = new URL(server + pathOf("ConfigMap", { namespace, name }));
      const { status, text } = await sendDelete(url, body, await credentials());
      if (status >= 200 && status < 300) return { kind: "deleted" };
      if (status === 404) return { kind: "gone" };
      const error = errorOf(status, text);
      if (error.kind === "conflict") return { kind: "changed", reason: error.message };
      throw error;
    },
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

function sendDelete(url: URL, body: string, options: RequestOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const lost = (error: Error): void => reject(new ClusterError("unreachable", `${url.origin}: ${error.message}`));
    const headers = {
      ...options.headers,
      "content-type": "application/json",
      // Without it Node sends no body with a DELETE: the preconditions would be gone, and anything deleted.
      "content-length": Buffer.byteLength(body),
    };
    const settings = { ...options, method: "DELETE", headers, timeout: 60_000 };
    const call = start(() =>
      request(url, settings, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.once("error", lost);
        response.once("end", () => resolve({ status: response.statusCode ?? 0, text }));
      }),
    );
    call.once("timeout", () => call.destroy(new Error("no answer within 60 s")));
    call.once("error", lost);
    call.end(body);
  });
}

/** A ConfigMap that may go, as it was judged. */
export interface Removable {
  readonly name: string;
  readonly object: { readonly metadata: { readonly uid?: string; readonly resourceVersion?: string } };
}

/** How far it went. */
export interface Pruned {
  readonly deleted: readonly string[];
  /** Why it went no further. */
  readonly stopped?: { readonly what: string; readonly detail: string };
}

/** Deletes what may go. */
export async function deleteRemovable(removable: readonly Removable[], deleter: Deleter, namespace: string): Promise<Pruned> {
  const deleted: string[] = [];
  for (const { name, object } of removable) {
    const { uid, resourceVersion } = object.metadata;
    const stop = (detail: string): Pruned => ({
      deleted,
      stopped: { what: `the ConfigMap \`${name}\` in ${namespace} was not deleted`, detail },
    });
    if (uid === undefined || resourceVersion === undefined) return stop("it says neither its uid nor its version");
    try {
      const deletion = await deleter.deleteConfigMap({ namespace, name, uid, resourceVersion });
      if (deletion.kind === "changed") return stop(`it was changed after it was judged (${deletion.reason})`);
      if (deletion.kind === "deleted") deleted.push(name);
    } catch (error) {
      return stop(error instanceof Error ? error.message : String(error));
    }
  }
  return { deleted };
}
