import { chromium } from "@playwright/test";
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const paths = (process.argv[2] ?? "").split(",");
const langs = (process.argv[3] ?? "uz,ru,en").split(",");
const widths = (process.argv[4] ?? "360,768,1440").split(",").map(Number);
const dark = process.argv[5] === "dark";
for (const lang of langs) for (const width of widths) {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: dark ? "dark" : "light" });
  for (const path of paths) {
    const prefix = "/" + lang + (path ? "/" : "");
    const response = await page.goto("http://127.0.0.1:3111" + prefix + path);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > width || response.status() >= 400) console.log("!!", lang, width, path, wide, response.status());
    await page.screenshot({ path: `/tmp/shots/${path.replaceAll("/", "_") || "home"}-${lang}-${width}${dark ? "-dark" : ""}.png`, fullPage: true });
  }
  await page.close();
}
await browser.close();
