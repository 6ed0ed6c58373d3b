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

test("what is typed before the scripts have loaded is saved", async ({ browser }) => {
  const who = accountant();
  const page = await person(browser, who);
  let load = () => {};
  const typed = new Promise<void>((resolve) => (load = resolve));
  await page.route("**/*.wasm", async (route) => {
    await typed;
    await route.continue();
  });
  await page.goto(form, { waitUntil: "commit" });
  await page.locator("#control_total").fill("1 111");
  await page.locator("#exports-0-country").selectOption("DE");
  load();
  await expect(page.locator("#save-status")).toHaveText(/Saved at/);
  await expect(page.locator("#control_total")).toHaveValue("1 111");
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

  // somebody else saved meanwhile: both are there, and the person decides
  await page.route("**/api/autosave", (route) => route.abort());
  await page.locator("#domestic-0-amount").fill("6 666");
  await expect(page.locator("#save-status")).toContainText("No connection");
  const other = await person(browser, who, false);
  await other.goto(form);
  await other.locator("#control_total").fill("77");
  await other.getByRole("button", { name: "Save the draft" }).click();
  await page.goto("/en/my");
  await page.unroute("**/api/autosave");
  await page.goto(form);
  await expect(page.locator("#save-status")).toContainText("another window");
  await expect(page.locator("#domestic-0-amount")).toHaveValue("6 666");
  await page.getByRole("button", { name: "Save the draft" }).click();
  await expect(page.getByRole("alert")).toContainText("changed elsewhere");
  await expect(page.locator("#domestic-0-amount")).toHaveValue("6 666");
  expect(await stored(browser, who, "#control_total")).toBe("77");
});

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
