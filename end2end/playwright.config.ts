import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { defineConfig } from "@playwright/test";

// the workers read this file too and find the folder that the first reading made
const folder = (process.env.E2E_FOLDER ??= mkdtempSync(join(tmpdir(), "itpark-e2e-")));
const port = Number(process.env.E2E_PORT ?? 3917);
const options = {
  baseURL: `http://127.0.0.1:${port}`,
  launchOptions: {
    executablePath: process.env.CHROMIUM_BIN ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-component-update"],
  },
};

// One server with the demonstration; each test uses residents and quarters of its own.
export default defineConfig({
  testDir: "tests",
  outputDir: "test-results/traces",
  fullyParallel: false,
  workers: 1,
  timeout: 60_000,
  retries: 0,
  forbidOnly: true,
  reporter: [["list"], ["json", { outputFile: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ?? "test-results/report.json" }]],
  use: { ...options, trace: "retain-on-failure" },
  webServer: {
    command: "node serve.mjs",
    url: `http://127.0.0.1:${port}/readyz`,
    env: { E2E_PORT: String(port), E2E_FOLDER: folder },
    reuseExistingServer: false,
    timeout: 240_000,
    stdout: "pipe",
  },
});
