// Secrets that stand in values files in the clear, recognised by their form (secret-forms.ts): a pass of its own between
// compiling and emitting, over the texts of the files, so that comments are read too.
import { type Diagnostic, type Location, PositionFinder, report } from "@veltrix/diagnostics";
import { appendToken, isJsonObject, type JsonObject, type JsonValue, valueAt } from "@veltrix/protocol";
import { isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { Compilation } from "../compilation.ts";
import type { Origin } from "../model.ts";
import type { Document } from "../read/document.ts";
import { findSecretForms } from "./secret-forms.ts";

/** Files that people write values into: layers, and contracts with their defaults and examples. */
const WRITTEN = /^schemas\/(?:([^/]+)\/)?((?:values\/([^/]+)\.yaml)|[^/]+\.(?:json|yaml))$/;

/** `compilation` with every secret that a values file holds in the clear; then there is no model. */
export function findPlaintextSecrets(compilation: Compilation): Compilation {
  const leaks = findLeaks(compilation);
  if (leaks.length === 0) return compilation;
  const known = new Set(compilation.diagnostics.filter(({ code }) => code === "VX2010").map(({ at }) => `${at.file} ${at.pointer}`));
  const news = leaks.filter(({ document, pointer }) => !known.has(`${document.file} ${pointer}`));
  const others = concealAll(compilation.diagnostics, leaks);
  return { ...compilation, model: undefined, diagnostics: [...others, ...news.map(reportLeak)] };
}

/** `compilation` where nothing shows a secret that a values file holds in the clear: for what can only be read, like a commit. */
export function concealPlaintextSecrets(compilation: Compilation): Compilation {
  const leaks = findLeaks(compilation);
  if (leaks.length === 0) return compilation;
  const diagnostics = concealAll(compilation.diagnostics, leaks);
  const { model } = compilation;
  if (model === undefined) return { ...compilation, diagnostics };
  // As it stands in the file, and as it is read: a block is indented there.
  const texts = leaks.flatMap(({ document, offset, end, pointer }) => {
    const [, id = ""] = WRITTEN.exec(document.file) ?? [];
    const configs = model.services.find((service) => service.id === id)?.configs ?? [];
    const read = configs.map(({ value }) => (pointer === undefined ? undefined : valueAt(value, pointer)));
    return [document.text.slice(offset, end), ...read.filter((value) => typeof value === "string" && value !== "").map(String)];
  });
  const services = model.services.map((service) => ({
    ...service,
    // The root of a config is an object, and so is what is left of it.
    configs: service.configs.map((config) => ({
      ...config,
      value: withoutTexts(config.value, texts) as JsonObject,
      text: String(withoutTexts(config.text, texts)),
      origins: Object.fromEntries(Object.entries(config.origins).map(([pointer, origin]) => [pointer, concealOrigin(origin, texts)])),
    })),
  }));
  return { ...compilation, diagnostics, model: { ...model, services } };
}

function concealOrigin(origin: Origin, texts: readonly string[]): Origin {
  const overridden = origin.overridden.map((layer) => ({ ...layer, written: String(withoutTexts(layer.written, texts)) }));
  return { ...origin, overridden };
}

function withoutTexts(value: JsonValue, texts: readonly string[]): JsonValue {
  if (typeof value === "string") return texts.some((text) => value.includes(text)) ? "[secret]" : value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => withoutTexts(item, texts));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutTexts(member, texts)]));
}

function findLeaks({ documents }: Compilation): readonly Leak[] {
  return [...documents.values()].filter(({ file }) => WRITTEN.test(file)).flatMap(leaksOf);
}

/** A secret that stands in a file. */
interface Leak {
  readonly document: Document;
  readonly offset: number;
  readonly end: number;
  /** Undefined for one that stands in a comment or a key. */
  readonly pointer: string | undefined;
  /** What it looks like, in words. */
  readonly kind: string;
}

/** Behind a text, or behind the key that holds it: it only looks like a secret. */
const LET_THROUGH = /#\s*(?:not-a-secret|secretlint-disable-line)\b/;

