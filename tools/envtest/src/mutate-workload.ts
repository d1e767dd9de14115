// Edits of a live workload: of everything that our projection put there, each with the field that has to be named, and of
// everything else, which nobody may be told of.
import { appendToken, type JsonObject } from "@veltrix/protocol";
import { type ExpectedWorkload, workloadKinds } from "@veltrix/protocol/kubernetes";
import type { Random } from "./random.ts";

/** One edit, done to the object that it is given. */
export interface Mutation {
  readonly what: string;
  /** Pointer that the finding has to begin with; empty for an edit that must not be told. */
  readonly field: string;
  readonly mutate: (live: LiveTemplate) => void;
}

/** A member of a live object. */
// oxlint-disable-next-line typescript/no-explicit-any -- a test writes into objects of any form
type Any = any;

/** The parts of a live workload that edits change. */
export interface LiveTemplate {
  readonly metadata: Any;
  readonly spec: Any;
  /** The container with our parts. */
  readonly container: Any;
}

/** The template of a live object; changing it changes the object. */
export function templateOf(object: JsonObject, { kind, pod }: ExpectedWorkload): LiveTemplate {
  let at: Any = object;
  for (const step of workloadKinds[kind].template) at = at[step];
  const containers: Any[] = at.spec.containers;
  const container =
    containers.find(({ name }) => name === pod.container) ??
    containers.find(({ env = [] }) => env.some(({ name }: Any) => name === "VELTRIX_SOURCE"));
  return { metadata: (at.metadata ??= {}), spec: at.spec, container };
}

/** Every edit of what is ours that this workload allows. */
export function harmful(object: JsonObject, workload: ExpectedWorkload): readonly Mutation[] {
  const { container } = templateOf(object, workload);
  const base = workloadKinds[workload.kind].template.reduce(appendToken, "");
  const own = appendToken(`${base}/spec/containers`, container.name);
  const at = (...steps: readonly string[]): string => steps.reduce(appendToken, own);
  return [
    ...workload.pod.env.flatMap((entry) => ofVariable(String(entry["name"]), at)),
    ...workload.pod.volumes.flatMap((volume) => ofVolume(volume, (...steps) => ["spec", "volumes", ...steps].reduce(appendToken, base))),
    ...workload.pod.volumeMounts.flatMap((mount) => ofMount(mount, at)),
    ...ofContainer(at, `${base}/spec`),
    ...ofAnnotation(workload.annotation, `${base}/metadata/annotations`),
  ];
}

type At = (...steps: readonly string[]) => string;

const byName = (list: Any[], name: unknown): Any => list.find((item) => item.name === name);
const without = (list: Any[], item: Any): Any[] => list.filter((other) => other !== item);

function ofVariable(name: string, at: At): readonly Mutation[] {
  const change = (what: string, edit: (entry: Any, container: Any) => void): Mutation => ({
    what: `${name} ${what}`,
    field: at("env", name),
    mutate: ({ container }) => edit(byName(container.env, name), container),
  });
  const reference = (entry: Any): Any => entry.valueFrom?.configMapKeyRef ?? entry.valueFrom?.secretKeyRef;
  const all = [
    change("taken away", (entry, container) => (container.env = without(container.env, entry))),
    change("as another text", (entry) => {
      delete entry.valueFrom;
      entry.value = "edited-by-hand";
    }),
    change("as an empty text", (entry) => {
      delete entry.valueFrom;
      delete entry.value;
    }),
    change("from the downward API", (entry) => {
      delete entry.value;
      entry.valueFrom = { fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } };
    }),
    change("written once more, below", (_entry, container) => container.env.push({ name, value: "edited-by-hand" })),
  ];
  if (name.startsWith("VELTRIX_")) return all;
  return [
    ...all,
    change("from another object", (entry) => (reference(entry).name += "-other")),
    change("from another key", (entry) => (reference(entry).key += "_OTHER")),
    change("optional", (entry) => (reference(entry).optional = true)),
    change("from an object of the other kind", (entry) => {
      const { configMapKeyRef, secretKeyRef } = entry.valueFrom;
      entry.valueFrom = secretKeyRef === undefined ? { secretKeyRef: configMapKeyRef } : { configMapKeyRef: secretKeyRef };
    }),
  ];
}

