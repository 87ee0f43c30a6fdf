// Uses the page at / as a person would, in a real browser. Prints one line for each check that passes; exits with 1 at the
// first that fails.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const { ONEPORT_URL: url, ONEPORT_CHROMIUM: executablePath, ONEPORT_SCREENSHOTS: screenshots } = process.env;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDE = { width: 1400, height: 900 };
const NARROW = { width: 360, height: 780 };
/** The browser logs these for each refused call, which cannot be switched off. */
const EXPECTED = /^(Failed to load resource: the server responded with a status of 40[013]|WebSocket connection to '[^']+\/ws' failed)/;

const profile = mkdtempSync(join(tmpdir(), 'oneport-page-'));
const context = await chromium.launchPersistentContext(profile, {
  executablePath,
  viewport: WIDE,
  colorScheme: 'light',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const troubles = [];

async function open() {
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !EXPECTED.test(message.text())) {
      troubles.push(message.text());
    }
  });
  page.on('pageerror', (error) => troubles.push(String(error.stack)));
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) {
      troubles.push(`a request to ${request.url()}`);
    }
  });
  await page.addInitScript(() => {
    globalThis.violations = [];
    document.addEventListener('securitypolicyviolation', (event) => globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
  await page.goto(url);
  await page.waitForSelector('html[data-ready]');
  return page;
}

async function check(name, steps) {
  await steps();
  console.log(name);
}

const lane = (page, title) => page.getByRole('article', { name: title });
const answer = (page, title) => lane(page, title).locator('.answer');

async function become(page, button, shown) {
  await page.getByRole('button', { name: button }).click();
  await page.locator('#whoami').getByText(shown).waitFor();
}

/** Calls all three, and returns the status and the reason of each. */
async function callAll(page) {
  await page.getByRole('button', { name: 'Call all three' }).click();
  return answers(page);
}

async function answers(page) {
  const all = [];
  for (const title of ['HTTP', 'gRPC', 'WebSocket']) {
    const place = answer(page, title);
    await place.locator('.badge:not(.busy)').waitFor();
    all.push([await place.locator('.status').innerText(), await place.locator('.reason').allInnerTexts()].flat().join(' '));
  }
  return all;
}

async function shot(page, name) {
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
}

const lines = (page, text) => page.locator('.line', { hasText: text });

try {
  const page = await open();

  await check('it starts as a caller whose calls work', async () => {
    await page.locator('#whoami').getByText('alice@example.com').waitFor();
    assert.deepEqual(await callAll(page), ['200 OK', 'OK (0)', '101 Switching Protocols']);
    assert.equal(await page.locator('.badge.no').count(), 0);
    await shot(page, 'first-light');
    await lines(page, 'WS /ws').filter({ hasText: '1000' }).waitFor();
    await lines(page, 'GRPC Echo/Ping').nth(1).waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
  });

  await check('each lane gives its call as a command to copy', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const { host } = new URL(url);
    const commands = {
      HTTP: `curl -i -H "authorization: Bearer $TOKEN" -X POST -H 'content-type: application/json' -d '{"message":"hello"}' '${url}/Echo/Ping'`,
      gRPC: `grpcurl -plaintext -H "authorization: Bearer $TOKEN" -d '{"message":"hello"}' ${host} Echo/Ping`,
      WebSocket: `npx wscat -c 'ws://${host}/ws' -H "authorization: Bearer $TOKEN" -x '{"message":"hello"}'`,
    };
    for (const [title, command] of Object.entries(commands)) {
      await lane(page, title).getByText('From a shell').click();
      await lane(page, title).getByRole('button', { name: 'Copy command' }).click();
      await lane(page, title).getByText('Copied').waitFor();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), command);
      await lane(page, title).getByText('From a shell').click();
    }
    await page.getByRole('button', { name: 'Copy token' }).click();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  await check('without a token the refusal is the same on all three protocols', async () => {
    await become(page, 'Without a token', 'no token');
    assert.deepEqual(await callAll(page), [
      '401 Unauthorized CREDENTIALS_MISSING', 'UNAUTHENTICATED (16) CREDENTIALS_MISSING', '401 Unauthorized CREDENTIALS_MISSING']);
    await page.locator('#gate').getByText('CREDENTIALS_MISSING').waitFor();
    await shot(page, 'nobody-light');
  });

  await check('without a token the lines of this trace are shown', async () => {
    await lines(page, 'CREDENTIALS_MISSING').nth(1).waitFor();
    assert.equal(await lines(page, 'CREDENTIALS_MISSING').count(), 2);
  });

  await check('a route that is open to anyone answers', async () => {
    await lane(page, 'HTTP').getByRole('combobox').selectOption({ label: 'GET /ping' });
    await lane(page, 'HTTP').getByText('open to anyone').waitFor();
    await page.getByRole('button', { name: 'Call over HTTP' }).click();
    await answer(page, 'HTTP').getByText('200 OK').waitFor();
    await answer(page, 'HTTP').getByText('"message": "pong"').waitFor();
    await lines(page, 'HTTP GET /ping').waitFor();
    await lane(page, 'HTTP').getByRole('combobox').selectOption({ label: 'POST /Echo/Ping as JSON' });
  });

  await check('a caller who is allowed is answered on all three protocols', async () => {
    await become(page, 'With every role', 'alice@example.com');
    await page.getByText('verified by this server').waitFor();
    assert.deepEqual(await callAll(page), ['200 OK', 'OK (0)', '101 Switching Protocols']);
    for (const title of ['HTTP', 'gRPC', 'WebSocket']) {
      await answer(page, title).getByText('"message": "pong"').waitFor();
    }
  });

  await check('a caller sees the own lines and their contents', async () => {
    await lines(page, 'WS /ws').filter({ hasText: '1000' }).waitFor();
    await lines(page, 'GRPC Echo/Ping').filter({ hasText: 'allowed' }).nth(1).waitFor();
    await lines(page, 'WS /ws').first().locator('summary').click();
    await lines(page, 'WS /ws').first().getByText('"caller": "alice@example.com"').waitFor();
    await lines(page, 'WS /ws').first().locator('summary').click();
    await shot(page, 'allowed-light');
  });

  await check('a refused caller gets the same reason on all three protocols', async () => {
    await become(page, 'With no role', 'mallory@example.com');
    assert.deepEqual(await callAll(page), [
      '403 Forbidden CALLER_NOT_ALLOWED', 'PERMISSION_DENIED (7) CALLER_NOT_ALLOWED', '403 Forbidden CALLER_NOT_ALLOWED']);
    await lines(page, 'CALLER_NOT_ALLOWED').nth(2).waitFor();
    await page.emulateMedia({ colorScheme: 'dark' });
    await shot(page, 'refused-dark');
    await page.emulateMedia({ colorScheme: 'light' });
  });

  await check('an error shows its details', async () => {
    await answer(page, 'gRPC').locator('summary').click();
    await answer(page, 'gRPC').getByText('google.rpc.ErrorInfo').waitFor();
    await answer(page, 'gRPC').getByText('"domain": "oneport.dev"').waitFor();
    await answer(page, 'HTTP').locator('summary').click();
    await answer(page, 'HTTP').getByText('Bearer realm="oneport", error="insufficient_scope"').waitFor();
  });

  const panel = page.getByRole('region', { name: 'Call a route' });
  await check('a stream shows its messages as they come, and can be stopped', async () => {
    await become(page, 'With every role', 'alice@example.com');
    await page.getByRole('button', { name: 'Call GRPC Echo/Watch' }).click();
    await panel.getByLabel('Body').fill('{"count": 3, "intervalMs": 5, "first": "9007199254740993"}');
    await panel.getByRole('button', { name: 'Send' }).click();
    await panel.getByText('OK (0)').waitFor();
    assert.deepEqual(await panel.locator('.messages code').allInnerTexts(),
      ['3', '4', '5'].map((digit) => `{"number":"900719925474099${digit}","message":"pong"}`));
    await panel.getByLabel('Body').fill('{"intervalMs": 50}');
    await panel.getByRole('button', { name: 'Send' }).click();
    await panel.locator('.messages li').nth(2).waitFor();
    await panel.getByRole('button', { name: 'Stop' }).click();
    await panel.getByText('Stopped by you.').waitFor();
    await lines(page, 'CANCELLED').waitFor();
  });

  await check('a socket stays open for more than one text', async () => {
    await page.getByRole('button', { name: 'Call WS /ws' }).click();
    await panel.getByRole('button', { name: 'Open and send' }).click();
    await panel.locator('.answer pre').waitFor();
    await panel.getByLabel('Text').fill('{"message":"again"}');
    await panel.getByRole('button', { name: 'Send another' }).click();
    await panel.locator('.messages li', { hasText: 'again' }).waitFor();
    await panel.getByRole('button', { name: 'Close' }).click();
    await panel.getByText('Answered').waitFor();
  });

  await check('a method is called as JSON too, and an invalid message is not sent', async () => {
    await page.getByRole('button', { name: 'Call GRPC Echo/Ping' }).click();
    await panel.getByLabel('Protocol').selectOption('JSON (Connect)');
    await panel.getByRole('button', { name: 'Send' }).click();
    await panel.getByText('200 OK').waitFor();
    await panel.getByLabel('Protocol').selectOption('gRPC-Web');
    await panel.getByLabel('Body').fill('{"massage": "hello"}');
    await panel.getByRole('button', { name: 'Send' }).click();
    await panel.getByText('PingRequest has no field massage.').waitFor();
    await panel.getByLabel('Protocol').selectOption('JSON (Connect)');
    await panel.getByLabel('Body').fill('{"message": 1');
    await panel.getByRole('button', { name: 'Send' }).click();
    await panel.getByText('400 Bad Request').waitFor();
  });

  await check('an invalid token is not mistaken for its claims', async () => {
    const claim = (claims) => Buffer.from(JSON.stringify(claims)).toString('base64url');
    await page.getByText('Another token').click();
    const forged = `${claim({ alg: 'ES256' })}.${claim({ sub: '<img src=x onerror=alert(1)>' })}.AAAA`;
    await page.getByLabel('A token (JWT)').fill(`Bearer ${forged}`);
    // The page goes on counting the seconds of the previous token while the server checks this one, which has no exp.
    await page.route('**/page/me', async (route) => {
      await page.waitForFunction((since) => Date.now() - since > 1_100, await page.evaluate(() => Date.now()));
      await route.continue();
    }, { times: 1 });
    await page.getByRole('button', { name: 'Use this token' }).click();
    await page.locator('#who').getByText('ACCESS_TOKEN_INVALID').waitFor();
    await page.getByText('The token’s claims').click();
    await page.getByText('not verified: anybody can write such claims').waitFor();
    await page.locator('#who').getByText('<img src=x onerror=alert(1)>').waitFor();
    assert.deepEqual(await callAll(page), [
      '401 Unauthorized ACCESS_TOKEN_INVALID', 'UNAUTHENTICATED (16) ACCESS_TOKEN_INVALID', '401 Unauthorized ACCESS_TOKEN_INVALID']);
  });

  await check('a text that is not a token is reported as such', async () => {
    await page.getByLabel('A token (JWT)').fill('hello');
    await page.getByRole('button', { name: 'Use this token' }).click();
    await page.locator('#who').getByText('This text is not a JWT').waitFor();
    assert.equal(await page.locator('#who').getByText('issuer').count(), 0);
  });

  await check('a pasted token is used', async () => {
    const given = await page.request.post(`${url}/dev/token`, { data: { caller: 'carol@example.com', roles: ['caller'], seconds: 90 } });
    await page.getByLabel('A token (JWT)').fill((await given.json()).token);
    await page.getByRole('button', { name: 'Use this token' }).click();
    await page.locator('#whoami').getByText('carol@example.com').waitFor();
    assert.deepEqual(await callAll(page), ['200 OK', 'OK (0)', '101 Switching Protocols']);
  });

  await check('the remaining life of a token is shown', async () => {
    const first = await page.getByRole('timer').innerText();
    assert.match(first, /^\d+:\d\d$/);
    const [minutes, seconds] = first.split(':').map(Number);
    assert.ok(minutes * 60 + seconds <= 90, `${first} of 90 seconds`);
    await page.waitForFunction((before) => document.querySelector('[role=timer]').textContent !== before, first);
  });

  await check('no token is kept anywhere', async () => {
    assert.deepEqual(await context.cookies(), []);
    assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length, location.href]), [0, 0, `${url}/`]);
    await page.reload();
    await page.locator('#whoami').getByText('alice@example.com').waitFor();
  });

  await check('the keyboard is enough', async () => {
    const keys = await open();
    const focused = () => keys.evaluate(() => {
      const element = document.activeElement;
      const style = getComputedStyle(element);
      return { text: element.textContent.trim(), id: element.id, seen: style.outlineStyle !== 'none' || element.matches('.skip') };
    });
    const go = async (wanted) => {
      for (let presses = 0; presses < 60; presses++) {
        await keys.keyboard.press('Tab');
        const now = await focused();
        assert.ok(now.seen, `the focus is not visible on ${now.id} ${now.text}`);
        if (wanted(now)) {
          return;
        }
      }
      assert.fail(`the keyboard does not lead to ${wanted}`);
    };
    await go((now) => now.id === 'as-alice');
    // The page starts as this caller too, and clears the lanes' answers when it has the new token.
    const renewed = keys.waitForResponse('**/page/me');
    await keys.keyboard.press('Space');
    await renewed;
    await keys.locator('#whoami').getByText('alice@example.com').waitFor();
    await go((now) => now.id === 'all');
    await keys.keyboard.press('Enter');
    assert.deepEqual(await answers(keys), ['200 OK', 'OK (0)', '101 Switching Protocols']);
    await go((now) => now.id === 'call-grpc');
    await keys.keyboard.press('Enter');
    await go((now) => now.text === 'Call…');
    await keys.keyboard.press('Enter');
    assert.equal((await focused()).id, 'panel');
    await go((now) => now.id === 'send');
    await keys.keyboard.press('Enter');
    await keys.locator('#panel').getByText('OK (0)').waitFor();
    await keys.close();
  });

  await check('axe finds nothing, light and dark, wide and narrow', async () => {
    await page.evaluate(axe);
    for (const button of ['Without a token', 'With every role', 'With no role']) {
      await page.getByRole('button', { name: button }).click();
      await page.waitForFunction((name) => [...document.querySelectorAll('[aria-pressed=true]')].some((each) => each.textContent.startsWith(name)), button);
      await callAll(page);
      for (const colorScheme of ['light', 'dark']) {
        for (const size of [WIDE, NARROW]) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          await page.setViewportSize(size);
          await page.evaluate(() => document.querySelectorAll('details').forEach((each) => each.setAttribute('open', '')));
          const { violations } = await page.evaluate(() => globalThis.axe.run());
          assert.deepEqual(violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`)), [], `${button} ${colorScheme} ${size.width}`);
        }
      }
    }
  });

  await check('nothing sticks out of a narrow window', async () => {
    await page.setViewportSize(NARROW);
    await page.evaluate(() => document.querySelectorAll('details').forEach((each) => each.removeAttribute('open')));
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), NARROW.width);
    await shot(page, 'refused-dark-narrow');
    await page.emulateMedia({ colorScheme: 'light' });
    await shot(page, 'refused-light-narrow');
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    assert.ok(height < 2_900, `${height} pixels`);
  });

  await check('no policy was violated and nothing went wrong', async () => {
    assert.deepEqual(await page.evaluate(() => globalThis.violations), []);
    assert.deepEqual(troubles, []);
  });
} catch (error) {
  console.log(error.stack);
  console.log(troubles.join('\n'));
  process.exitCode = 1;
} finally {
  await context.close();
  rmSync(profile, { recursive: true, force: true });
}
