// What the tests share: signing in, strictness about the console, and figures read from pages.
import { execFileSync } from "node:child_process";

import AxeBuilder from "@axe-core/playwright";
import { type Browser, type BrowserContext, type Page, expect, test as base } from "@playwright/test";

export const languages = ["uz", "ru", "en"] as const;

/** Browsers that a test opened beside its own. */
const opened: BrowserContext[] = [];

/** A test fails on any error in the console of its page; the browsers it opened are closed with it, so that none saves by itself afterwards. */
export const test = base.extend<{ closing: void }>({
  closing: [
    async ({}, use) => {
      await use();
      await Promise.all(opened.splice(0).map((context) => context.close()));
    },
    { auto: true },
  ],
  page: async ({ page }, use) => {
    const errors = watch(page);
    await use(page);
    expect(errors).toEqual([]);
  },
});

export { expect };

export function watch(page: Page): string[] {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    // a page with an error status is announced by the browser itself
    if (message.type() === "error" && !message.text().includes("the server responded with a status of")) {
      errors.push(message.text());
    }
  });
  return errors;
}

export async function signIn(page: Page, who: string, lang = "en") {
  await page.goto(`/${lang}/sign-in`);
  await enter(page, who);
}

/** Fills the form of the sign-in page. */
export async function enter(page: Page, who: string) {
  await page.locator("#email").fill(`${who}@itpark.example`);
  await page.locator("#password").fill("demo-2023");
  await page.locator("main button[type=submit]").click();
  await expect(page.locator(".account-name")).toBeVisible();
}

function sql(statements: string): string {
  const text = execFileSync("sqlite3", [`${process.env.E2E_FOLDER}/itpark.sqlite`, `PRAGMA busy_timeout = 10000; ${statements}`]);
  return text.toString().split("\n").slice(1).join("\n").trim();
}

/** Makes every session as old as a session can get. */
export function endSessions() {
  sql("UPDATE session SET expires_at = created_at;");
}

let accountants = 0;

/** A person who acts for a resident of their own that has not begun the third quarter; returns the name to sign in with. */
export function accountant(): string {
  const name = `accountant-${process.pid}-${(accountants += 1)}`;
  sql(`
    INSERT INTO person (id, email, name, password_hash, invented)
      SELECT randomblob(16), '${name}@itpark.example', '${name}', password_hash, 1 FROM person WHERE email = 'resident@itpark.example';
    INSERT INTO membership (person_id, resident_id, may_prepare, may_submit, from_day)
      SELECT person.id, resident.id, 1, 1, '2023-01-01' FROM person, resident
      WHERE person.email = '${name}@itpark.example' AND resident.tax_number LIKE '39%'
        AND EXISTS (SELECT 1 FROM obligation o WHERE o.resident_id = resident.id AND o.quarter = '2023-Q3')
        AND EXISTS (
          SELECT 1 FROM filing f JOIN filing_version v ON v.filing_id = f.id
          WHERE f.resident_id = resident.id AND f.quarter = '2023-Q2' AND f.accepted_version = 1 AND v.exports_cents > 2000000)
        AND NOT EXISTS (SELECT 1 FROM filing f WHERE f.resident_id = resident.id AND f.quarter = '2023-Q3')
        AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.resident_id = resident.id)
      ORDER BY resident.tax_number LIMIT 1;`);
  return name;
}

/** Fills one line of domestic services, one of exports and one of people, and the books to match, if the rate is known. */
export async function fillShort(page: Page, values: { domestic?: string; exports?: string; books?: string } = {}) {
  await page.locator("#domestic-0-activity").selectOption("software");
  await page.locator("#domestic-0-amount").fill(values.domestic ?? "5 000 000 000");
  await page.locator("#exports-0-country").selectOption("US");
  await page.locator("#exports-0-amount").fill(values.exports ?? "100 000");
  await page.locator("#people-0-employees").fill("25");
  await page.locator("#control_total").fill(values.books ?? "6 210 000 000");
}

/** Another person in a browser of their own. */
export async function person(browser: Browser, who: string, javaScriptEnabled = true): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled });
  opened.push(context);
  const page = await context.newPage();
  await signIn(page, who);
  return page;
}

export async function expectAccessible(page: Page) {
  const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
  expect(found.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target).join(" ")}`)).toEqual([]);
}

export async function expectNoSidewaysScrolling(page: Page) {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(content).toBeLessThanOrEqual(window);
}

/** A number as shown, in its smallest digits: "1 234.50" is 123450. */
export function digits(text: string): bigint {
  return BigInt(text.replace(/[^0-9]/g, ""));
}

/** The cell of a table by the text of its row and the head of its column. */
export async function figure(page: Page, row: string | RegExp, column: string): Promise<bigint> {
  const cell = page.locator("tbody tr", { has: page.locator("th", { hasText: row }) }).locator(`td[data-label="${column}"]`).first();
  // under a value may stand its share
  return digits((await cell.innerText()).split("\n")[0]);
}
