// Every page in every language: accessible, no errors, no sideways scrolling at the width of a phone.
import { expect, expectAccessible, expectNoSidewaysScrolling, languages, person, signIn, test } from "./support";

const pages: Record<string, string[]> = {
  "": ["", "sign-in", "nothing-here", "?map=tiles", "data", "data/regions", "data/official", "releases", "releases/2023-Q1", "releases/2023-Q1/data/destinations", "methodology"],
  resident: ["my", "my/filings/2023-Q2", "my/filings/2023-Q2/versions/1", "my/filings/2023-Q4"],
  "resident-3": ["my/filings/2023-Q3", "my"],
  reviewer: ["office", "office/filings?state=submitted", "office/regions/UZ-SA", "office/filings?quarter=2021-Q1", "office/missing?quarter=2023-Q3"],
  admin: ["office/jobs"],
  region: ["office/regions/UZ-SA", "office/filings", "office"],
};

for (const lang of languages) {
  for (const [who, paths] of Object.entries(pages)) {
    test(`pages of ${who || "the public"} in ${lang}`, async ({ page }) => {
      test.setTimeout(90_000);
      if (who) {
        await signIn(page, who, lang);
      }
      for (const path of paths) {
        await page.setViewportSize({ width: 1280, height: 900 });
        await page.goto(`/${lang}${path.startsWith("?") ? "" : "/"}${path}`);
        await expect(page.locator("html")).toHaveAttribute("lang", lang);
        await expect(page.locator("h1")).toHaveCount(1);
        await expectAccessible(page);
        await page.setViewportSize({ width: 320, height: 700 });
        await expectNoSidewaysScrolling(page);
        await expectAccessible(page);
      }
    });
  }
}

test("a page keeps its place when the language changes", async ({ page }) => {
  await page.goto("/uz?map=tiles");
  await page.getByRole("link", { name: "Русский" }).click();
  await expect(page).toHaveURL("/ru?map=tiles");
});

test("dark mode is as readable as light", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  for (const path of ["/uz", "/ru/sign-in", "/en/data/regions", "/uz/releases", "/ru/releases/2023-Q1", "/en/methodology"]) {
    await page.goto(path);
    await expectAccessible(page);
  }
  await signIn(page, "reviewer", "ru");
  for (const path of ["/ru/office", "/ru/office/filings?state=submitted"]) {
    await page.goto(path);
    await expectAccessible(page);
  }
  await page.locator("tbody th a").first().click();
  await expect(page.locator("#decision")).toBeVisible();
  await expectAccessible(page);
});

for (const lang of languages) {
  test(`a filing under review, and a form that could not be taken, in ${lang}`, async ({ page, browser }) => {
    await signIn(page, "reviewer", lang);
    await page.goto(`/${lang}/office/filings?state=submitted`);
    await page.locator("tbody th a").first().click();
    await expect(page.locator("#decision")).toBeVisible();
    await expectAccessible(page);
    await page.setViewportSize({ width: 320, height: 700 });
    await expectNoSidewaysScrolling(page);
    await expectAccessible(page);

    // a quarter that was accepted long ago takes no other form; what was sent is kept
    const resident = await person(browser, "resident");
    await resident.goto(`/${lang}/my/filings/2022-Q4`);
    const id = (await resident.locator("input[name=resident]").first().getAttribute("value"))!;
    const form = { lang, resident: id, quarter: "2022-Q4", revision: "0", step: "save", "form[control_total]": "7 654 321", "carried[end]": "1" };
    const answer = await resident.request.post("/api/save_filing", { form, headers: { accept: "text/html" } });
    await resident.goto(answer.url());
    await resident.locator("a[href*='/kept/']").click();
    await expect(resident.locator(".typed")).toHaveText("7 654 321");
    await expectAccessible(resident);
    await resident.setViewportSize({ width: 320, height: 700 });
    await expectNoSidewaysScrolling(resident);
  });
}

test("the public sees the published figures and the sums", async ({ page }) => {
  await page.goto("/en");
  const table = page.locator("#cumulative table");
  await expect(table).toContainText("140.00");
  await expect(table).toContainText("145.30");
  await expect(page.locator("h1")).toContainText("In the first half of 2023 residents exported $145.3M");
  await expect(page.locator("#running")).toContainText("provisional");
  await expect(page.locator("#information")).toContainText("Information services");
  await page.locator("#information summary", { hasText: "2023" }).click();
  await expect(page.locator("#information")).toContainText("Not allocated");
});

test("charts and tables can be downloaded", async ({ page }) => {
  await page.goto("/ru");
  for (const link of await page.locator('a[download]').all()) {
    const answer = await page.request.get((await link.getAttribute("href"))!);
    expect(answer.status()).toBe(200);
    expect((await answer.body()).length).toBeGreaterThan(100);
  }
  const csv = await (await page.request.get("/ru/charts/regions.csv")).text();
  expect(csv).toMatch(/UZ-NW,exports,USD thousand,,c,2023-10-20,demonstration\n/);
});

test("a page without islands loads no WebAssembly", async ({ page }) => {
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(request.url()));
  await page.goto("/en", { waitUntil: "networkidle" });
  await page.goto("/en/sign-in", { waitUntil: "networkidle" });
  expect(loaded.filter((url) => url.includes("/pkg/"))).toEqual([]);
});
