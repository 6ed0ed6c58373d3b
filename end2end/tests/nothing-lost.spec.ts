// What was typed is found again, whatever happens to scripts, page, line, session or server.
import type { Browser, Page } from "@playwright/test";

import { accountant, expect, person, test } from "./support";

const form = "/en/my/filings/2023-Q3";

/** What another device finds. */
async function stored(browser: Browser, who: string, field: string): Promise<string> {
  const phone = await person(browser, who, false);
  await phone.goto(form);
  return phone.locator(field).inputValue();
}

async function interactive(page: Page) {
  await expect(page.locator("#exports .calendar").first()).toBeVisible();
}

/** Holds the scripts back until the returned function is called. */
async function holdScripts(page: Page): Promise<() => void> {
  let load = () => {};
  const held = new Promise<void>((resolve) => (load = resolve));
  await page.route("**/*.wasm", async (route) => {
    await held;
    await route.continue();
  });
  return load;
}

test("what is typed before the scripts have loaded is saved", async ({ browser }) => {
  const who = accountant();
  const page = await person(browser, who);
  const load = await holdScripts(page);
  await page.goto(form, { waitUntil: "commit" });
  await page.locator("#control_total").fill("1 111");
  await page.locator("#exports-0-country").selectOption("DE");
  await page.locator("#people-0-employees").fill("12.5");
  await page.locator("#domestic-0-amount").fill("(1 000)");
  load();
  await expect(page.locator("#save-status")).toHaveText(/Saved at/);
  await expect(page.locator("#control_total")).toHaveValue("1 111");
  // what was left before is told; where somebody is still typing nothing is
  await expect(page.locator("#people-0-employees-problem")).toHaveText("Employees: enter a whole number.");
  await expect(page.locator("#domestic-0-amount-problem")).toHaveCount(0);
  expect(await stored(browser, who, "#control_total")).toBe("1 111");
  expect(await stored(browser, who, "#exports-0-country")).toBe("DE");
});

test("the last keystrokes are saved, whichever way the page is left", async ({ browser }) => {
  const who = accountant();
  const page = await person(browser, who);
  const ways: [string, (page: Page) => Promise<unknown>][] = [
    ["reload", (page) => page.reload()],
    ["language", (page) => page.getByRole("link", { name: "Русский" }).click()],
    ["link", (page) => page.getByRole("link", { name: "My filings" }).click()],
    ["address", (page) => page.goto("/en")],
    ["back", (page) => page.goBack()],
    ["close", (page) => page.close({ runBeforeUnload: true })],
  ];
  for (const [n, [way, leave]] of ways.entries()) {
    await page.goto("/en/my");
    await page.goto(form);
    await interactive(page);
    const amount = `${n + 1} 000`;
    await page.locator("#control_total").fill(amount);
    await leave(page);
    await expect.poll(() => stored(browser, who, "#control_total"), { message: way }).toBe(amount);
    if (way === "reload") {
      await expect(page.locator("#control_total")).toHaveValue(amount);
    }
  }
});

test("offline nothing is lost and nobody is led to an error page", async ({ browser }) => {
  const who = accountant();
  const page = await person(browser, who);
  await page.goto(form);
  await interactive(page);
  await page.context().setOffline(true);
  await page.locator("#control_total").fill("2 222");
  await expect(page.locator("#save-status")).toContainText("No connection");
  for (const button of ["Save the draft", "Check answers"]) {
    await page.getByRole("button", { name: button }).click();
    await expect(page.locator("#save-status")).toContainText("No connection");
    await expect(page.locator("#control_total")).toHaveValue("2 222");
  }
  await page.getByRole("link", { name: "My filings" }).click();
  await expect(page.locator("#control_total")).toHaveValue("2 222");
  await page.locator("#control_total").fill("3 333");
  await page.context().setOffline(false);
  await expect(page.locator("#save-status")).toHaveText(/Saved at/, { timeout: 15_000 });
  expect(await stored(browser, who, "#control_total")).toBe("3 333");
});

test("what a server could not take is tried again by itself", async ({ browser }) => {
  const who = accountant();
  const page = await person(browser, who);
  await page.goto(form);
  await interactive(page);
  let refused = 0;
  await page.route("**/api/autosave", (route) => ((refused += 1) < 3 ? route.fulfill({ status: 503 }) : route.continue()));
  await page.locator("#control_total").fill("4 444");
  await expect(page.locator("#save-status")).toContainText("trying again");
  await expect(page.locator("#save-status")).toHaveText(/Saved at/, { timeout: 15_000 });
  expect(refused).toBe(3);
  expect(await stored(browser, who, "#control_total")).toBe("4 444");
});

