// Runs one build in this process and prints what each stage used. Argument: the workspace.
import { build, DiskHost, type Emitter, type FileRead, type FolderRead, type WriteHost } from "@veltrix/compiler";
import { kubernetesEmitter } from "@veltrix/kubernetes";
import { typescriptEmitter } from "@veltrix/emit-typescript";

const stages: { name: string; cpuSeconds: number; peakBytes: number }[] = [];
let last = 0;
let disk = 0;

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Notes what was used since the last note, files apart. */
function note(name: string): void {
  const now = cpuSeconds();
  stages.push({ name, cpuSeconds: now - last - disk, peakBytes: process.memoryUsage().heapUsed });
  stages.push({ name: `${name}: files`, cpuSeconds: disk, peakBytes: 0 });
  last = cpuSeconds();
  disk = 0;
}

function onDisk<Result>(run: () => Result): Result {
  const start = cpuSeconds();
  const result = run();
  disk += cpuSeconds() - start;
  return result;
}

/** A host that knows how much of the CPU goes into files. */
class MeasuringHost implements WriteHost {
  readonly #host: DiskHost;

  constructor(root: string) {
    this.#host = new DiskHost(root);
  }

  readFile(path: string, limit: number): FileRead {
    return onDisk(() => this.#host.readFile(path, limit));
  }

  listFolder(path: string): FolderRead {
    return onDisk(() => this.#host.listFolder(path));
  }

  replaceFile(path: string, contents: string): void {
    onDisk(() => this.#host.replaceFile(path, contents));
  }

  removeFile(path: string): void {
    onDisk(() => this.#host.removeFile(path));
  }

  sweep(path: string): void {
    onDisk(() => this.#host.sweep(path));
  }
}

/** The emitters, each followed by a note; the first is an empty one, so that compiling is noted when it starts. */
function measured(emitters: readonly Emitter[]): readonly Emitter[] {
  const start: Emitter = {
    name: "start",
    emit() {
      note("read, link, resolve, check");
    },
  };
  const noted = emitters.map((emitter): Emitter => ({
    ...emitter,
    async emit(model, put, options) {
      await emitter.emit(model, put, options);
      note(`emit ${emitter.name}`);
    },
  }));
  return [start, ...noted];
}

note("start node, load the compiler");
const { diagnostics } = await build(new MeasuringHost(process.argv[2] ?? ""), {
  emitters: measured([typescriptEmitter, kubernetesEmitter]),
});
if (diagnostics.length > 0) throw new Error(`the workspace has problems: ${JSON.stringify(diagnostics[0])}`);
note("index, orphans");
process.stdout.write(JSON.stringify(stages.filter((stage) => stage.cpuSeconds > 0)));
