// @ts-check
// Loaded before every program and policy pack that this host runs; takes four costs off @pulumi/pulumi. Under the
// vendor's host the same program runs without this, and merely starts later.
//
// The Automation API, which programs do not use, is loaded on every import: nearly half of what the import costs
// (290 of 640 ms of CPU measured with a warm compile cache). Here it loads when it is first touched.
//
// What serialises functions (TypeScript's compiler, npm's arborist) is loaded on every import too, and is for
// dynamic providers alone: 400 of the remaining 560 ms. Here it loads when one of its functions is called.
//
// Each debug message is a request of its own, 220 of 250 in the default stack's program, and the engine throws them
// away unless it was told to show them. They are left out where NUMAFLEET_NO_DEBUG_MESSAGES says that it was not.
//
// source-map-support maps every stack back to TypeScript, and the SDK takes a stack for each promise: a quarter of
// the default stack's program (366 of 1,640 ms). It is left out. Node.js strips types in place, so the lines of a
// program are right without a map; only the SDK's own frames name its JavaScript.
const Module = require("node:module");

/** @typedef {(request: string, parent: { filename?: string } | undefined, isMain: boolean) => object} Load */
const internals = /** @type {{ _load: Load }} */ (/** @type {unknown} */ (Module));
const load = internals._load;

const NO_DEBUG = process.env.NUMAFLEET_NO_DEBUG_MESSAGES === "1";
const silent = () => Promise.resolve();

/** @type {Load} */
internals._load = function (request, parent, isMain) {
  if (request === "source-map-support/register" && parent?.filename?.includes("/@pulumi/pulumi/cmd/"))
    return {};
  if (request.startsWith("./closure/") && parent?.filename?.endsWith("/@pulumi/pulumi/runtime/index.js")) {
    const functions = () =>
      /** @type {Record<PropertyKey, Function>} */ (load.call(this, request, parent, isMain));
    // The importing module copies the functions that it names at once, so each is stood in for by itself.
    return new Proxy(
      {},
      {
        get:
          (_target, key) =>
          (/** @type {unknown[]} */ ...args) =>
            functions()[key]?.(...args),
      },
    );
  }
  if (NO_DEBUG && /(^|\/)log$/.test(request) && parent?.filename?.includes("/@pulumi/pulumi/")) {
    const log = /** @type {{ debug?: () => Promise<void> }} */ (load.call(this, request, parent, isMain));
    log.debug = silent;
    return log;
  }
  if (request !== "./automation" || !parent?.filename?.endsWith("/@pulumi/pulumi/index.js")) {
    return load.call(this, request, parent, isMain);
  }
  /** @type {object | undefined} */
  let loaded;
  const automation = () => {
    loaded ??= load.call(this, request, parent, isMain);
    return loaded;
  };
  return new Proxy(
    {},
    {
      // TypeScript's import helper copies every property of what does not say it is an ES module.
      get: (_target, key) => key === "__esModule" || Reflect.get(automation(), key),
      has: (_target, key) => Reflect.has(automation(), key),
      ownKeys: () => Reflect.ownKeys(automation()),
      getOwnPropertyDescriptor: (_target, key) => {
        const descriptor = Reflect.getOwnPropertyDescriptor(automation(), key);
        return descriptor && { ...descriptor, configurable: true };
      },
    },
  );
};