test("what never reached the server is found in the browser and goes on from there", async ({ browser }) => {
  const who = accountant();
  const page = await person(browser, who);
  await page.goto(form);
  await interactive(page);
  await page.route("**/api/autosave", (route) => route.abort());
  page.on("dialog", (dialog) => dialog.accept());
  await page.locator("#domestic-0-amount").fill("5 555");
  await page.locator("#people").getByRole("button", { name: "Add a region" }).click();
  await expect(page.locator("#save-status")).toContainText("No connection");
  await page.goto("/en/my");
  await page.unroute("**/api/autosave");
  await page.goto(form);
  await expect(page.locator("#domestic-0-amount")).toHaveValue("5 555");
  await expect(page.locator("#people .line")).toHaveCount(2);
  await expect.poll(() => stored(browser, who, "#domestic-0-amount")).toBe("5 555");

  await expect(page.locator("main")).toContainText("without it being saved is back");

  // somebody else saved meanwhile: the page shows that, and the person decides
  await page.route("**/api/autosave", (route) => route.abort());
  await page.locator("#domestic-0-amount").fill("6 666");
  await expect(page.locator("#save-status")).toContainText("No connection");
  const other = await person(browser, who, false);
  await other.goto(form);
  await other.locator("#domestic-0-amount").fill("77");
  await other.getByRole("button", { name: "Save the draft" }).click();
  await page.goto("/en/my");
  await page.unroute("**/api/autosave");
  for (const visit of ["first", "second"]) {
    await page.goto(form);
    await expect(page.locator("#found"), visit).toContainText("text that was not saved");
    await expect(page.locator("#domestic-0-amount")).toHaveValue("77");
  }
  await page.getByRole("button", { name: "Put it into the form" }).click();
  await expect(page.locator("#domestic-0-amount")).toHaveValue("6 666");
  await expect(page.locator("#save-status")).toHaveText(/Saved at/);
  await expect(page.locator("#found")).toHaveCount(0);
  expect(await stored(browser, who, "#domestic-0-amount")).toBe("6 666");
});

test("what this window had not saved and what is typed before the scripts load go together", async ({ browser }) => {
  const who = accountant();
  const page = await person(browser, who);
  page.on("dialog", (dialog) => dialog.accept());
  await page.goto(form);
  await interactive(page);
  await page.route("**/api/autosave", (route) => route.abort());
  await page.locator("#domestic-0-amount").fill("999 000");
  await expect(page.locator("#save-status")).toContainText("No connection");
  await page.goto("/en/my");
  await page.unroute("**/api/autosave");
  const load = await holdScripts(page);
  await page.goto(form, { waitUntil: "commit" });
  await page.locator("#control_total").fill("3 000");
  load();
  await expect(page.locator("#save-status")).toHaveText(/Saved at/);
  await expect(page.locator("#domestic-0-amount")).toHaveValue("999 000");
  await expect(page.locator("#control_total")).toHaveValue("3 000");
  expect(await stored(browser, who, "#domestic-0-amount")).toBe("999 000");
  expect(await stored(browser, who, "#control_total")).toBe("3 000");
});

test("a save without an answer is not taken for another window after a reload", async ({ browser }) => {
  const who = accountant();
  const page = await person(browser, who);
  page.on("dialog", (dialog) => dialog.accept());
  await page.goto(form);
  await interactive(page);
  // the server takes it, and the answer never comes
  let held = 0;
  await page.route("**/api/autosave", async (route) => {
    held += 1;
    await route.fetch();
  });
  await page.locator("#control_total").fill("4");
  await expect.poll(() => held).toBeGreaterThan(0);
  await page.locator("#control_total").fill("45");
  await page.goto("/en/my");
  await page.unroute("**/api/autosave");
  await page.goto(form);
  await expect(page.locator("#save-status")).toHaveText(/Saved at/);
  await expect(page.locator("#control_total")).toHaveValue("45");
  await expect.poll(() => stored(browser, who, "#control_total")).toBe("45");
});

