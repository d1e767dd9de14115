// What one TypeScript file imports, by its syntax tree: values and types alike, also `import("…")`, `require` and `getBuiltinModule`.
import { ts } from "ts-morph";

/** One module that a file names, and where. */
export interface Import {
  readonly specifier: string;
  /** From 1. */
  readonly line: number;
}

/**
 * All modules that a file imports, re-exports from, or takes types of, in the order of their place.
 * Texts and comments that look like imports are none; a module whose name is computed is not seen.
 */
export function listImports(path: string, text: string): readonly Import[] {
  const file = parseSource(path, text);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const name = moduleNameOf(node);
    if (name !== undefined && ts.isStringLiteralLike(name)) {
      found.push({ specifier: name.text, line: file.getLineAndCharacterOfPosition(name.getStart(file)).line + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** The syntax tree of a file; no types are looked at. */
export function parseSource(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, path.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
}

function moduleNameOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  if (!ts.isCallExpression(node)) return undefined;
  const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword;
  const isRequire =
    /^(?:require(?:\.resolve)?|import\.meta\.resolve|process\.getBuiltinModule|(?:\w+\.)?createRequire\(.*\)(?:\.resolve)?)$/s.test(
      node.expression.getText(),
    );
  return isImport || isRequire ? node.arguments[0] : undefined;
}
