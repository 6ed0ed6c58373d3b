// Nothing sane is refused, messages come in time and say what to do, and nothing absurd is taken unasked.
import type { Page } from "@playwright/test";

import { accountant, expect, expectAccessible, fillShort, languages, person, test } from "./support";

const form = "/en/my/filings/2023-Q3";

test("a problem stands at its field when the field is left, and goes when it is mended", async ({ browser }) => {
  const page = await person(browser, accountant());
  await page.goto(form);
  const problem = (field: string) => page.locator(`#${field}-problem`);
  const leave = async (field: string, text: string) => {
    await page.locator(`#${field}`).fill(text);
    await page.locator(`#${field}`).blur();
  };
  await leave("domestic-0-amount", "(1 000)");
  await expect(problem("domestic-0-amount")).toHaveText("Amount, soum: cannot be below zero. To correct an earlier quarter, amend that filing.");
  await expect(page.locator("#domestic-0-amount")).toHaveAttribute("aria-invalid", "true");
  await leave("exports-0-date", "31.09.2023");
  await expect(problem("exports-0-date")).toHaveText("Date of act or invoice: there are 30 days in September. Check the day.");
  await leave("people-0-employees", "12.5");
  await expect(problem("people-0-employees")).toHaveText("Employees: enter a whole number.");
  // a field that was not filled in yet is not scolded
  await expect(problem("exports-0-country")).toHaveCount(0);
  await page.locator("#exports-0-currency").selectOption("KWD");
  await leave("exports-0-amount", "1,234");
  await expect(problem("exports-0-amount")).toContainText("1.234");
  await expectAccessible(page);
  await leave("exports-0-amount", "1,2340");
  await expect(problem("exports-0-amount")).toHaveCount(0);
  await leave("domestic-0-amount", "1’234’567.50 soum");
  await expect(problem("domestic-0-amount")).toHaveCount(0);
  await expect(page.locator("#domestic-0-amount-echo")).toContainText("1 234 567.50".replaceAll(" ", "\u202f"));
  await leave("exports-0-date", "15092023");
  await expect(problem("exports-0-date")).toHaveCount(0);
});

test("a problem is shown however the field is left and however long after typing", async ({ browser }) => {
  const who = accountant();
  const page = await person(browser, who);
  await page.goto(form);
  await expect(page.locator("#exports .calendar").first()).toBeVisible();
  // saved already: nothing is under way when the field is left
  await page.locator("#people-0-employees").pressSequentially("12.5");
  await expect(page.locator("#save-status")).toHaveText(/Saved at/);
  await page.locator("#people-0-women").click();
  await expect(page.locator("#people-0-employees-problem")).toBeVisible();
  // by the keyboard, to a button
  await page.locator("#domestic-0-amount").pressSequentially("five");
  await page.keyboard.press("Tab");
  await expect(page.locator("#domestic .button-quiet").first()).toBeFocused();
  await expect(page.locator("#domestic-0-amount-problem")).toBeVisible();
  // by pressing a button
  await page.locator("#control_total").pressSequentially("six");
  await page.getByRole("button", { name: "Add an export line" }).click();
  await expect(page.locator("#control_total-problem")).toBeVisible();
  // where saving by itself is over
  const other = await person(browser, who, false);
  await other.goto(form);
  await other.locator("#control_total").fill("7");
  await other.getByRole("button", { name: "Save the draft" }).click();
  await page.locator("#exports-0-contract").fill("1");
  await expect(page.locator("#save-status")).toContainText("another window");
  await page.locator("#exports-0-amount").fill("eight");
  await page.locator("#exports-0-amount").blur();
  await expect(page.locator("#exports-0-amount-problem")).toBeVisible();
});

test("a button pressed out of a field is pressed, whatever is wrong with the field", async ({ browser }) => {
  const page = await person(browser, accountant());
  await page.goto(form);
  await expect(page.locator("#exports .calendar").first()).toBeVisible();
  for (const text of ["5", "five"]) {
    await page.locator("#domestic-0-amount").fill("1");
    // the books are missing so far, and the server has said so
    await expect(page.locator("#save-status")).toHaveText(/Saved at/);
    await page.locator("#control_total").fill(text);
    await page.getByRole("button", { name: "Check answers" }).scrollIntoViewIfNeeded();
    const button = (await page.getByRole("button", { name: "Check answers" }).boundingBox())!;
    await page.mouse.move(button.x + 20, button.y + button.height / 2);
    const answered = page.waitForResponse(/autosave/);
    await page.mouse.down();
    // as long as a finger rests on it
    await answered;
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    await page.mouse.up();
    await expect(page.getByRole("alert")).toBeVisible();
    await page.goto(form);
    await page.locator("#control_total").fill("");
    await expect(page.locator("#save-status")).toHaveText(/Saved at/);
  }
});

