// A resident files, the reviewer returns, the resident corrects, the reviewer accepts: and the figures follow exactly.
import type { Page } from "@playwright/test";

import { digits, expect, figure, person, test } from "./support";

interface Figures {
  national: bigint;
  samarkand: bigint;
  navoi: bigint;
  published: string;
}

async function figures(official: Page): Promise<Figures> {
  await official.goto("/en/office?span=quarter&basis=activity");
  const [samarkand, navoi] = [await figure(official, "Samarkand", "Exports, USD"), await figure(official, "Navoi", "Exports, USD")];
  const national = digits(await official.locator(".key-figure strong").first().innerText());
  const published = await (await official.request.get("/api/v1/datasets/regions.csv")).text();
  return { national, samarkand, navoi, published };
}

async function fillLine(page: Page, section: string, index: number, values: Record<string, string>) {
  for (const [field, value] of Object.entries(values)) {
    const control = page.locator(`#${section}-${index}-${field}`);
    if ((await control.evaluate((element) => element.tagName)) === "SELECT") {
      await control.selectOption(value);
    } else {
      await control.fill(value);
    }
  }
}

async function fillFiling(page: Page, pounds: string) {
  await fillLine(page, "domestic", 0, { region: "UZ-SA", activity: "software", amount: "1 250 000 000,50" });
  await fillLine(page, "exports", 0, { country: "US", currency: "USD", amount: "100 000", region: "UZ-SA" });
  await page.getByRole("button", { name: "Add an export line" }).click();
  await expect(page.locator("#exports-1-country")).toBeVisible();
  await fillLine(page, "exports", 1, { country: "DE", currency: "EUR", amount: "20 000,00", region: "UZ-SA" });
  await page.getByRole("button", { name: "Add an export line" }).click();
  await expect(page.locator("#exports-2-country")).toBeVisible();
  await fillLine(page, "exports", 2, { country: "GB", currency: "GBP", amount: pounds, region: "UZ-NW" });
  await fillLine(page, "people", 0, { region: "UZ-SA", employees: "25", women: "9" });
  await page.locator("#control_total").fill("3 000 000 000");
}

/** The dollars of each line on the page that shows the answers, in cents, with the region of the line. */
async function linesInCents(page: Page): Promise<{ region: string; cents: bigint }[]> {
  const rows = page.locator("section.lines-read").nth(1).locator("tbody tr");
  const found = [];
  for (const row of await rows.all()) {
    const region = await row.locator('td[data-label="Region"]').innerText();
    found.push({ region, cents: digits(await row.locator('td[data-label="In US dollars"]').innerText()) });
  }
  return found;
}