test("a window opened from another takes nothing away from it", async ({ browser }) => {
  const who = accountant();
  const one = await person(browser, who);
  await one.goto(form);
  await interactive(one);
  const opened = one.waitForEvent("popup");
  await one.evaluate((address) => void window.open(address), form);
  const two = await opened;
  await interactive(two);
  await one.route("**/api/autosave", (route) => route.abort());
  await one.locator("#control_total").fill("1 000");
  await expect(one.locator("#save-status")).toContainText("No connection");
  await two.locator("#control_total").fill("2 000");
  await expect(two.locator("#save-status")).toHaveText(/Saved at/);
  const copies = () => one.evaluate(() => Object.entries(localStorage).filter(([key]) => key.startsWith("itpark-draft")).map(([, text]) => text));
  expect((await copies()).filter((text) => text.includes("1 000"))).toHaveLength(1);
});

test("two windows of one browser keep apart what each has typed", async ({ browser }) => {
  const who = accountant();
  const one = await person(browser, who);
  const two = await one.context().newPage();
  for (const page of [one, two]) {
    await page.goto(form);
    await interactive(page);
  }
  await one.locator("#control_total").fill("2 000");
  await expect(one.locator("#save-status")).toHaveText(/Saved at/);
  await two.locator("#control_total").fill("3 000");
  await expect(two.locator("#save-status")).toContainText("another window");
  // the window whose text was saved shows it, whatever the other one holds
  await one.reload();
  await expect(one.locator("#control_total")).toHaveValue("2 000");
  await two.getByRole("button", { name: "Save the draft" }).click();
  await expect(two.getByRole("alert")).toContainText("changed elsewhere");
  await expect(two.locator("#control_total")).toHaveValue("3 000");
  await two.getByRole("link", { name: "See the saved draft" }).click();
  await expect(two.locator("#control_total")).toHaveValue("2 000");
  await expect(two.locator("#found")).toBeVisible();
  await two.getByRole("button", { name: "Give it up" }).click();
  await expect(two.locator("#found")).toHaveCount(0);
  await two.reload();
  await interactive(two);
  await expect(two.locator("#found")).toHaveCount(0);
});

test("a tab that was hidden while something was unsaved goes on saving", async ({ browser }) => {
  const who = accountant();
  const page = await person(browser, who);
  await page.goto(form);
  await interactive(page);
  // the answer to the save on the way out is lost, as in a frozen tab; the request is not
  let lost = 0;
  await page.route("**/api/autosave", async (route) => {
    if ((lost += 1) > 1) return route.continue();
    await route.fetch();
    await route.abort();
  });
  await page.locator("#control_total").fill("5");
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    Object.defineProperty(document, "visibilityState", { value: "visible", configurable: true });
  });
  await page.locator("#control_total").fill("56");
  await expect(page.locator("#save-status")).toHaveText(/Saved at/, { timeout: 10_000 });
  expect(await stored(browser, who, "#control_total")).toBe("56");
  expect(lost).toBeGreaterThan(2);
});

test("a double click sends once what was not saved yet", async ({ browser }) => {
  const who = accountant();
  const page = await person(browser, who);
  await page.goto(form);
  await interactive(page);
  await page.locator("#control_total").fill("12");
  await page.getByRole("button", { name: "Save the draft" }).dblclick();
  await expect(page).toHaveURL(/saved=1/);
  await expect(page.locator("#control_total")).toHaveValue("12");
  // back and on again
  await page.goBack();
  await interactive(page);
  await page.locator("#control_total").fill("13");
  await expect(page.locator("#save-status")).toHaveText(/Saved at/);
  await page.getByRole("button", { name: "Check answers" }).dblclick();
  await expect(page).toHaveURL(/\/check/);
  expect(await stored(browser, who, "#control_total")).toBe("13");
});

test("a draft that was saved by itself on this page is given up", async ({ browser }) => {
  const who = accountant();
  const page = await person(browser, who);
  await page.goto(form);
  await interactive(page);
  await expect(page.locator("details.undo")).toBeHidden();
  await page.locator("#control_total").fill("14");
  await expect(page.locator("#save-status")).toHaveText(/Saved at/);
  // and with something typed since
  await page.locator("#control_total").fill("15");
  await page.locator("details.undo summary").click();
  await page.getByRole("button", { name: "Give up this draft" }).click();
  await expect(page.locator(".notice-good").first()).toContainText("given up");
  await page.goto(form);
  await interactive(page);
  await expect(page.locator("#control_total")).toHaveValue("");
  await expect(page.locator("#found")).toHaveCount(0);
});