function leaksOf(document: Document): readonly Leak[] {
  const { text } = document;
  const forms = findSecretForms(text, (offset) => /(?:^|\s)#/.test(text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset)));
  if (forms.length === 0) return [];
  const scalars = placesIn(text);
  const leaks = new Map<string, Leak>();
  for (const { offset, end, kind } of forms) {
    const place = placeAt(scalars, offset);
    if ([offset, place?.from ?? offset].some((at) => LET_THROUGH.test(lineAt(text, at)))) continue;
    // Two forms may stand in one text.
    const id = place?.pointer ?? String(offset);
    if (!leaks.has(id)) leaks.set(id, { document, offset, end, pointer: place?.pointer, kind });
  }
  return [...leaks.values()];
}

function lineAt(text: string, offset: number): string {
  const end = text.indexOf("\n", offset);
  return text.slice(text.lastIndexOf("\n", offset - 1) + 1, end < 0 ? text.length : end);
}

interface Place {
  readonly from: number;
  readonly to: number;
  readonly pointer: string;
}

/** Every scalar of a document, in the order in which they stand. */
function placesIn(text: string): readonly Place[] {
  const places: Place[] = [];
  const visit = (node: unknown, pointer: string): void => {
    if (isMap(node)) for (const { key, value } of node.items) visit(value, appendToken(pointer, isScalar(key) ? String(key.value) : ""));
    else if (isSeq(node)) node.items.forEach((item, index) => visit(item, `${pointer}/${index}`));
    else if (isScalar(node) && node.range) places.push({ from: node.range[0], to: node.range[1], pointer });
  };
  visit(parseDocument(text, { logLevel: "silent", strict: false, uniqueKeys: false }).contents, "");
  return places.sort((one, other) => one.from - other.from);
}

/** The scalar that `offset` lies in. */
function placeAt(places: readonly Place[], offset: number): Place | undefined {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle]?.from ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const place = places[low - 1];
  return place !== undefined && offset < place.to ? place : undefined;
}

function reportLeak({ document, offset, pointer, kind }: Leak): Diagnostic {
  const [, service = "schemas", file = "", layer = "base"] = WRITTEN.exec(document.file) ?? [];
  return report(
    "VX2021",
    { service, pointer, file, kind },
    {
      at: { file: document.file, ...(pointer === undefined ? { offset } : { pointer, on: "value" as const }) },
      service,
      environments: layer === "base" ? [] : [layer],
      ...(pointer === undefined ? {} : { key: pointer }),
    },
  );
}

/** More secrets than this are looked for in no message: what the other problems are is told once they are gone. */
const MOST_LEAKS = 100;

/** The diagnostics without the text of any leak: another problem of the same line would show it. */
function concealAll(diagnostics: readonly Diagnostic[], leaks: readonly Leak[]): readonly Diagnostic[] {
  if (leaks.length > MOST_LEAKS) return diagnostics.map(concealWhole);
  const isOnLeak = findLines(leaks);
  return diagnostics.map((diagnostic) => conceal(diagnostic, leaks, isOnLeak(diagnostic.at)));
}

/** Whether a place is on a line of a leak. Each document is parsed once. */
function findLines(leaks: readonly Leak[]): (at: Location) => boolean {
  const finders = new Map(leaks.map(({ document }) => [document.file, new PositionFinder(document.text)]));
  const lines = new Set<string>();
  for (const { document, offset, end } of leaks) {
    const [from, to] = [offset, end].map((each) => finders.get(document.file)?.find({ file: document.file, offset: each }).line ?? 0);
    for (let line = from ?? 0; line <= (to ?? 0); line++) lines.add(`${document.file} ${line}`);
  }
  return (at) => lines.has(`${at.file} ${finders.get(at.file)?.find(at).line}`);
}

function concealWhole({ label: _label, hint: _hint, ...rest }: Diagnostic): Diagnostic {
  return {
    ...rest,
    message: "there are many secrets in the clear: this is told when they are gone",
    related: [],
    suggestions: [],
    hidesValue: true,
  };
}

function conceal(diagnostic: Diagnostic, leaks: readonly Leak[], isShown: boolean): Diagnostic {
  const texts = leaks.map(({ document, offset, end }) => document.text.slice(offset, end));
  // Long values are cut in messages, so what begins like one is hidden too.
  const mask = (words: string): string =>
    texts.reduce((rest, text) => rest.replaceAll(text, "[secret]").replaceAll(JSON.stringify(text).slice(1, 41), "[secret]"), words);
  const { label, hint, ...rest } = diagnostic;
  return {
    ...rest,
    message: mask(diagnostic.message),
    ...(label === undefined ? {} : { label: mask(label) }),
    ...(hint === undefined ? {} : { hint: mask(hint) }),
    suggestions: diagnostic.suggestions.map(mask),
    ...(isShown ? { hidesValue: true as const } : {}),
  };
}