test("live regions speak of outcomes, not of keys", async ({ browser }) => {
  const page = await person(browser, accountant());
  await page.goto(form);
  await expect(page.locator("#exports .calendar").first()).toBeVisible();
  await page.evaluate(() => {
    const spoken: string[] = ((window as never as { spoken: string[] }).spoken = []);
    for (const region of document.querySelectorAll("[role=status], [aria-live]")) {
      new MutationObserver(() => spoken.push(region.textContent ?? "")).observe(region, { childList: true, characterData: true, subtree: true });
    }
  });
  await page.locator("#domestic-0-amount").pressSequentially("123456789");
  await expect(page.locator("#save-status")).toHaveText(/Saved at/);
  const spoken = await page.evaluate(() => (window as never as { spoken: string[] }).spoken.filter((text) => text));
  expect(spoken.length).toBeGreaterThan(0);
  expect(spoken.length).toBeLessThan(3);
  expect(spoken.every((text) => text.startsWith("Saved at"))).toBe(true);
});

test("a new line has the focus, with and without JavaScript", async ({ browser }) => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await person(browser, accountant(), javaScriptEnabled);
    await page.goto(form);
    for (const [button, field] of [["Add an export line", "exports-1-country"], ["Add a service line", "domestic-1-region"], ["Add a region", "people-1-region"]]) {
      await page.getByRole("button", { name: button }).click();
      await expect(page.locator(`#${field}`)).toBeFocused();
    }
    await page.locator("#exports").getByRole("button", { name: "Remove 2", exact: true }).click();
    await expect(page.locator("#exports .line")).toHaveCount(1);
  }
});

test("a day is chosen from the browser's calendar or typed", async ({ browser }) => {
  const page = await person(browser, accountant());
  await page.goto(form);
  const calendar = page.locator("#exports .calendar").first();
  await expect(calendar).toHaveAttribute("min", "2023-07-01");
  await calendar.fill("2023-08-15");
  await expect(page.locator("#exports-0-date")).toHaveValue("15.08.2023");
  await expect(page.locator("#save-status")).toHaveText(/Saved at/);
  const plain = await person(browser, accountant(), false);
  await plain.goto(form);
  await expect(plain.locator("#exports .calendar").first()).toBeHidden();
});

async function fileAThousandfold(page: Page) {
  await page.goto(form);
  const before = (await page.locator("main .hint").first().innerText()).match(/exports \$([\d.,\s\u202f]+)(M?)/)!;
  const dollars = Number(before[1].replace(/[^\d.]/g, "")) * (before[2] ? 1_000_000 : 1);
  const exports = String(Math.round(dollars * 1_000));
  await fillShort(page, { exports, books: "5" });
  await page.getByRole("button", { name: "Check answers" }).click();
}

test("exports a thousand times too large are asked about at their row, on every page", async ({ browser }) => {
  for (const javaScriptEnabled of [true, false]) {
    const who = accountant();
    const page = await person(browser, who, javaScriptEnabled);
    await fileAThousandfold(page);
    const questions = page.locator(".notice-warn");
    await expect(questions).toContainText("Exports:");
    await expect(questions).toContainText("Could thousands have been meant?");
    await expect(questions).toContainText(/Total revenue by the books \(5\.00 soum\) is smaller than the lines .* 100\.0%/);
    await expect(page.locator("tbody tr", { hasText: "Exports, USD" }).first().locator(".tag")).toContainText(/×(9\d\d|1\D?0\d\d)$/);
    if (javaScriptEnabled) {
      await expectAccessible(page);
    }
    // neither tick nor reason: told at the field, in our words
    const submit = page.getByRole("button", { name: /Submit the filing/ });
    await submit.click();
    await expect(page.locator("#confirmed-0-problem")).toContainText("Confirm the question");
    await expect(page.locator("#reason-0-problem")).toContainText("Write a reason");
    await expect(page).toHaveTitle(/^Error: /);
    // each finding has its own tick, and what was said once stays said
    for (const tick of await page.getByRole("checkbox").all()) {
      await tick.check();
    }
    await submit.click();
    await expect(page.locator("#reason-0-problem")).toContainText("Write a reason");
    await expect(page.getByRole("checkbox").first()).toBeChecked();
    for (const reason of await page.locator("textarea").all()) {
      await reason.fill("the books are not closed yet");
    }
    await page.locator("#reason-0").fill("x".repeat(2_001));
    await submit.click();
    await expect(page.locator("#reason-0-problem")).toContainText("too long");
    await expect(page.locator("#reason-0")).toHaveValue("x".repeat(2_001));
    await page.locator("#reason-0").fill("the books are not closed yet");
    await submit.click();
    await expect(page.locator(".notice-good")).toContainText("has been submitted");
    await expect(page.locator("dl.receipt")).toContainText("the books are not closed yet");

    const reviewer = await person(browser, "reviewer", javaScriptEnabled);
    const name = await page.locator("main .lead").first().innerText();
    await reviewer.goto(`/en/office/filings?state=submitted&q=${encodeURIComponent(name)}`);
    const row = reviewer.locator("tbody tr");
    await expect(row).toHaveCount(1);
    await expect(row).toContainText("differs greatly");
    await expect(row).toContainText("×");
    await row.locator("a").first().click();
    await expect(reviewer.locator("dl.receipt")).toContainText("Could thousands have been meant?");
    await expect(reviewer.locator(".tag-warn", { hasText: "differs greatly" }).first()).toBeVisible();

    // withdrawn before anybody decides
    await page.goto(form);
    await page.locator("details.undo summary").click();
    await page.getByRole("button", { name: "Withdraw" }).click();
    await expect(page.locator(".notice-good")).toContainText("withdrawn");
    await expect(page.locator("#exports-0-amount")).not.toHaveValue("");
  }
});

