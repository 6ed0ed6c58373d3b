// Every page in every language: accessible, no errors, no sideways scrolling at the width of a phone.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { expect, expectAccessible, expectNoSidewaysScrolling, languages, person, signIn, test } from "./support";

const pages: Record<string, string[]> = {
  "": ["", "regions", "regions/UZ-SA", "regions/UZ-AN", "exports", "people", "embed/map", "embed/history", "releases/2022-Q2/home", "sign-in", "nothing-here", "data", "data/regions", "data/official", "releases", "releases/2023-Q1", "releases/2023-Q1/data/destinations", "methodology"],
  resident: ["my", "my/filings/2023-Q2", "my/filings/2023-Q2/versions/1", "my/filings/2023-Q4"],
  "resident-3": ["my/filings/2023-Q3", "my"],
  reviewer: ["office", "office/filings?state=submitted", "office/regions/UZ-SA", "office/filings?quarter=2021-Q1", "office/missing?quarter=2023-Q3"],
  admin: ["office/jobs"],
  "statistician-2": ["office/releases", "office/releases/2023-Q3", "office/releases/2023-Q3/site", "office/releases/2023-Q3/site/home", "office/releases/2023-Q2", "office/releases/plans/2023"],
  region: ["office/regions/UZ-SA", "office/filings", "office"],
};

for (const lang of languages) {
  for (const [who, paths] of Object.entries(pages)) {
    test(`pages of ${who || "the public"} in ${lang}`, async ({ page }) => {
      test.setTimeout(300_000);
      if (who) {
        await signIn(page, who, lang);
      }
      for (const path of paths) {
        await page.setViewportSize({ width: 1280, height: 900 });
        await page.goto(`/${lang}/${path}`.replace(/\/$/, ""));
        await expect(page.locator("html")).toHaveAttribute("lang", lang);
        await expect(page.locator("h1")).toHaveCount(1);
        await expectNoSidewaysScrolling(page);
        // at a desk a page is laid out alike in every language
        if (lang === "uz") {
          await expectAccessible(page);
        }
        await page.setViewportSize({ width: 320, height: 700 });
        await expectNoSidewaysScrolling(page);
        await expectAccessible(page);
      }
    });
  }
}

test("a page keeps its place when the language changes", async ({ page }) => {
  await page.goto("/uz/regions/UZ-SA");
  await page.getByRole("link", { name: "Русский" }).click();
  await expect(page).toHaveURL("/ru/regions/UZ-SA");
  await expect(page.locator("h1")).toHaveText("Самаркандская область");
});

test("dark mode is as readable as light", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  for (const path of ["/uz", "/ru/regions", "/en/regions/UZ-TK", "/uz/exports", "/ru/people", "/en/embed/course", "/ru/sign-in", "/en/data/regions", "/uz/releases", "/ru/releases/2023-Q1", "/en/methodology"]) {
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

for (const javaScriptEnabled of [true, false]) {
  test(`the public finds the figures that were released, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async ({ browser }) => {
    const page = await (await browser.newContext({ javaScriptEnabled })).newPage();
    await page.goto("/en");
    await expect(page.locator("h1")).toContainText("In the first half of 2023 residents exported $145.3M: 48.4% of the target of 2023");
    await expect(page.locator("main")).toContainText("Release 2023-Q2, published on");
    await page.locator("#course summary").click();
    await expect(page.locator("#course table")).toContainText("140.00");
    await expect(page.locator("#course table")).toContainText("145.30");
    // from the small chart of a region to the region, and on to another
    await page.locator(".panel", { hasText: "Samarkand" }).click();
    await expect(page.locator("h1")).toHaveText("Samarkand region");
    await expect(page.locator("main")).toContainText("Exports: not shown for this region on its own");
    await page.getByRole("link", { name: "Tashkent city" }).click();
    await expect(page.locator(".key-figure").first()).toContainText("4.4 trn soum");
    await page.getByRole("link", { name: "Regions", exact: true }).click();
    await page.locator("#information summary", { hasText: "2022" }).click();
    await expect(page.locator("#information")).toContainText("Not allocated");
    await page.getByRole("link", { name: "Exports", exact: true }).click();
    await expect(page.locator("#destinations")).toContainText("United States: 43.9% of exports");
    await page.getByRole("link", { name: "People", exact: true }).click();
    await expect(page.locator(".key-figure").first()).toContainText("16 762");
    // what the home page said a year before is still there, and says that there is a later release
    await page.goto("/en?asOf=2022-09-30");
    await expect(page).toHaveURL("/en/releases/2022-Q2/home");
    await expect(page.locator("h1")).toContainText("In the first half of 2022 residents exported $53.2M");
    await page.getByRole("link", { name: "Go to the latest" }).click();
    await expect(page.locator("h1")).toContainText("$145.3M");
    await page.context().close();
  });
}

test("the keyboard steps through the values of a chart, and a pointer reads them", async ({ page }) => {
  await page.goto("/en");
  const chart = page.locator("#course .chart-wide");
  const said = page.locator("#course .read-out");
  await chart.focus();
  await page.keyboard.press("ArrowRight");
  await expect(said).toHaveText("2022 Q1: $16M");
  await page.keyboard.press("End");
  await expect(said).toHaveText("2023 Q2: $145.3M");
  await page.keyboard.press("ArrowLeft");
  await expect(said).toHaveText("2023 Q1: $66.4M");
  await expect(page.locator("#course .mark.on")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(said).toHaveText("");
  await page.locator("#destinations .chart-one .mark").first().hover();
  await expect(page.locator("#destinations .read-out")).toHaveText("United States: $63.8M");
});

test("charts can be downloaded, and shown on pages of others", async ({ page }) => {
  await page.goto("/ru");
  const links = await page.locator("a[download]").all();
  expect(links.length).toBeGreaterThan(8);
  for (const link of links) {
    const answer = await page.request.get((await link.getAttribute("href"))!);
    expect(answer.status()).toBe(200);
    expect((await answer.body()).length).toBeGreaterThan(100);
  }
  const picture = await page.locator('meta[property="og:image"]').getAttribute("content");
  expect((await page.request.get(picture!)).headers()["content-type"]).toBe("image/png");
  // a page from elsewhere with our chart in a frame
  const frame = `<!doctype html><title>elsewhere</title><iframe title="chart" src="${new URL("/ru/embed/map", page.url())}"></iframe>`;
  const elsewhere = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(frame)).listen(0, "localhost");
  await once(elsewhere, "listening");
  await page.goto(`http://localhost:${(elsewhere.address() as AddressInfo).port}/`);
  await expect(page.frameLocator("iframe").locator("h1")).toHaveText("Выручка от услуг по регионам");
  elsewhere.close();
});

test("a first visit weighs at most 60 KB, fonts included", async ({ browser }) => {
  for (const path of ["/uz", "/ru", "/en", "/ru/regions", "/uz/regions/UZ-TK", "/ru/data"]) {
    const page = await (await browser.newContext()).newPage();
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    let weight = 0;
    session.on("Network.loadingFinished", (loaded) => (weight += loaded.encodedDataLength));
    await page.goto(path, { waitUntil: "networkidle" });
    expect(weight, path).toBeGreaterThan(40_000);
    // counted as Lighthouse does
    expect(weight, path).toBeLessThan(60 * 1024);
    await page.context().close();
  }
});

test("a page without islands loads no WebAssembly", async ({ page }) => {
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(request.url()));
  await page.goto("/en", { waitUntil: "networkidle" });
  await page.goto("/en/sign-in", { waitUntil: "networkidle" });
  expect(loaded.filter((url) => url.includes("/pkg/"))).toEqual([]);
});