function ofVolume(volume: JsonObject, at: At): readonly Mutation[] {
  const name = String(volume["name"]);
  const change = (what: string, steps: readonly string[], edit: (live: Any, template: LiveTemplate) => void): Mutation => ({
    what: `volume ${name} ${what}`,
    field: at(name, ...steps),
    mutate: (template) => edit(byName(template.spec.volumes, name), template),
  });
  const all = [
    change("taken away", [], (live, { spec, container }) => {
      spec.volumes = without(spec.volumes, live);
      container.volumeMounts = container.volumeMounts.filter((mount: Any) => mount.name !== name);
    }),
    change("as an empty folder", [], (live) => {
      for (const member of Object.keys(live)) if (member !== "name") delete live[member];
      live.emptyDir = {};
    }),
  ];
  if (volume["projected"] === undefined) {
    return [
      ...all,
      change("of another ConfigMap", ["configMap", "name"], ({ configMap }) => (configMap.name += "-other")),
      change("optional", ["configMap", "optional"], ({ configMap }) => (configMap.optional = true)),
      change(
        "with some keys",
        ["configMap", "items"],
        ({ configMap }) => (configMap.items = [{ key: "config.json", path: "config.json" }]),
      ),
      change("that nobody may read", ["configMap", "defaultMode"], ({ configMap }, { spec }) => {
        // With a group of its own the kubelet would let that group read.
        delete spec.securityContext;
        configMap.defaultMode = 0;
      }),
      change("that only root may read", ["configMap", "defaultMode"], ({ configMap }, { spec, container }) => {
        delete spec.securityContext;
        configMap.defaultMode = 0o400;
        container.securityContext = { runAsUser: 1000 };
      }),
    ];
  }
  const { sources } = volume["projected"] as { readonly sources: readonly { readonly secret: Any }[] };
  const add = (source: object, step: string): Mutation =>
    change(`with ${step} besides`, ["projected", "sources", step], ({ projected }) => projected.sources.push(source));
  return [
    ...all,
    add({ serviceAccountToken: { path: "token", expirationSeconds: 3600 } }, "serviceAccountToken"),
    add({ secret: { name: "another", items: [{ key: "a", path: "broker/a" }] } }, "another"),
    add({ configMap: { name: "other", items: [{ key: "a", path: "broker/a" }] } }, "configMap other"),
    ...sources.flatMap(({ secret: { name: secret, items } }) => {
      const find = ({ projected }: Any): Any => projected.sources.find((source: Any) => source.secret?.name === secret);
      const of = (what: string, steps: readonly string[], edit: (secret: Any, spec: Any) => void): Mutation =>
        change(`${secret} ${what}`, ["projected", "sources", secret, ...steps], (live, { spec }) => edit(find(live).secret, spec));
      return [
        change(`without ${secret}`, ["projected", "sources", secret], (live) => {
          // A volume without any source is refused.
          live.projected.sources = [...without(live.projected.sources, find(live)), { downwardAPI: { items: [] } }];
        }),
        of("renamed", [], (live) => (live.name += "-other")),
        of("optional", ["secret", "optional"], (live) => (live.optional = true)),
        of("whole", ["secret", "items"], (live) => delete live.items),
        of("with another key", ["secret", "items", items[0].path], (live) => (live.items[0].key += "-other")),
        of("with another path", ["secret", "items"], (live) => (live.items[0].path += "-other")),
        of("with one more key", ["secret", "items", "extra"], (live) => live.items.push({ key: "extra", path: "extra" })),
        of("that nobody may read", ["secret", "items", items[0].path, "mode"], (live, spec) => {
          delete spec.securityContext;
          live.items[0].mode = 0o200;
        }),
      ];
    }),
  ];
}

