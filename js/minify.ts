/** Makes built scripts smaller than esbuild leaves them: `node minify.ts FILE...`. */

import { readFile, writeFile } from "node:fs/promises";
import { type JsMinifyOptions, minify } from "@swc/core";

const OPTIONS: JsMinifyOptions = {
  module: true,
  mangle: true,
  compress: { ecma: 2022, passes: 3, unsafe_arrows: true },
};

for (const file of process.argv.slice(2)) {
  const { code } = await minify(await readFile(file, "utf8"), OPTIONS);
  await writeFile(file, code);
}