test("the reviewer goes through the list in its own order, skips, and takes an acceptance back", async ({ browser }) => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await person(browser, "reviewer", javaScriptEnabled);
    await page.goto("/en/office/filings?state=submitted&sort=exports");
    const hrefs = await page.locator("tbody th a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    await page.goto(hrefs[0]!);
    await page.getByRole("link", { name: "Skip", exact: true }).click();
    await expect(page).toHaveURL(hrefs[1]!);
    await page.getByRole("button", { name: "Accept", exact: true }).click();
    await expect(page.locator(".notice-good")).toContainText("was accepted");
    await expect(page.getByRole("link", { name: "Next filing" })).toHaveAttribute("href", hrefs[2]!);
    await page.locator("details.undo summary").click();
    await page.getByRole("button", { name: "Take the acceptance back" }).click();
    await expect(page.locator(".notice-good")).toContainText("taken back");
    await expect(page.locator("#decision")).toBeVisible();
    await page.getByRole("link", { name: "Back to the list" }).click();
    await expect(page).toHaveURL(/state=submitted&sort=exports/);
    expect(await page.locator("tbody th a").evaluateAll((links) => links.map((link) => link.getAttribute("href")))).toEqual(hrefs);
  }
});

test("who finds nothing is led to the own page", async ({ browser }) => {
  for (const [who, path, own] of [
    ["region", "/en/office", "/en/office/regions/UZ-SA"],
    ["reviewer", "/en/my", "/en/office/filings?state=submitted"],
    ["resident", "/en/office", "/en/my"],
    ["reviewer", "/en/office/filings?q=nobody-at-all", "/en/office/filings?state=submitted"],
  ]) {
    const page = await person(browser, who, false);
    await page.goto(path);
    await page.locator("main a.button").last().click();
    await expect(page).toHaveURL(own);
  }
});

test("nothing moves when the typeface comes late", async ({ browser }) => {
  for (const lang of languages) {
    const page = await (await browser.newContext()).newPage();
    let load = () => {};
    const painted = new Promise<void>((resolve) => (load = resolve));
    await page.route("**/inter.woff2", async (route) => {
      await painted;
      await route.continue();
    });
    await page.addInitScript(() => {
      const shifts = window as never as { shift: number };
      shifts.shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          shifts.shift += (entry as never as { value: number }).value;
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(`/${lang}`, { waitUntil: "domcontentloaded" });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    load();
    await page.evaluate(() => document.fonts.ready);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    expect(await page.evaluate(() => (window as never as { shift: number }).shift), lang).toBeLessThan(0.05);
    await page.context().close();
  }
});

test("on paper a receipt and the tables are whole and open", async ({ browser }) => {
  const resident = await person(browser, "resident");
  const official = await person(browser, "reviewer");
  for (const [page, path] of [
    [resident, "/en/my/filings/2023-Q2/versions/1"],
    [official, "/en/office"],
    [official, "/en/office/filings?quarter=2023-Q2"],
    [official, "/en"],
  ] as const) {
    await page.goto(path);
    await page.emulateMedia({ media: "print" });
    // A4 less its margins, at 96 pixels an inch
    await page.setViewportSize({ width: 703, height: 1000 });
    const cut = await page.evaluate(() => {
      const wide = [...document.querySelectorAll("table, dl.receipt, .chart")].filter((element) => element.getBoundingClientRect().right > innerWidth + 1);
      const closed = [...document.querySelectorAll("main details table")].filter((table) => table.getBoundingClientRect().height === 0);
      const headless = [...document.querySelectorAll("thead")].filter((head) => head.getBoundingClientRect().height < 8);
      return [wide.length, closed.length, headless.length, document.documentElement.scrollWidth > innerWidth + 1];
    });
    expect(cut, path).toEqual([0, 0, 0, false]);
  }
});
