import { describe, expect, it } from 'vitest';
import { admin, CHROMIUM, Person } from './people.mjs';

const SHOP = ['namespacerestores', 'shop', 'data-back'];
const WIKI = ['namespacerestores', 'wiki', 'pages-of-last-night'];

function page([plural, namespace, name]) {
  return `/salvor/${plural}/${namespace}/${name}`;
}

async function hash(recovery) {
  return (await admin().recovery(...recovery)).status.plan.approve;
}

/** Waits until the API server has it so. */
async function becomes(recovery, wanted) {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const now = await admin().recovery(...recovery);
    if (wanted(now)) return now;
    if (Date.now() > deadline)
      throw new Error(`${recovery}: ${JSON.stringify(now.status.phase)} ${now.status.message}`);
    await new Promise(done => setTimeout(done, 250));
  }
}

/** Somebody who changes the recovery right before each of a person's first writes; the API server's answers to those. */
async function meanwhile({ page: browser }, times) {
  const [plural, namespace, name] = SHOP;
  const url = new RegExp(`${plural}/${name}\\?fieldManager`);
  const answers = [];
  await browser.route(url, async route => {
    if (answers.length < times)
      await admin().patch(`/apis/recovery.salvor.dev/v1alpha1/namespaces/${namespace}/${plural}/${name}`, {
        metadata: { annotations: { 'example.org/note': `meanwhile ${answers.length}` } },
      });
    const response = await route.fetch();
    answers.push(response.status());
    await route.fulfill({ response });
  });
  return { answers, stop: () => browser.unroute(url) };
}

