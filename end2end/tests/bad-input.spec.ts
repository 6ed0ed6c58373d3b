// Bad input gets a clear answer in the reader's language, and nothing is lost.
import { accountant, endSessions, enter, expect, expectAccessible, fillShort, person, test, watch } from "./support";

test("a wrong password is told at the form, with the address kept", async ({ page }) => {
  await page.goto("/ru/sign-in");
  await page.locator("#email").fill("resident@itpark.example");
  await page.locator("#password").fill("wrong");
  await page.locator("main button[type=submit]").click();
  await expect(page.getByRole("alert")).toContainText("Неверная почта или пароль");
  await expect(page.locator("#email")).toHaveValue("resident@itpark.example");
  await expectAccessible(page);
});

test("who is not signed in is led back after signing in", async ({ page }) => {
  await page.goto("/uz/my/filings/2023-Q2");
  await expect(page).toHaveURL(/\/uz\/sign-in\?next=/);
  await page.locator("#email").fill("resident@itpark.example");
  await page.locator("#password").fill("demo-2023");
  await page.locator("main button[type=submit]").click();
  await expect(page).toHaveURL(/\/uz\/my\/filings\/2023-Q2/);
});

test("each problem stands at its field in the language of the page, and every value is kept", async ({ browser }) => {
  for (const javaScriptEnabled of [false, true]) {
    const page = await person(browser, accountant(), javaScriptEnabled);
    await page.goto("/ru/my/filings/2023-Q3");
    await page.locator("#domestic-0-amount").fill("1 23 456");
    await page.locator("#exports-0-country").selectOption("DE");
    await page.locator("#exports-0-amount").fill("-5");
    await page.locator("#exports-0-date").fill("31.12.2023");
    await page.locator("#people-0-employees").fill("3");
    await page.locator("#people-0-women").fill("4");
    await page.locator("#control_total").fill("99 999 999 999 999 999 999");
    await page.getByRole("button", { name: "Проверить данные" }).click();
    await expect(page.getByRole("alert")).toContainText("Сначала исправьте это");
    await expect(page).toHaveTitle(/^Ошибка: /);
    const problem = (field: string) => page.locator(`#${field}-problem`);
    await expect(problem("domestic-0-amount")).toContainText("Сумма, сумов: разделяйте разряды по три цифры");
    await expect(problem("domestic-0-activity")).toContainText("Вид деятельности: заполните или выберите");
    await expect(problem("exports-0-amount")).toContainText("меньше нуля");
    await expect(problem("exports-0-date")).toContainText("с 1 июля 2023 г. по 30 сентября 2023 г.");
    await expect(problem("people-0-women")).toContainText("больше числа сотрудников");
    await expect(problem("control_total")).toContainText("слишком велика");
    await expect(page.locator("#domestic-0-amount")).toHaveValue("1 23 456");
    await expect(page.locator("#control_total")).toHaveValue("99 999 999 999 999 999 999");
    await expect(page.locator("#exports-0-country")).toHaveValue("DE");
    if (javaScriptEnabled) {
      await expectAccessible(page);
    }
    await page.context().close();
  }
});

test("a currency without a rate is told at its line", async ({ browser }) => {
  const page = await person(browser, accountant(), false);
  await page.goto("/en/my/filings/2023-Q3");
  await fillShort(page, { exports: "500" });
  await page.locator("#exports-0-currency").selectOption("KWD");
  await page.getByRole("button", { name: "Check answers" }).click();
  await expect(page.locator("#exports-0-currency-problem")).toContainText("Currency: no rate of KWD is known for this period.");
  await expect(page.locator("#exports-0-amount")).toHaveValue("500");
});

test("two tabs: the later save is not lost and overwrites nothing", async ({ browser }) => {
  const one = await person(browser, accountant(), false);
  await one.goto("/en/my/filings/2023-Q3");
  await one.getByRole("button", { name: "Save the draft" }).click();
  const two = await one.context().newPage();
  await two.goto("/en/my/filings/2023-Q3");
  await one.locator("#control_total").fill("111");
  await one.getByRole("button", { name: "Save the draft" }).click();
  await two.locator("#control_total").fill("222");
  await two.getByRole("button", { name: "Save the draft" }).click();
  await expect(two.getByRole("alert")).toContainText("changed elsewhere");
  await expect(two.locator("#control_total")).toHaveValue("222");
  await one.goto("/en/my/filings/2023-Q3");
  await expect(one.locator("#control_total")).toHaveValue("111");
  await two.getByRole("button", { name: "Save the draft" }).click();
  await one.goto("/en/my/filings/2023-Q3");
  await expect(one.locator("#control_total")).toHaveValue("222");
});

test("autosave does not overwrite what another window saved", async ({ browser }) => {
  const one = await person(browser, accountant());
  const two = await one.context().newPage();
  for (const window of [one, two]) {
    await window.goto("/en/my/filings/2023-Q3");
    await expect(window.locator("#exports .calendar").first()).toBeVisible();
  }
  await one.locator("#control_total").fill("333");
  await expect(one.locator("#save-status")).toHaveText(/Saved at/);
  await two.locator("#control_total").fill("444");
  await expect(two.locator("#save-status")).toContainText("another window");
  await two.getByRole("button", { name: "Save the draft" }).click();
  await expect(two.getByRole("alert")).toContainText("changed elsewhere");
  await expect(two.locator("#control_total")).toHaveValue("444");
  // here only the person saves
  await two.locator("#control_total").fill("555");
  await expect(two.locator("#save-status")).toContainText("Not saved");
  await one.reload();
  await expect(one.locator("#control_total")).toHaveValue("333");
});

