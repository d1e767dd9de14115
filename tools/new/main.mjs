// npm run new -- diagnostic|command|emitter|annotation <name>: makes the files of a new one, and puts it where lists of
// its kind are. What only its author can say is marked `<write: …>`; a test names every such place that is left.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { planAnnotation } from "./annotation.mjs";
import { planCommand } from "./command.mjs";
import { planDiagnostic } from "./diagnostic.mjs";
import { planEmitter } from "./emitter.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const plans = { diagnostic: planDiagnostic, command: planCommand, emitter: planEmitter, annotation: planAnnotation };

const [kind = "", name = "", ...more] = process.argv.slice(2);
if (!Object.hasOwn(plans, kind) || name === "" || more.length > 0) {
  console.error(`npm run new -- ${Object.keys(plans).join("|")} <name>`);
  process.exit(2);
}

const read = (path) => readFileSync(join(root, path), "utf8");
try {
  const { files, inserted, next } = plans[kind](name, read);
  const taken = Object.keys(files).filter((path) => existsSync(join(root, path)));
  if (taken.length > 0) throw new Error(`${taken.join(", ")} is there already`);
  // Everything is made up before anything is written.
  const edited = inserted.map((edit) => [edit.path, insert(edit)]);
  for (const [path, text] of [...Object.entries(files), ...mergeEdits(edited)]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`wrote ${path}`);
  }
  for (const step of next) console.log(`then: ${step}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
}

/** The change of one file: `text` before the first place behind `after` where `before` stands. */
function insert({ path, after = "", before, text }) {
  return (whole) => {
    const start = whole.indexOf(after);
    const at = start === -1 ? -1 : whole.indexOf(before, start + after.length);
    if (at === -1) throw new Error(`${path} has no place for it: ${JSON.stringify(after + before)} is not there`);
    return whole.slice(0, at) + text + whole.slice(at);
  };
}

/** Several changes of one file are made one after the other. */
function mergeEdits(edited) {
  const texts = new Map();
  for (const [path, change] of edited) texts.set(path, change(texts.get(path) ?? read(path)));
  return texts;
}
