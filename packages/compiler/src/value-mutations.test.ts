// Mistakes of one kind at many places, from a seed: none may end in values that are served without a word.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Document, isCollection, isMap, isScalar, parseDocument, Scalar, visit } from "yaml";
import { compile } from "./compile.ts";
import { MemoryHost } from "./host/memory-host.ts";
import { estateFiles } from "./testing/estate.ts";
import { platformFiles } from "./testing/platform.ts";

const seed = Number(process.env["VELTRIX_MUTATION_SEED"] ?? 5);
/** Mutants of one kind in one workspace. */
const SITES = Number(process.env["VELTRIX_MUTATION_SITES"] ?? 30);

type Files = { readonly [path: string]: string };
type Path = readonly (string | number)[];

const tags = ["!ref", "!secret", "!text", "!unset"].map((tag) => ({
  tag,
  resolve: (text: string) => Object.assign(new Scalar(text), { tag }),
  identify: () => false,
}));

const parse = (text: string): Document => parseDocument(text, { customTags: tags });

/** What stands in the values files: each value with its path and tag. */
interface Site {
  readonly file: string;
  readonly path: Path;
  readonly value: unknown;
  readonly tag: string | undefined;
}

function sitesIn(files: Files): readonly Site[] {
  return Object.keys(files)
    .filter((path) => /\/values\/[a-z]+\.yaml$/.test(path))
    .flatMap((file) => {
      const found: Site[] = [];
      const document = parse(files[file] ?? "");
      visit(document, {
        Pair: (_key, pair, ancestors) => {
          const path = [
            ...ancestors.filter((node) => node !== document).flatMap((node, index, all) => keyIn(node, all[index + 1] ?? pair)),
            String(pair.key),
          ];
          const value = isScalar(pair.value) ? pair.value.value : isMap(pair.value) ? {} : [];
          const tag = isScalar(pair.value) || isCollection(pair.value) ? pair.value.tag : undefined;
          found.push({ file, path, value, tag });
        },
      });
      return found;
    });
}

/** The step from a node to what is below it; of a pair it was taken with its map. */
function keyIn(node: unknown, below: unknown): Path {
  if (typeof node === "object" && node !== null && "key" in node) return [String(node.key)];
  if (isCollection(node) && !isMap(node)) return [node.items.indexOf(below)];
  return [];
}

const overlayOf = (file: string): string => file.replace(/[a-z]+\.yaml$/, "prod.yaml");

/** `files` with a value set in the overlay of production, in place of `right`: a slip writes one key, and not two. */
function inOverlay(files: Files, { file, path }: Pick<Site, "file" | "path">, value: unknown, right?: Path): Files {
  const overlay = overlayOf(file);
  const document = parse(files[overlay] ?? "{}");
  if (right !== undefined && document.hasIn(right)) document.deleteIn(right);
  document.setIn(path, value instanceof Scalar ? value : document.createNode(value));
  return { ...files, [overlay]: document.toString({ lineWidth: 0 }) };
}

function inPlace(files: Files, { file, path }: Site, value: unknown): Files {
  const document = parse(files[file] ?? "");
  document.setIn(path, value instanceof Scalar ? value : document.createNode(value));
  return { ...files, [file]: document.toString({ lineWidth: 0 }) };
}

const tagged = (tag: string, text: string): Scalar => Object.assign(new Scalar(text), { tag });

const isInList = ({ path }: Site): boolean => path.some((step) => typeof step === "number");

/** One letter fewer in the middle of a name. */
function misspell(name: string): string {
  const at = Math.floor(name.length / 2);
  return name.slice(0, at) + name.slice(at + 1);
}

interface Kind {
  readonly takes: (site: Site) => boolean;
  readonly mutate: (files: Files, site: Site, turn: number) => Files;
}

