// What is wrong with the imports of a tree, as lines that name the file and what it must not import.
import type { Package } from "./tree.ts";
import { packageOf, resolveRelative } from "./tree.ts";
import type { Row } from "./table.ts";

/** The rows that packages are held against. */
export interface Table {
  readonly product: { readonly [name: string]: Row };
  readonly betweenTools: { readonly [name: string]: readonly string[] };
}

/** A row of the table that is not lower than what it imports, or a package without a row. */
export function findWrongRows(packages: readonly Package[], { product }: Table): readonly string[] {
  const names = Object.keys(product);
  const up = names.flatMap((name, index) =>
    (product[name]?.imports ?? [])
      .filter((wanted) => names.indexOf(wanted) === -1 || names.indexOf(wanted) >= index)
      .map((wanted) => `${name}: ${wanted} does not stand above it in the table`),
  );
  const missing = packages
    .filter(({ name, folder }) => !folder.startsWith("tools/") && product[name] === undefined)
    .map(({ name, folder }) => `${folder}: no row for ${name}`);
  return [...up, ...missing];
}

/** Packages of ours that are declared or imported where the table does not allow it, and paths that leave a package. */
export function findWrongImports(packages: readonly Package[], table: Table): readonly string[] {
  return packages.flatMap((one) => {
    const { inSources, inTests } = allowedTo(one, table);
    const declared = [
      ...wrongNames(one.dependencies, inSources).map((name) => `${one.folder}/package.json: dependencies: ${name}`),
      ...wrongNames(one.devDependencies, inTests).map((name) => `${one.folder}/package.json: devDependencies: ${name}`),
    ];
    const real = one.sources.flatMap(({ path, isTest, imports }) => [
      ...wrongNames(
        imports.map(({ specifier }) => specifier),
        isTest ? inTests : inSources,
      ).map((name) => `${path}: ${name}`),
      ...imports
        .filter(({ specifier }) => !(resolveRelative(path, specifier) ?? `${one.folder}/`).startsWith(`${one.folder}/`))
        .map(({ specifier }) => `${path}: ${specifier} is in another package`),
    ]);
    return [...new Set([...declared, ...real])];
  });
}

function allowedTo(
  { name, folder }: Package,
  { product, betweenTools }: Table,
): { inSources: ReadonlySet<string>; inTests: ReadonlySet<string> } {
  if (folder.startsWith("tools/")) {
    const all = new Set([...Object.keys(product), ...(betweenTools[name] ?? [])]);
    return { inSources: all, inTests: all };
  }
  // A package's tests may import it by its own name, as its users do.
  const { imports = [], tests = [] } = product[name] ?? {};
  return { inSources: new Set(imports), inTests: new Set([...imports, ...tests, name]) };
}

function wrongNames(specifiers: readonly string[], allowed: ReadonlySet<string>): readonly string[] {
  return specifiers.filter((specifier) => {
    const name = packageOf(specifier);
    return name !== undefined && !allowed.has(name);
  });
}

/** Imports, types included, from a floor to one that stands after it. */
export function findArrowsUp(packages: readonly Package[], { product }: Table): readonly string[] {
  return packages.flatMap(({ name, folder, sources }) => {
    const floors = product[name]?.floors ?? [];
    const floorOf = (path: string): number | undefined => {
      const within = path.slice(`${folder}/src/`.length);
      const index = floors.findIndex((floor) => within === floor || within.startsWith(`${floor}/`));
      return index === -1 ? undefined : index;
    };
    const seen = new Set(sources.flatMap(({ path }) => floors.filter((_, index) => floorOf(path) === index)));
    const empty = floors.filter((floor) => !seen.has(floor)).map((floor) => `${folder}: nothing stands on the floor ${floor}`);
    const up = sources
      .filter(({ isTest }) => !isTest)
      .flatMap(({ path, imports }) => {
        const from = floorOf(path);
        if (from === undefined) return [];
        const above = imports.filter(({ specifier }) => (floorOf(resolveRelative(path, specifier) ?? "") ?? 0) > from);
        return above.map(({ specifier }) => `${path}: ${specifier} is above it`);
      });
    return [...empty, ...new Set(up)];
  });
}

/** Files that lead back to themselves, types included: of each knot of files the shortest circle through the first. */
export function findCircles(packages: readonly Package[]): readonly string[] {
  const arrows = new Map<string, readonly string[]>();
  for (const { path, imports } of packages.flatMap(({ sources }) => sources)) {
    arrows.set(
      path,
      imports.flatMap(({ specifier }) => resolveRelative(path, specifier) ?? []),
    );
  }
  const circles: string[] = [];
  const known = new Set<string>();
  for (const path of [...arrows.keys()].toSorted()) {
    const circle = known.has(path) ? undefined : findWay(arrows, path, path);
    if (circle === undefined) continue;
    circles.push([path, ...circle].join(" -> "));
    for (const other of arrows.keys()) {
      if (findWay(arrows, path, other) !== undefined && findWay(arrows, other, path) !== undefined) known.add(other);
    }
  }
  return circles;
}

/** The shortest way along the arrows, without its start: undefined where there is none. */
function findWay(arrows: ReadonlyMap<string, readonly string[]>, from: string, to: string): readonly string[] | undefined {
  const seen = new Set<string>();
  let ways: readonly (readonly string[])[] = [[]];
  while (ways.length > 0) {
    const longer: (readonly string[])[] = [];
    for (const way of ways) {
      for (const next of arrows.get(way.at(-1) ?? from) ?? []) {
        if (next === to) return [...way, next];
        if (!seen.has(next)) longer.push([...way, next]);
        seen.add(next);
      }
    }
    ways = longer;
  }
  return undefined;
}