describe.skipIf(!CHROMIUM)('a person steers', () => {
  it('nothing, who may only look', async () => {
    const vera = await Person.sits('vera');
    const asked = vera.page.waitForResponse(one => one.url().includes('selfsubjectaccessreviews'));
    // no other test has asked for this one as Vera: Headlamp remembers the answer
    await vera.goes(page(WIKI));
    await vera.sees('The copy beside is complete and proven');
    expect((await (await asked).json()).status.allowed).toBe(false);
    for (const name of ['Approve…', 'Abort…', 'Retry…', 'Undo…']) expect(await vera.button(name).count()).toBe(0);
    await vera.leaves();
  });

  it('and is told in words what a rule of the cluster forbids', async () => {
    const tom = await Person.sits('tom');
    await tom.goes(page(SHOP));
    await tom.button('Approve…').click();
    await tom.page.getByLabel('Hash of the plan').fill(await hash(SHOP));
    await tom.button('Approve').click();
    await tom.sees('The cluster’s rules forbid it: ask somebody of the database team to approve');
    expect((await admin().recovery(...SHOP)).spec.approvedPlan).toBeUndefined();
    await tom.leaves();
  });

  it('by the hash of the plan only', async () => {
    const rita = await Person.sits('rita');
    await rita.goes(page(SHOP));
    await rita.button('Approve…').click();
    const approve = rita.button('Approve');
    expect(await approve.isDisabled()).toBe(true);
    await rita.page.getByLabel('Hash of the plan').fill('ffffffffffff');
    await rita.sees('This is not the hash of the plan above.');
    expect(await approve.isDisabled()).toBe(true);
    await rita.leaves();
  });

  it('not by a plan that has changed meanwhile', async () => {
    const rita = await Person.sits('rita');
    await rita.goes(page(SHOP));
    await rita.button('Approve…').click();
    await rita.page.getByLabel('Hash of the plan').fill(await hash(SHOP));
    // the watch of this page is late: what is read right before the write has another plan
    const read = /namespacerestores\/data-back$/;
    await rita.page.route(read, async route => {
      const response = await route.fetch();
      const json = await response.json();
      json.status.plan.approve = '000000000000';
      await route.fulfill({ response, json });
    });
    await rita.button('Approve').click();
    await rita.sees('The plan has changed: it is now 000000000000. Nothing was approved; read it again.');
    await rita.page.unroute(read);
    expect((await admin().recovery(...SHOP)).spec.approvedPlan).toBeUndefined();
    await rita.leaves();
  });

  it('not on top of what somebody else changes at the same moment', async () => {
    const rita = await Person.sits('rita');
    await rita.goes(page(SHOP));
    await rita.button('Approve…').click();
    await rita.page.getByLabel('Hash of the plan').fill(await hash(SHOP));
    const others = await meanwhile(rita, Infinity);
    await rita.button('Approve').click();
    await rita.sees('Somebody else changed the recovery at the same moment; nothing was changed by you.', {
      exact: false,
    });
    await others.stop();
    expect(others.answers).toEqual([409, 409, 409]);
    expect((await admin().recovery(...SHOP)).spec.approvedPlan).toBeUndefined();
    await rita.leaves();
  });

  it.each(['light', 'dark'])('after having read the plan in the dialog, %s', async theme => {
    const rita = await Person.sits('rita', { theme, width: 1200, height: 1080 });
    await rita.goes(page(SHOP));
    await rita.button('Approve…').waitFor();
    await rita.shoots(`detail-${theme}`);
    expect(await rita.violations('main')).toEqual([]);
    await rita.button('Approve…').click();
    await rita.sees('This plan deletes 2 objects, listed above.');
    await rita.page.getByLabel('Hash of the plan').fill(await hash(SHOP));
    await rita.shoots(`approve-${theme}`);
    expect(await rita.violations('[role=dialog]')).toEqual([]);
    await rita.leaves();
  });

  it('and sees it go on to its end, without loading the page again', async () => {
    const rita = await Person.sits('rita', { height: 1500 });
    await rita.goes(page(SHOP));
    await rita.button('Approve…').click();
    await rita.page.getByLabel('Hash of the plan').fill(await hash(SHOP));
    // what was read is not what is there any more: the same plan, read once more
    const others = await meanwhile(rita, 1);
    await rita.button('Approve').click();
    await rita.dialog().waitFor({ state: 'detached' });
    await others.stop();
    expect(others.answers).toEqual([409, 200]);
    await rita.page.locator('main').getByText('Succeeded', { exact: true }).first().waitFor({ timeout: 60_000 });
    await rita.button('Undo…').waitFor();
    expect(await rita.button('Approve…').count()).toBe(0);
    const { status } = await admin().recovery(...SHOP);
    expect(status.commands).toMatchObject([{ verb: 'Approve', manager: 'headlamp-salvor' }]);
    await rita.leaves();
  });

  it('back, by typing the name', async () => {
    const blog = ['namespacerestores', 'blog', 'after-the-upgrade'];
    const rita = await Person.sits('rita', { theme: 'dark' });
    await rita.goes(page(blog));
    await rita.button('Undo…').click();
    const go = rita.button('Plan the way back');
    expect(await go.isDisabled()).toBe(true);
    await rita.page.getByLabel('Type the name: after-the-upgrade').fill('after-the-upgrade');
    expect(await rita.violations('[role=dialog]')).toEqual([]);
    await go.click();
    await rita.sees('waits for approval: read it, then approve it', { exact: false });
    await rita.button('Approve…').waitFor();
    await rita.leaves();
  });

  it('to a stop, which is asked for twice', async () => {
    const rita = await Person.sits('rita');
    await rita.goes(page(WIKI));
    await rita.button('Abort…').click();
    await rita.sees('Nothing of the living data was touched yet.');
    expect(await rita.violations('[role=dialog]')).toEqual([]);
    await rita.dialog().getByRole('button', { name: 'Abort' }).click();
    await rita.page.locator('main').getByText('Aborted', { exact: true }).first().waitFor({ timeout: 60_000 });
    await rita.leaves();
  });

  it('again, after a failure', async () => {
    const failed = ['namespacerestores', 'media', 'no-such-backup'];
    const rita = await Person.sits('rita');
    await rita.goes(page(failed));
    await rita.button('Retry…').click();
    await rita.dialog().getByRole('button', { name: 'Retry' }).click();
    await rita.dialog().waitFor({ state: 'detached' });
    const now = await becomes(failed, one => one.status.commands?.some(command => command.verb === 'Retry'));
    expect(now.spec.retry).toBe(1);
    await rita.leaves();
  });
});
