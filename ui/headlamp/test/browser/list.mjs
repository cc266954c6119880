import { describe, expect, it } from 'vitest';
import { CHROMIUM, Person } from './people.mjs';

const LIST = '/salvor/recoveries';

describe.skipIf(!CHROMIUM)('the list', () => {
  it.each(['light', 'dark'])('shows the recoveries of every kind, %s', async theme => {
    const rita = await Person.sits('rita', { theme, width: 1400, height: 720 });
    await rita.goes(LIST);
    await rita.sees('uploads-back');
    await rita.sees('worker-7-gone');
    await rita.sees(/50% of 1\.0 MiB/);
    const text = await rita.text();
    for (const kind of ['NamespaceRestore', 'PostgresRecovery', 'ArchiveReset', 'NodeLossRecovery', 'VolumeRecovery'])
      expect(text).toContain(kind);
    for (const phase of ['AwaitingApproval', 'Preparing', 'Succeeded', 'Refused']) expect(text).toContain(phase);
    expect(text).toMatch(/[0-9a-f]{12}/);
    await rita.shoots(`list-${theme}`);
    expect(await rita.violations('main')).toEqual([]);
    await rita.leaves();
  });

  it('shows only what waits for a person', async () => {
    const rita = await Person.sits('rita');
    await rita.goes(LIST);
    await rita.sees('uploads-back');
    await rita.button(/^Waits for you [0-9]+$/).click();
    await rita.page.getByText('uploads-back').waitFor({ state: 'detached' });
    const text = await rita.text();
    expect(text).toContain('data-back');
    expect(text).not.toContain('Refused');
    await rita.leaves();
  });

  it('says which kinds a person may not list, and shows the others', async () => {
    const nora = await Person.sits('nora');
    await nora.goes(LIST);
    await nora.sees('data-back');
    await nora.sees('You may not list postgresrecoveries in all namespaces');
    expect(await nora.text()).not.toContain('before-the-delete');
    await nora.leaves();
  });

  it('says what to install where the kinds are absent, and is not in the sidebar there', async () => {
    const vera = await Person.sits('bare');
    await vera.goes(LIST);
    await vera.sees('Salvor is not installed in this cluster');
    await vera.sees('helm install salvor');
    await vera.page.getByRole('navigation').getByText('Recoveries').waitFor({ state: 'detached' });
    expect(await vera.violations('main')).toEqual([]);
    await vera.leaves();
  });

  it('says so when the cluster does not answer', async () => {
    const vera = await Person.sits('ill');
    await vera.goes(LIST);
    await vera.sees('The cluster does not say which kinds it has');
    await vera.leaves();
  });
});