/** What can become of a save. */
const troubles: [string, (page: Page) => Promise<unknown>][] = [
  ["refused for now", (page) => page.route("**/api/autosave", (route) => route.fulfill({ status: 503 }))],
  ["without an answer", (page) => page.route("**/api/autosave", () => {})],
  ["refused for good", (page) => page.route("**/api/autosave", (route) => route.fulfill({ status: 422, body: '"invalid"' }))],
];

for (const [trouble, begin] of troubles) {
  test(`a save ${trouble}: every way out is open, and asks or carries what was typed`, async ({ browser }) => {
    const who = accountant();
    const page = await person(browser, who);
    const asked: string[] = [];
    page.on("dialog", async (dialog) => {
      asked.push(dialog.type());
      await dialog.accept();
    });
    const typed = async (text: string) => {
      await page.goto(form);
      await interactive(page);
      await begin(page);
      await page.locator("#control_total").fill(text);
      await page.locator("#control_total").press("Tab");
      await expect(page.locator("#save-status")).not.toHaveText("");
      asked.length = 0;
    };
    await typed("16");
    await page.getByRole("link", { name: "My filings" }).click();
    await expect(page).toHaveURL(/\/en\/my$/, { timeout: 15_000 });
    expect(asked).toEqual(["beforeunload"]);
    await page.unroute("**/api/autosave");
    await page.goto(form);
    if (await page.locator("#found").isVisible()) {
      await page.getByRole("button", { name: "Put it into the form" }).click();
    }
    await expect(page.locator("#control_total")).toHaveValue("16");
    await expect.poll(() => stored(browser, who, "#control_total")).toBe("16");

    await typed("17");
    await page.getByRole("button", { name: "Save the draft" }).click();
    await expect(page).toHaveURL(/saved=1/, { timeout: 15_000 });
    expect(asked).toEqual([]);
    expect(await stored(browser, who, "#control_total")).toBe("17");

    await page.unroute("**/api/autosave");
    await typed("18");
    await page.locator("header summary").last().click();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await expect(page.locator(".account-name")).toHaveCount(0, { timeout: 15_000 });
    expect(asked).toEqual(["beforeunload"]);
    expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
  });
}

test("a form left open until even the cookie is gone loses nothing", async ({ browser }) => {
  for (const javaScriptEnabled of [false, true]) {
    const who = accountant();
    const page = await person(browser, who, javaScriptEnabled);
    await page.goto(form);
    await page.context().clearCookies();
    await page.locator("#control_total").fill("8 888");
    await page.getByRole("button", { name: "Save the draft" }).click();
    await expect(page).toHaveURL(/\/en\/sign-in/);
    await expect(page.locator("main .notice").first()).toContainText("What you sent is kept");
    await page.locator("#email").fill(`${who}@itpark.example`);
    await page.locator("#password").fill("demo-2023");
    await page.locator("main button[type=submit]").click();
    await expect(page.locator("#control_total")).toHaveValue("8 888");
  }
});

test("what was begun or sent by mistake is taken back", async ({ browser }) => {
  for (const javaScriptEnabled of [false, true]) {
    const who = accountant();
    const page = await person(browser, who, javaScriptEnabled);
    await page.goto(form);
    await page.locator("#control_total").fill("9 999");
    await page.getByRole("button", { name: "Save the draft" }).click();
    await expect(page.locator("#saved")).toBeVisible();
    await page.locator("details.undo summary").click();
    await page.getByRole("button", { name: "Give up this draft" }).click();
    await expect(page.locator(".notice-good").first()).toContainText("given up");
    await page.goto(form);
    await expect(page.locator("#control_total")).toHaveValue("");

    // an amendment of what was accepted: untouched it cannot be sent, and it can be given up
    await page.goto("/en/my/filings/2023-Q2");
    await page.getByRole("button", { name: "Begin the amendment" }).click();
    await expect(page.locator("#reason-problem")).toContainText("Write a reason");
    await page.locator("#reason").fill("forgotten invoice");
    await page.getByRole("button", { name: "Begin the amendment" }).click();
    await page.getByRole("button", { name: "Check answers" }).click();
    await expect(page.locator("main")).toContainText("cannot be submitted");
    await expect(page.getByRole("button", { name: /Submit the filing/ })).toHaveCount(0);
    await page.getByRole("link", { name: "Change answers" }).click();
    await page.locator("details.undo summary").click();
    await page.getByRole("button", { name: "Give up this amendment" }).click();
    await page.goto("/en/my/filings/2023-Q2");
    await expect(page.locator("main")).toContainText("The filing has been accepted");
  }
});
