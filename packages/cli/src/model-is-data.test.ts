// A model holds nothing but data: whoever has a copy of it, from another thread or from a file, emits the same bytes.
import { deserialize, serialize } from "node:v8";
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { compile, DiskHost, emitAll, MemoryHost, type Model, originOf } from "@veltrix/compiler";
import { typescriptEmitter } from "@veltrix/emit-typescript";
import { kubernetesEmitter } from "@veltrix/kubernetes";
import { shop } from "@veltrix/testkit";
import { expect, it } from "vitest";

const root = new URL("../../../", import.meta.url).pathname;

const copies: { readonly [way: string]: (model: Model) => Model } = {
  "a structured clone": (model) => structuredClone(model),
  "another thread": (model) => {
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(model);
    const received = receiveMessageOnPort(port2) as { readonly message: Model };
    port1.close();
    return received.message;
  },
  "a file of V8": (model) => deserialize(serialize(model)) as Model,
  "a file of JSON": (model) => JSON.parse(JSON.stringify(model)) as Model,
};

const workspaces = { "this repository": () => compile(new DiskHost(root)), "one with a default": () => compile(new MemoryHost(shop)) };

it.each(Object.keys(copies).flatMap((way) => Object.keys(workspaces).map((name) => [way, name] as const)))(
  "%s of the model of %s is equal to it, and gives the same bytes and origins",
  async (way, name) => {
    const { model } = workspaces[name as keyof typeof workspaces]();
    if (model === undefined) throw new Error("it does not compile");
    const copy = (copies[way] as (model: Model) => Model)(model);
    expect(copy).toStrictEqual(model);
    for (const emitter of [typescriptEmitter, kubernetesEmitter]) {
      const files = (await emitAll(emitter, model)).files;
      expect(files.length).toBeGreaterThan(0);
      expect((await emitAll(emitter, copy)).files).toEqual(files);
    }
    const origins = ({ services }: Model): readonly unknown[] =>
      services.flatMap(({ contract, configs }) =>
        configs.flatMap((config) => contract.keys.map(({ pointer }) => originOf(config, pointer))),
      );
    expect(origins(copy)).toEqual(origins(model));
    expect(new Set(origins(copy).map((origin) => (origin as { readonly kind: string } | undefined)?.kind)).size).toBeGreaterThan(3);
  },
);
