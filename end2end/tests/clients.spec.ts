import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "@playwright/test";

// programs of others, as `cargo xtask test` installs them
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const bin = process.env.CLIENTS_BIN ?? at("../../target/clients/bin");
const run = (program: string, ...rest: string[]) =>
  execFileSync(join(bin, program), rest, { encoding: "utf-8", stdio: ["ignore", "pipe", "pipe"], timeout: 240_000 });

test.describe("programs of others", () => {
  test.setTimeout(300_000);

  test("read every file back as the same figures", async ({ baseURL }) => {
    const said = run("python", at("../clients/read_back.py"), baseURL!);
    for (const dataset of ["regions", "destinations", "activities", "targets", "official"]) {
      expect(said).toContain(`${dataset}: `);
    }
    expect(said).toContain("the tables are as they are described");
    expect(said).toContain("the catalogue conforms");
    expect(said).toContain("the pages say to search engines what they ask for");
    expect(said).toContain("the snippets run");
  });

  test("find nothing wrong with the interface", async ({ baseURL }) => {
    const said = run("schemathesis", "run", `${baseURL}/api/v1/openapi.json`, "--max-examples", "25", "--no-color");
    expect(said).toMatch(/Tested: 9|Tested: 8/);
  });
});