const PLACEHOLDERS = [
  "CHANGEME",
  "xxx",
  "!ref a#/b",
  "!secret a/b",
  "ENC[AES256_GCM,data:a]",
  "vault:secret/a#b",
  "ref+vault://a#/b",
  "#{HOST}#",
  "${HOST}",
  "<host>",
];

const kinds: { readonly [kind: string]: Kind } = {
  "a misspelt key in an overlay": {
    takes: (site) => !isInList(site) && String(site.path.at(-1)).length > 4 && site.file.endsWith("/base.yaml"),
    mutate: (files, site) =>
      inOverlay(
        files,
        { file: site.file, path: [...site.path.slice(0, -1), misspell(String(site.path.at(-1)))] },
        site.tag === undefined ? site.value : "x",
        site.path,
      ),
  },
  "an `!unset` of a misspelt key": {
    takes: (site) => !isInList(site) && String(site.path.at(-1)).length > 4 && site.file.endsWith("/base.yaml"),
    mutate: (files, site) =>
      inOverlay(
        files,
        { file: site.file, path: [...site.path.slice(0, -1), misspell(String(site.path.at(-1)))] },
        tagged("!unset", ""),
        site.path,
      ),
  },
  "an `!unset` in base": {
    takes: (site) => !isInList(site) && site.file.endsWith("/base.yaml"),
    mutate: (files, site) => inPlace(files, site, tagged("!unset", "")),
  },
  "an empty object over one with keys": {
    takes: (site) => !isInList(site) && site.file.endsWith("/base.yaml") && typeof site.value === "object" && !Array.isArray(site.value),
    mutate: (files, site) => inOverlay(files, site, {}),
  },
  "a placeholder": {
    takes: (site) => typeof site.value === "string" && site.tag === undefined,
    mutate: (files, site, turn) => inPlace(files, site, PLACEHOLDERS[turn % PLACEHOLDERS.length]),
  },
  "a misspelt secret": {
    takes: ({ tag }) => tag === "!secret",
    mutate: (files, site, turn) => {
      const [name = "", key = ""] = String(site.value).split("/");
      return inPlace(files, site, tagged("!secret", turn % 2 === 0 ? `${misspell(name)}/${key}` : `${name}/${misspell(key)}`));
    },
  },
};

/** The platform with the Secrets that it refers to declared. */
function withDeclaredSecrets(files: Files): Files {
  const keys = new Map<string, Set<string>>();
  for (const { tag, value } of sitesIn(files)) {
    if (tag !== "!secret") continue;
    const [name = "", key = ""] = String(value).split("/");
    keys.set(name, (keys.get(name) ?? new Set()).add(key));
  }
  const lines = [...keys].map(([name, each]) => `  ${name}: [${[...each].join(", ")}]\n`);
  return { ...files, "schemas/veltrix.yaml": `${files["schemas/veltrix.yaml"] ?? ""}secrets:\n${lines.join("")}` };
}

const workspaces: { readonly [name: string]: Files } = { "the platform": withDeclaredSecrets(platformFiles), "an estate": estateFiles };

describe.each(Object.entries(workspaces))("mistakes in %s", (_name, files) => {
  it("is sound as it is", () => {
    expect(compile(new MemoryHost(files)).diagnostics).toEqual([]);
  });

  it.each(Object.entries(kinds))("%s never ends served and untold", { timeout: 120_000 }, (_kind, { takes, mutate }) => {
    const sites = sitesIn(files).filter(takes);
    expect(sites.length).toBeGreaterThan(4);
    const chosen = fc.sample(fc.nat({ max: sites.length - 1 }), { seed, numRuns: SITES });
    const untold = chosen.flatMap((index, turn) => {
      const site = sites[index];
      if (site === undefined) return [];
      const { diagnostics } = compile(new MemoryHost(mutate(files, site, turn)));
      return diagnostics.length > 0 ? [] : [`${site.file} ${site.path.join("/")}`];
    });
    expect(untold).toEqual([]);
  });
});
