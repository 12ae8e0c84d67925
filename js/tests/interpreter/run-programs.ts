/** Runs programs that tests/_lowering/test_trace.py hands over, and writes what comes out. */

import { readFileSync, writeFileSync } from "node:fs";
import { type Case, compiled } from "./programs.ts";

const [from = "", to = ""] = process.argv.slice(2);
const cases: Case[] = JSON.parse(readFileSync(from, "utf-8"));

const answers = cases.map((each) => {
  const program = compiled(each);
  program.run();
  return program.outputs.map((_, index) => {
    const { buffer, byteOffset, byteLength } = program.output(index);
    return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString("base64");
  });
});

writeFileSync(to, JSON.stringify(answers));
