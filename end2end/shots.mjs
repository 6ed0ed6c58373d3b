import { chromium } from "@playwright/test";
const base = process.env.BASE ?? "http://127.0.0.1:3300";
const out = process.env.OUT ?? "/tmp/w/shots";
const list = JSON.parse(process.env.PAGES);
const langs = (process.env.LANGS ?? "en").split(",");
const widths = (process.env.WIDTHS ?? "1440").split(",").map(Number);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
for (const [who, paths] of Object.entries(list)) {
  const context = await browser.newContext({ colorScheme: process.env.DARK ? "dark" : "light" });
  const page = await context.newPage();
  page.on("console", (m) => m.type() === "error" && console.log("console", m.text()));
  page.on("pageerror", (e) => console.log("pageerror", e.message));
  if (who) {
    await page.goto(`${base}/en/sign-in`);
    await page.fill("#email", `${who}@itpark.example`);
    await page.fill("#password", "demo-2023");
    await page.click("main button[type=submit]");
  }
  for (const lang of langs) for (const width of widths) for (const path of paths) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${base}/${lang}${path}`);
    await page.waitForTimeout(250);
    const name = `${who || "public"}${path.replace(/[/?=&:.]+/g, "_")}-${lang}-${width}.png`;
    await page.screenshot({ path: `${out}/${name}`, fullPage: !process.env.FOLD });
  }
  await context.close();
}
await browser.close();
