// A release is made in the office by two statisticians: ordered, looked at, decided.
import { type Page, expect, expectAccessible, person, test } from "./support";

const desk = "/en/office/releases";
const release = `${desk}/2023-Q3`;

/** Looks again until a server has prepared what was ordered. */
async function prepared(page: Page) {
  await expect(async () => {
    await page.getByRole("link", { name: "Look again" }).click();
    await expect(page.getByRole("link", { name: "Look and decide" })).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 120_000, intervals: [1_000] });
}

test("a release is given up, ordered anew for a reason, and prepared by a server", async ({ browser }) => {
  test.setTimeout(180_000);
  const one = await person(browser, "statistician");
  await one.goto(release);
  await expect(one.locator("#decision")).toContainText("Another statistician looks at it");
  await one.locator("summary", { hasText: "Discard it" }).click();
  await one.getByRole("button", { name: "Discard it" }).click();
  await expect(one.locator("#reason-discard-problem")).toContainText("Write a reason");
  await one.locator("#reason-discard").fill("too few had filed");
  await one.getByRole("button", { name: "Discard it" }).click();
  await expect(one.getByRole("status")).toContainText("The quarter can be prepared again");
  await expect(one.locator("tbody tr").first()).toContainText("too few had filed");

  // too little of the quarter is in
  await one.getByRole("button", { name: "Prepare" }).click();
  await expect(one.locator(".field-problem")).toContainText("Too little of the quarter is in");
  await expectAccessible(one);
  await one.locator("#reason-2023-Q3").fill("asked for by parliament");
  await one.getByRole("button", { name: "Prepare" }).click();
  await expect(one.locator("#under-way")).toBeVisible();
  await expectAccessible(one);
  await prepared(one);
  await one.getByRole("link", { name: "Look and decide" }).click();
  await expect(one.locator("main")).toContainText("asked for by parliament");
});

for (const javaScriptEnabled of [true, false]) {
  test(`another looks at a release and decides, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async ({ browser }) => {
    const other = await person(browser, "statistician-2", javaScriptEnabled);
    await other.goto(desk);
    await other.getByRole("link", { name: "Look and decide" }).click();
    // as the public will see it
    await other.getByRole("link", { name: "Regions", exact: true }).click();
    await expect(other).toHaveURL(`${release}/site/regions`);
    await expect(other.locator(".notice-warn").first()).toContainText("Nobody but those who work on this release");
    await other.getByRole("link", { name: "To the release" }).first().click();
    await expect(other).toHaveURL(release);
    if (javaScriptEnabled) {
      await other.emulateMedia({ colorScheme: "dark" });
      await expectAccessible(other);
    }
    // its files, and why figures are hidden
    await other.locator("summary", { hasText: "Files" }).click();
    const file = await other.request.get((await other.getByRole("link", { name: "regions.csv", exact: true }).getAttribute("href"))!);
    expect(await file.text()).toContain("2023-Q3,2023-Q3,UZ,registered,exports,USD,");
    await expect(other.getByRole("table", { name: "Hidden" }).first()).toContainText("too few contributors");

    await other.locator("#minute").fill("2023-10-01T09:00");
    await other.getByRole("button", { name: "Approve for this minute" }).click();
    await expect(other.locator("#minute-problem")).toContainText("This minute has passed");
    await expect(other.locator("#minute")).toHaveValue("2023-10-01T09:00");
    await other.locator("#minute").fill("2024-02-28T09:00");
    await other.getByRole("button", { name: "Approve for this minute" }).click();
    await expect(other.getByRole("status")).toContainText("It goes out at its minute");
    await expect(other.locator("main")).toContainText("28 February 2024");
    // nobody else sees it before
    expect((await other.request.get("/en/releases/2023-Q3")).status()).toBe(404);
    await other.getByRole("button", { name: "Take the approval back" }).click();
    await expect(other.getByRole("status")).toContainText("taken back");
  });
}
