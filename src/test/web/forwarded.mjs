// Calls forwarded routes with the page, in a real browser. Prints one line for each check that passes; exits with 1 at the
// first that fails.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const { ONEPORT_URL: url, ONEPORT_CHROMIUM: executablePath, ONEPORT_SCREENSHOTS: screenshots } = process.env;
const profile = mkdtempSync(join(tmpdir(), 'oneport-page-'));
const context = await chromium.launchPersistentContext(profile, {
  executablePath,
  viewport: { width: 1400, height: 900 },
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const troubles = [];

async function check(name, steps) {
  await steps();
  console.log(name);
}

try {
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => troubles.push(String(error.stack)));
  await page.goto(`${url}/page/index.html`);
  await page.waitForSelector('html[data-ready]');
  const panel = page.locator('#panel');

  /** Opens the form of a route. */
  async function open(route) {
    await page.getByRole('button', { name: `Call ${route}`, exact: true }).click();
    await panel.locator('h3').waitFor();
  }

  async function send(status) {
    await panel.getByRole('button', { name: /^(Send|Open and send)$/ }).click();
    await panel.locator('.answer').getByText(status).first().waitFor();
    return panel.locator('.answer').innerText();
  }

  await check('forwarded routes are listed, and the methods of a known schema', async () => {
    const routes = await page.locator('#routes code').allInnerTexts();
    for (const route of ['* /**', 'Echo/Ping', 'Echo/Watch', '/**']) {
      assert.ok(routes.includes(route), `${route} in ${routes}`);
    }
    assert.ok(!routes.includes('**/*'), routes.join());
    await page.screenshot({ path: join(screenshots, 'forwarded.png'), fullPage: true });
  });

  await check('a forwarded method is called with a form, as gRPC-Web and as JSON', async () => {
    await open('GRPC Echo/Ping');
    assert.equal(await panel.getByLabel('Body').inputValue(), '{"message":"hello"}');
    await panel.getByLabel('Body').fill('{"message":"through"}');
    assert.match(await send('OK (0)'), /"message":\s*"through"/);
    await panel.getByLabel('Protocol').selectOption({ label: 'JSON (Connect)' });
    await panel.getByLabel('Body').fill('{"message":"as JSON"}');
    assert.match(await send('200 OK'), /"message":\s*"as JSON"/);
  });

  await check('a forwarded stream is called', async () => {
    await open('GRPC Echo/Watch');
    await panel.getByLabel('Body').fill('{"message":"tick","count":3}');
    assert.match(await send('OK (0)'), /"number":\s*"?3/);
  });

  await check('a path and a method of a forwarded pattern are chosen', async () => {
    await open('HTTP * /**');
    await panel.getByLabel('Path').fill('/ping');
    assert.match(await send('200 OK'), /pong/);
    await panel.getByLabel('Protocol').selectOption({ label: 'DELETE' });
    await panel.getByLabel('Path').fill('/ping');
    await send('405');
  });

  await check('a path of a forwarded socket is chosen', async () => {
    await open('WS /**');
    await panel.getByLabel('Path').fill('/ws');
    await panel.getByRole('button', { name: 'Open and send' }).click();
    await panel.locator('.answer').getByText('pong').first().waitFor();
  });

  assert.deepEqual(troubles, []);
} finally {
  await context.close();
  rmSync(profile, { recursive: true, force: true });
}
