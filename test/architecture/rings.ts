import { dirname, normalize } from "node:path/posix";
import ts from "typescript";

/**
 * What each folder may import. Arrows point inwards only: model ← capacity ← report, components, policy, libvirt,
 * cli. Whatever decides must run in tests, in the policy process and in the preview alike, so the inner rings
 * have no file system, no network, no clock and no chance.
 */
interface Ring {
  /** Folders of this repository, beside the ring's own. */
  readonly folders: readonly string[];
  /** npm packages; absent: any. */
  readonly packages?: readonly string[];
  /** Whether Node's own modules may be imported. */
  readonly builtins: boolean;
  /** Whether clock, chance, process and locale may be touched. */
  readonly impure: boolean;
}

const PURE = { builtins: false, impure: false } as const;
const FREE = { builtins: true, impure: true } as const;
const PRODUCT = [
  "model",
  "capacity",
  "facts",
  "verify",
  "audit",
  "live",
  "watch",
  "report",
  "stacks",
  "libvirt",
  "components",
  "policy",
];

export const RINGS: Readonly<Record<string, Ring>> = {
  model: { ...PURE, folders: [], packages: ["zod", "yaml"] },
  capacity: { ...PURE, folders: ["model"], packages: [] },
  facts: { ...PURE, folders: ["model", "capacity"], packages: [] },
  verify: { ...PURE, folders: ["model", "capacity", "facts"], packages: [] },
  audit: { ...PURE, folders: ["model", "capacity", "facts"], packages: [] },
  report: { ...PURE, folders: ["model", "capacity", "verify", "audit"], packages: ["cli-table3"] },
  stacks: { ...FREE, folders: ["model"], packages: [] },
  libvirt: { ...FREE, folders: ["model", "capacity"] },
  live: { ...FREE, folders: ["model", "facts", "libvirt"], packages: ["@kubernetes/client-node"] },
  /** What goes on watching hosts, and keeps what it saw. */
  watch: { ...FREE, folders: ["model", "capacity", "facts", "live", "report"], packages: [] },
  components: { ...FREE, folders: ["model", "capacity", "report"] },
  /** Taking a VM to another host: decides by the same figures and definitions as the program. */
  move: { ...FREE, folders: ["model", "capacity", "components", "libvirt"], packages: [] },
  /** What runs beside the program: the balloon controller's hands. What they do is decided by capacity. */
  control: { ...FREE, folders: ["model", "capacity", "facts", "live", "libvirt"], packages: [] },
  policy: { ...FREE, folders: ["model", "capacity", "report", "stacks"] },
  /** The twin of a host on this machine: set up as the rest of the checkout is. */
  lab: { ...FREE, folders: ["model", "libvirt", "tools"], packages: [] },
  cli: { ...FREE, folders: [...PRODUCT, "lab", "move", "control", "tools"] },
  program: { ...FREE, folders: PRODUCT },
  /** Files at the top: the Pulumi program, tool configurations. */
  "": { ...FREE, folders: [...PRODUCT, "program"] },
  tools: { ...FREE, folders: [...PRODUCT, "cli", "program", "bench", "lab"] },
  bench: { ...FREE, folders: [...PRODUCT, "tools", "test"] },
  test: { ...FREE, folders: [...PRODUCT, "lab", "move", "control", "cli", "program", "tools", "bench", ""] },
};

const folderOf = (file: string) => (file.includes("/") ? (file.split("/")[0] as string) : "");

/** What a source file does that its ring forbids, as one line each. `file` is a path from the root. */
export function trespasses(file: string, text: string, rings = RINGS): string[] {
  const own = folderOf(file);
  const ring = Object.hasOwn(rings, own) ? rings[own] : undefined;
  if (!ring) return [`${file}: the folder ${own} belongs to no ring of test/architecture/rings.ts`];
  const imports = ts.preProcessFile(text, true, true).importedFiles.map((i) => i.fileName);
  return [
    ...imports.flatMap((name) => forbidden(file, own, ring, name)),
    ...(ring.impure ? [] : impurities(file, text)),
  ];
}

function forbidden(file: string, own: string, ring: Ring, name: string): string[] {
  if (name.startsWith(".")) {
    const target = folderOf(normalize(`${dirname(file)}/${name}`));
    return target === own || ring.folders.includes(target) ? [] : [`${file}: imports ${target} (${name})`];
  }
  if (name.startsWith("node:")) return ring.builtins ? [] : [`${file}: imports ${name}`];
  const parts = name.split("/");
  const packageName = name.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] as string);
  return !ring.packages || ring.packages.includes(packageName) ? [] : [`${file}: imports ${name}`];
}

/** Globals through which the world gets in. `Date` itself is judged by its use: parsing a given day is pure. */
const WORLD = new Set([
  "process",
  "console",
  "performance",
  "crypto",
  "fetch",
  "globalThis",
  "require",
  "Intl",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
]);
/** Methods whose answer depends on the machine's locale. */
const LOCALE = /^(localeCompare|toLocale\w*)$/;

function impurities(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);
  const found: string[] = [];
  const report = (node: ts.Node, what: string) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${file}:${line + 1}: uses ${what}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const what = impurity(node);
      if (what) report(node, what);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function impurity(node: ts.Identifier): string | undefined {
  const { parent, text } = node;
  const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
  if (isMember && LOCALE.test(text)) return text;
  if (isMember && text === "random" && parent.expression.getText() === "Math") return "Math.random";
  if (isMember || isDeclaredName(parent, node)) return undefined;
  if (WORLD.has(text)) return text;
  return text === "Date" && readsClock(node) ? "the clock" : undefined;
}

/** Names of properties and members that merely are called like a global. */
function isDeclaredName(parent: ts.Node, node: ts.Identifier): boolean {
  const named =
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isBindingElement(parent);
  return named && (parent.name === node || (ts.isBindingElement(parent) && parent.propertyName === node));
}

function readsClock(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return !["parse", "UTC"].includes(parent.name.text);
  return !(ts.isNewExpression(parent) && (parent.arguments?.length ?? 0) > 0);
}