test("a draft is found again on another device", async ({ browser }) => {
  const who = accountant();
  const desk = await person(browser, who);
  await desk.goto("/en/my/filings/2023-Q3");
  await desk.locator("#exports-0-contract").fill("7/2023");
  await expect(desk.locator("#save-status")).toHaveText(/Saved at/);
  const phone = await person(browser, who, false);
  await phone.goto("/uz/my/filings/2023-Q3");
  await expect(phone.locator("#exports-0-contract")).toHaveValue("7/2023");
});

test("lines are added and removed with the values of the others kept", async ({ browser }) => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await person(browser, accountant(), javaScriptEnabled);
    await page.goto("/en/my/filings/2023-Q3");
    const lines = page.locator("#people .line");
    const before = await lines.count();
    await page.getByRole("button", { name: "Add a region" }).click();
    await expect(lines).toHaveCount(before + 1);
    await page.locator(`#people-${before}-employees`).fill("17");
    await page.locator("#people").getByRole("button", { name: "Remove 1", exact: true }).click();
    await expect(lines).toHaveCount(before);
    await expect(page.locator(`#people-${before - 1}-employees`)).toHaveValue("17");
  }
});

test("a removed line takes its own values with it", async ({ browser }) => {
  const page = await person(browser, accountant());
  await page.goto("/en/my/filings/2023-Q3");
  for (const amount of ["111", "222", ""]) {
    const n = await page.locator("#domestic .line").count();
    await page.getByRole("button", { name: "Add a service line" }).click();
    await expect(page.locator(`#domestic-${n}-amount`)).toBeVisible();
    await page.locator(`#domestic-${n}-amount`).fill(amount);
  }
  const last = (await page.locator("#domestic .line").count()) - 1;
  await page.locator("#domestic").getByRole("button", { name: `Remove ${last - 1}`, exact: true }).click();
  await expect(page.locator(`#domestic-${last - 2}-amount`)).toHaveValue("222");
  await expect(page.locator(`#domestic-${last - 1}-amount`)).toHaveValue("");
  await page.locator("#domestic").getByRole("button", { name: `Remove ${last - 1}`, exact: true }).click();
  await expect(page.locator(`#domestic-${last - 2}-amount`)).toHaveValue("");
  await expect(page.locator("#save-status")).toHaveText(/Saved at/);
});

test("absurd amounts leave the form alive", async ({ browser }) => {
  const page = await person(browser, accountant());
  const errors = watch(page);
  await page.goto("/en/my/filings/2023-Q3");
  await page.locator("#domestic-0-amount").fill("90 000 000 000 000 000");
  await page.locator("#exports-0-amount").fill("5 000 000 000 000");
  await page.locator("#control_total").fill("1");
  await expect(page.locator("#save-status")).toHaveText(/Saved at/);
  await page.locator("#domestic-0-amount").fill("7");
  await expect(page.locator("#total-domestic")).toHaveText(/^7.00/);
  await page.locator("#exports-0-amount").fill("");
  await expect(page.locator("#save-status")).toHaveText(/Saved at/);
  expect(errors).toEqual([]);
});

test("a session that was ended elsewhere leads to sign in and back to the draft", async ({ browser }) => {
  const who = accountant();
  const desk = await person(browser, who, false);
  await desk.goto("/en/my/filings/2023-Q3");
  const phone = await person(browser, who, false);
  await phone.locator(".account-name").click();
  await phone.getByRole("button", { name: "Sign out everywhere" }).click();
  await desk.locator("#exports-0-contract").fill("8/2023");
  await desk.getByRole("button", { name: "Save the draft" }).click();
  await expect(desk).toHaveURL(/\/en\/sign-in/);
  await expect(desk.locator("main .notice").first()).toContainText("What you sent is kept");
  await enter(desk, who);
  await expect(desk.locator(".notice-warn")).toContainText("Below is what you sent");
  await expect(desk.locator("#exports-0-contract")).toHaveValue("8/2023");
  await desk.getByRole("button", { name: "Save the draft" }).click();
  await desk.goto("/en/my/filings/2023-Q3");
  await expect(desk.locator("#exports-0-contract")).toHaveValue("8/2023");
});

test("a session that ended of age in mid-form loses nothing", async ({ browser }) => {
  for (const [javaScriptEnabled, amount] of [[false, "12 345"], [true, "67 890"]] as const) {
    const who = accountant();
    const page = await person(browser, who, javaScriptEnabled);
    await page.goto("/uz/my/filings/2023-Q3");
    endSessions();
    await page.locator("#control_total").fill(amount);
    await page.getByRole("button", { name: "Qoralamani saqlash" }).click();
    await expect(page).toHaveURL(/\/uz\/sign-in/);
    await expect(page.locator("main .notice").first()).toContainText("saqlab qoʻyildi");
    await enter(page, who);
    await expect(page.locator("#control_total")).toHaveValue(amount);
  }
});

test("a quarter that is closed or has not ended says so", async ({ browser }) => {
  const page = await person(browser, "resident-3", false);
  const answer = await page.goto("/uz/my/filings/2023-Q4");
  expect(answer!.status()).toBe(409);
  await expect(page.locator("h1")).toContainText("Hali erta");
});