function ofMount(mount: JsonObject, at: At): readonly Mutation[] {
  const path = String(mount["mountPath"]);
  const change = (what: string, steps: readonly string[], edit: (live: Any, template: LiveTemplate) => void): Mutation => ({
    what: `mount ${path} ${what}`,
    field: at("volumeMounts", ...steps),
    mutate: (template) =>
      edit(
        template.container.volumeMounts.find((each: Any) => each.mountPath === path),
        template,
      ),
  });
  return [
    change("taken away", [path], (live, { container }) => (container.volumeMounts = without(container.volumeMounts, live))),
    change("moved", [path], (live) => (live.mountPath += "-other")),
    change("that may be written", [path, "readOnly"], (live) => delete live.readOnly),
    change("of one file", [path, "subPath"], (live) => (live.subPath = "config.json")),
    change("of a file by a variable", [path, "subPathExpr"], (live) => (live.subPathExpr = "$(HOSTNAME)")),
    change("of another volume", [path, "name"], (live, { spec }) => {
      spec.volumes.push({ name: "another", emptyDir: {} });
      live.name = "another";
    }),
    change("with another one over a file of it", [`${path}/config.json`], (_live, { spec, container }) => {
      spec.volumes.push({ name: "another", configMap: { name: "another", defaultMode: 420 } });
      container.volumeMounts.push({ name: "another", mountPath: `${path}/config.json`, subPath: "config.json" });
    }),
    change("with another one under the same folder, spelled otherwise", [path], (_live, { spec, container }) => {
      spec.volumes.push({ name: "another", emptyDir: {} });
      container.volumeMounts.push({ name: "another", mountPath: `${path}/` });
    }),
  ];
}

function ofContainer(at: At, base: string): readonly Mutation[] {
  const added = (name: string, entry: object): Mutation => ({
    what: `${name} added`,
    field: at("env", name),
    mutate: ({ container }) => container.env.push({ name, ...entry }),
  });
  const inInit = (name: string): Mutation => ({
    what: `${name} in an init container`,
    field: ["initContainers", "before", "env", name].reduce(appendToken, base),
    mutate: ({ spec }) => (spec.initContainers = [{ name: "before", image: "before:1", env: [{ name, value: "edited-by-hand" }] }]),
  });
  return [
    added("VELTRIX_OVERRIDE_HTTP_PORT", { value: "1" }),
    added("VELTRIX_OVERRIDE_MQTT_PASSWORD", { valueFrom: { secretKeyRef: { name: "a", key: "b" } } }),
    added("VELTRIX_SERVER", { value: "https://config.example" }),
    inInit("VELTRIX_OVERRIDE_HTTP_PORT"),
    inInit("VELTRIX_ENVIRONMENT"),
    {
      what: "all keys of a ConfigMap, called as ours are",
      field: at("envFrom", "0"),
      mutate: ({ container }) => (container.envFrom = [{ prefix: "VELTRIX_OVERRIDE_", configMapRef: { name: "a" } }]),
    },
    {
      what: "everything of ours taken away",
      field: `${base}/containers`,
      mutate: ({ spec, container }) => {
        delete container.env;
        delete container.volumeMounts;
        delete spec.volumes;
      },
    },
  ];
}

function ofAnnotation(annotation: string, at: string): readonly Mutation[] {
  const change = (what: string, edit: (annotations: Any) => void): Mutation => ({
    what: `annotation ${what}`,
    field: appendToken(at, annotation),
    mutate: ({ metadata }) => edit(metadata.annotations),
  });
  return [
    change("taken away", (annotations) => delete annotations[annotation]),
    change("edited", (annotations) => (annotations[annotation] = `v1:sha256:${"0".repeat(64)}`)),
  ];
}

const shuffled = (random: Random, list: Any[] | undefined): Any[] | undefined =>
  list === undefined ? undefined : [...random.shuffle(list)];

const unnoticed = (what: string, mutate: (live: LiveTemplate) => void): Mutation => ({ what, field: "", mutate });

/** What other tools and people do, and what the API server writes: none of it touches what is ours. */
export function harmless(random: Random): readonly Mutation[] {
  return [...rewritten(random), ...besides()];
}

