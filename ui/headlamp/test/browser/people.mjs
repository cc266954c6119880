// A person before a browser, and what they do there.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { launch } from '../lib/chromium.mjs';
import { Admin } from '../lib/cluster.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SHOTS = process.env.SALVOR_SHOTS ?? 'target/screenshots';
// a machine with much else to do
const PATIENCE = 60_000;

/** Whether there is a browser; without one the tests are skipped, and counted so. */
export const CHROMIUM = process.env.SALVOR_CHROMIUM !== undefined;

let browser;

/** One browser for all tests of a file. */
export function withBrowser() {
  beforeAll(async () => {
    browser = CHROMIUM ? await launch() : undefined;
  });
  afterAll(() => browser?.close());
}

export function admin() {
  return new Admin(inject('kubeconfig'));
}

const pages = new Map();

// they come once: their pages are closed
const VISITORS = ['tom', 'nora', 'bare', 'ill'];

async function newPage(theme) {
  const context = await browser.newContext({ reducedMotion: 'reduce', timezoneId: 'UTC' });
  context.setDefaultTimeout(PATIENCE);
  await context.addInitScript(name => localStorage.setItem('headlampThemePreference', name), theme);
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', error => errors.push(String(error)));
  return { page, errors };
}

/** A person, who sits before one theme. The page stays open for their next test: it loads slowly. */
export class Person {
  constructor(page, site, errors, visit) {
    Object.assign(this, { page, site, errors, visit });
  }

  /** @param who a name of setup.mjs */
  static async sits(who, { theme = 'light', width = 1280, height = 1000 } = {}) {
    const key = who + theme;
    if (!pages.has(key)) pages.set(key, await newPage(theme));
    const { page, errors } = pages.get(key);
    await page.setViewportSize({ width, height });
    return new Person(page, inject('sites')[who], errors, VISITORS.includes(who) ? key : undefined);
  }

  /** Opens a path of the cluster anew; the second time without loading the shell. */
  async goes(path) {
    if (!this.page.url().startsWith(this.site)) {
      await this.page.goto(`${this.site}/c/main${path}`);
      return;
    }
    await this.turns('/salvor/elsewhere');
    await this.turns(path);
  }

  /** To another path, without loading the shell. */
  turns(path) {
    return this.page.evaluate(async to => {
      history.pushState({}, '', to);
      dispatchEvent(new PopStateEvent('popstate'));
      // what was there is taken away before the next one comes
      await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    }, `/c/main${path}`);
  }

  sees(text, options) {
    return this.page.locator('body').getByText(text, options).first().waitFor();
  }

  button(name) {
    return this.page.getByRole('button', { name });
  }

  dialog() {
    return this.page.getByRole('dialog');
  }

  text() {
    return this.page.locator('main').innerText();
  }

  /** Keeps what is on the screen. */
  async shoots(name) {
    mkdirSync(SHOTS, { recursive: true });
    await this.page.mouse.move(0, 0);
    await this.page.screenshot({ path: join(SHOTS, `${name}.png`), animations: 'disabled', caret: 'hide' });
  }

  /** What axe has against a part of the page. */
  async violations(where) {
    await this.page.evaluate(AXE);
    return this.page.evaluate(async selector => {
      // a dialog that is half faded in has poor contrast; what turns for ever is not waited for
      const passing = document
        .getAnimations()
        .filter(one => one.playState === 'running' && one.effect.getComputedTiming().endTime !== Infinity);
      await Promise.allSettled(passing.map(one => one.finished));
      const { violations } = await globalThis.axe.run(selector, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
      });
      return violations.map(one => `${one.id}: ${one.nodes.map(node => node.html.slice(0, 160)).join(' | ')}`);
    }, where);
  }

  /** Nothing may have been thrown in the page. */
  async leaves() {
    expect(this.errors).toEqual([]);
    if (!this.visit) {
      // not a table or a map that is drawn again at every event
      await this.turns('/salvor/elsewhere');
      return;
    }
    pages.delete(this.visit);
    await this.page.context().close();
  }
}
