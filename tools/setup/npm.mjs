// @ts-check
import { run, tail } from "./command.mjs";

/**
 * Installs what a folder's lockfile pins. Says the same whatever the npm that started us was told: `npm run
 * --silent` would silence the reasons of a failure, and NODE_ENV=production would leave out what set-up needs.
 *
 * @param {string} directory with package.json and package-lock.json
 * @param {{ env: NodeJS.ProcessEnv, args?: string[], timeoutMs?: number }} options
 */
export function npmCi(directory, { env, args = [], timeoutMs }) {
  return run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error", "--include=dev", ...args], {
    cwd: directory,
    env: { ...env, npm_config_update_notifier: "false" },
    ...(timeoutMs ? { timeoutMs } : {}),
  });
}

/**
 * Why npm failed: the first lines of its complaint, without the stack and the log's address that follow them.
 *
 * @param {import("./command.mjs").CommandResult} result
 */
export function npmReason(result) {
  if (result.missing) return "there is no npm on PATH: install it, it comes with Node.js";
  const complaint = result.stderr.split("\n").flatMap((line) => {
    const text = /^npm (?:error|ERR!)\s+(.*)/.exec(line)?.[1]?.trim();
    return text && !/^(at |errno |syscall |A complete log )/.test(text) ? [text] : [];
  });
  return complaint.length > 0 ? complaint.slice(0, 6).join("\n") : tail(result);
}