/** What is ours, in another form. */
function rewritten(random: Random): readonly Mutation[] {
  const edit = unnoticed;
  const references = ({ container }: LiveTemplate): Any[] =>
    container.env.flatMap(({ valueFrom }: Any) => valueFrom?.configMapKeyRef ?? valueFrom?.secretKeyRef ?? []);
  return [
    edit("variables in another order", ({ container }) => (container.env = shuffled(random, container.env))),
    edit("mounts and volumes in another order", ({ spec, container }) => {
      spec.volumes = shuffled(random, spec.volumes);
      container.volumeMounts = shuffled(random, container.volumeMounts);
    }),
    edit("sources and items in another order", ({ spec }) => {
      for (const { projected } of spec.volumes) {
        if (projected === undefined) continue;
        projected.sources = shuffled(random, projected.sources);
        for (const { secret } of projected.sources) if (secret !== undefined) secret.items = shuffled(random, secret.items);
      }
    }),
    edit("what the server fills in, left out", (live) => {
      for (const reference of references(live)) delete reference.optional;
      for (const { configMap, projected } of live.spec.volumes) {
        delete configMap?.defaultMode;
        delete projected?.defaultMode;
      }
    }),
    edit("what the server fills in, written", (live) => {
      for (const reference of references(live)) reference.optional = false;
      for (const { configMap, projected } of live.spec.volumes) if (configMap ?? projected) (configMap ?? projected).defaultMode = 420;
      for (const mount of live.container.volumeMounts) Object.assign(mount, { mountPropagation: "None", recursiveReadOnly: "Disabled" });
      live.container.terminationMessagePath = "/dev/termination-log";
    }),
    edit("modes that the process can read", ({ spec }) => {
      spec.securityContext = { ...spec.securityContext, runAsUser: 1000, fsGroup: 2000 };
      for (const { configMap, projected } of spec.volumes) if (configMap ?? projected) (configMap ?? projected).defaultMode = 0o440;
    }),
    edit("members of a newer server", ({ spec, container }) => {
      for (const volume of spec.volumes)
        for (const member of ["configMap", "projected"]) if (volume[member]) volume[member].refreshPolicy = "Newer";
      for (const mount of container.volumeMounts) mount.newerMember = true;
      for (const entry of container.env) entry.newerMember = "x";
    }),
  ];
}

/** What stands beside it. */
function besides(): readonly Mutation[] {
  const edit = unnoticed;
  return [
    edit("a sidecar before ours, with variables and mounts of its own", ({ spec }) =>
      spec.containers.unshift({
        name: "proxy",
        image: "proxy:1",
        env: [
          { name: "HTTP_PORT", value: "15000" },
          { name: "MQTT_HOST", value: "localhost" },
        ],
        volumeMounts: [{ name: "proxy-certs", mountPath: "/etc/certs", readOnly: true }],
      }),
    ),
    edit("an init container that mounts our files where it likes", ({ spec, container }) => {
      const { name } = container.volumeMounts[0];
      const env = [
        { name: "HTTP_PORT", value: "1" },
        { name: "VELTRIX_CONFIG_DIR", value: "/config" },
      ];
      spec.initContainers = [
        ...(spec.initContainers ?? []),
        { name: "migrate", image: "migrate:1", env, volumeMounts: [{ name, mountPath: "/config" }] },
      ];
    }),
    edit("volumes and mounts of others", ({ spec, container }) => {
      spec.volumes.push(
        { name: "cache", emptyDir: {} },
        { name: "kube-api-access-x", projected: { sources: [{ serviceAccountToken: { path: "token" } }] } },
      );
      container.volumeMounts.push({ name: "cache", mountPath: "/var/cache" }, { name: "cache", mountPath: "/etc/veltrix/configuration" });
    }),
    edit("variables of others", ({ container }) => {
      container.env.unshift(
        { name: "NODE_ENV", value: "production" },
        { name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
      );
      container.envFrom = [{ configMapRef: { name: "team" } }, { prefix: "TEAM_", secretRef: { name: "team" } }];
    }),
    edit("labels, annotations, image and resources", ({ metadata, spec, container }) => {
      metadata.annotations = {
        ...metadata.annotations,
        "sidecar.example/inject": "true",
        "kubectl.kubernetes.io/restartedAt": "2026-01-01",
      };
      metadata.labels = { ...metadata.labels, version: "2" };
      container.image = "another:2";
      container.resources = { limits: { cpu: "1" } };
      spec.serviceAccountName = "another";
    }),
  ];
}
