// Fills a fresh database with the demonstration and serves it until told to stop.
import { execFileSync, spawn } from "node:child_process";
import { rmSync } from "node:fs";

const binary = new URL("../target/debug/itpark", import.meta.url).pathname;
const folder = process.env.E2E_FOLDER;
const env = {
  ...process.env,
  ITPARK_DATABASE_URL: `sqlite://${folder}/itpark.sqlite`,
  ITPARK_LOG: "warn",
  ITPARK_PUBLIC_URL: `http://127.0.0.1:${process.env.E2E_PORT}`,
};
execFileSync(binary, ["demo"], { env, stdio: "inherit" });
const server = spawn(binary, ["serve", "--port", process.env.E2E_PORT], { env, stdio: "inherit" });
const stop = () => server.kill("SIGTERM");
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
server.on("exit", (code) => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(code ?? 0);
});