for (const [javaScriptEnabled, who, home] of [
  [true, "resident", "with JavaScript"],
  [false, "resident-2", "without JavaScript"],
] as const) {
  /** Confirms everything that is asked about. */
async function confirmAll(page: Page, reason: string) {
  await expect(page.locator("h1")).toHaveText(/Check your answers/);
  for (const tick of await page.getByRole("checkbox").all()) {
    await tick.check();
  }
  for (const area of await page.locator("textarea").all()) {
    await area.fill(reason);
  }
}

test(`a quarter goes the whole way ${home}`, async ({ browser }) => {
    test.setTimeout(120_000);
    const official = await person(browser, "statistician", javaScriptEnabled);
    const before = await figures(official);

    const resident = await person(browser, who, javaScriptEnabled);
    await resident.goto("/en/my");
    await resident.getByRole("link", { name: "File Q3 2023" }).click();
    await fillFiling(resident, "30 000");
    if (javaScriptEnabled) {
      await expect(resident.locator("#total-domestic")).toHaveText(/1.250.000.000\.50/);
      await expect(resident.locator("#domestic-0-amount-echo")).toHaveText(/1\.3.billion/);
      await expect(resident.locator("#save-status")).toHaveText(/Saved at/);
    } else {
      await resident.getByRole("button", { name: "Recalculate" }).last().click();
      await expect(resident.locator("#total-domestic")).toHaveText(/1.250.000.000\.50/);
    }
    await resident.getByRole("button", { name: "Check answers" }).click();
    await expect(resident.locator("h1")).toHaveText(/Check your answers/);
    await confirmAll(resident, "The books have other rates.");
    await resident.getByRole("button", { name: /Submit the filing/ }).click();
    await expect(resident.locator(".notice-good")).toContainText("has been submitted");
    await expect(resident.locator("#receipt")).toHaveText(/^2023Q3-\d{8}$/);

    const reviewer = await person(browser, "reviewer", javaScriptEnabled);
    const name = await resident.locator("main .lead").first().innerText();
    await reviewer.goto("/en/office/filings?quarter=2023-Q3&state=submitted");
    await reviewer.getByRole("link", { name }).click();
    await reviewer.locator("#reason").fill("The pounds of line 3 are missing an invoice.");
    await reviewer.getByRole("button", { name: "Return for correction" }).click();
    await expect(reviewer.locator(".notice-good")).toContainText("was returned");

    await resident.goto("/en/my");
    await resident.getByRole("link", { name: "Correct the filing for Q3 2023" }).click();
    await expect(resident.locator(".notice-warn .reason")).toHaveText("The pounds of line 3 are missing an invoice.");
    await resident.locator("#exports-2-amount").fill("31 000");
    await resident.getByRole("button", { name: "Check answers" }).click();
    await expect(resident.locator("h1")).toHaveText(/Check your answers/);
    const lines = await linesInCents(resident);
    expect(lines).toHaveLength(3);
    // the books differ by another amount now; what was said of the payroll is still about the same values
    await expect(resident.locator("#confirmed-0")).not.toBeChecked();
    await expect(resident.locator("#confirmed-1")).toBeChecked();
    await expect(resident.locator("#reason-1")).toHaveValue("The books have other rates.");
    await resident.getByRole("button", { name: "Change answers" }).click();
    await expect(resident.locator("h1")).toContainText("Filing for Q3 2023");
    await resident.getByRole("button", { name: "Check answers" }).click();
    await confirmAll(resident, "The books have other rates.");
    await resident.getByRole("button", { name: /Submit the filing/ }).click();
    await expect(resident.locator("h1")).toContainText("version 2");
    expect(await figures(official), "nothing changes before the acceptance").toEqual(before);

    await reviewer.reload();
    await reviewer.goto(reviewer.url().split("?")[0]);
    await reviewer.getByRole("button", { name: "Accept", exact: true }).click();
    await expect(reviewer.locator(".notice-good")).toContainText("was accepted");

    const after = await figures(official);
    const sum = (region?: string) => lines.filter((line) => !region || line.region.includes(region)).reduce((all, line) => all + line.cents, 0n);
    expect(after.national - before.national).toBe(sum());
    expect(after.samarkand - before.samarkand).toBe(sum("Samarkand"));
    expect(after.navoi - before.navoi).toBe(sum("Navoi"));
    expect(after.published, "what is public changes with a release only").toBe(before.published);

    const filing = reviewer.url().split("?")[0];
    const other = await person(browser, who === "resident" ? "resident-2" : "resident", javaScriptEnabled);
    expect((await other.goto(filing))!.status()).toBe(403);
    const residentId = new URL((await resident.url())).searchParams.get("resident");
    expect((await other.goto(`/en/my/filings/2023-Q3/versions/2?resident=${residentId}`))!.status()).toBe(403);
    const outside = await person(browser, who === "resident" ? "region-bukhara" : "region", javaScriptEnabled);
    expect((await outside.goto(filing))!.status()).toBe(404);
    const inside = await person(browser, who === "resident" ? "region" : "region-bukhara", javaScriptEnabled);
    expect((await inside.goto(filing))!.status()).toBe(200);
    await expect(inside.getByRole("button", { name: "Accept", exact: true })).toHaveCount(0);
  });
}
