// A person before a browser, and what they do there.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { launch } from '../lib/chromium.mjs';
import { Admin } from '../lib/cluster.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SHOTS = process.env.SALVOR_SHOTS ?? 'target/screenshots';
const PATIENCE = 30_000;

/** Whether there is a browser; without one the tests are skipped, and counted so. */
export const CHROMIUM = process.env.SALVOR_CHROMIUM !== undefined;

let browser;

/** In every test file: one browser for all of its tests. */
export function withBrowser() {
  beforeAll(async () => {
    browser = CHROMIUM ? await launch() : undefined;
  });
  afterAll(() => browser?.close());
}

export function admin() {
  return new Admin(inject('kubeconfig'));
}

/** One page of one person, in one theme. */
export class Person {
  constructor(page, site, errors) {
    Object.assign(this, { page, site, errors });
  }

  /** @param who a name of setup.mjs */
  static async sits(who, { theme = 'light', width = 1280, height = 1000 } = {}) {
    const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce', timezoneId: 'UTC' });
    context.setDefaultTimeout(PATIENCE);
    await context.addInitScript(name => localStorage.setItem('headlampThemePreference', name), theme);
    const page = await context.newPage();
    const errors = [];
    page.on('pageerror', error => errors.push(String(error)));
    return new Person(page, inject('sites')[who], errors);
  }

  /** Opens a path of the cluster; the second time without loading the shell anew. */
  async goes(path) {
    const whole = `/c/main${path}`;
    if (this.page.url().startsWith(this.site)) {
      await this.page.evaluate(to => {
        history.pushState({}, '', to);
        dispatchEvent(new PopStateEvent('popstate'));
      }, whole);
    } else {
      await this.page.goto(this.site + whole);
    }
    return this;
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

  async text() {
    return this.page.locator('main').innerText();
  }

  /** Keeps what is on the screen. */
  async shoots(name) {
    mkdirSync(SHOTS, { recursive: true });
    await this.page.mouse.move(0, 0);
    await this.page.waitForFunction(() => document.getAnimations().every(one => one.playState !== 'running' || one.effect?.getComputedTiming().iterations === Infinity));
    await this.page.screenshot({ path: join(SHOTS, `${name}.png`) });
  }

  /** What axe has against our part of the page. */
  async violations(where) {
    await this.page.evaluate(AXE);
    return this.page.evaluate(async selector => {
      const { violations } = await globalThis.axe.run(selector, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
      });
      return violations.map(one => `${one.id}: ${one.nodes.map(node => node.html.slice(0, 160)).join(' | ')}`);
    }, where);
  }

  async leaves() {
    expect(this.errors).toEqual([]);
    await this.page.context().close();
  }
}
