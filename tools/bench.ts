import { bench } from "../bench/bench.ts";

/** Entry of `npm run bench`. */
process.exitCode = await bench(process.argv.slice(2));
