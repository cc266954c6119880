import { describe, expect, it } from 'vitest';
import { CHROMIUM, Person } from './people.mjs';

describe.skipIf(!CHROMIUM)('the page of a recovery', () => {
  it.each(['light', 'dark'])('shows where it stands, its plan and its steps, %s', async theme => {
    // each theme is loaded once for all tests
    const vera = await Person.sits(theme === 'light' ? 'vera' : 'rita', { theme, height: 1500 });
    await vera.goes('/salvor/namespacerestores/shop/data-back');
    await vera.sees('waits for approval: read it, then approve it');
    await vera.sees('The copy beside is complete and proven');
    await vera.sees('Kustomization flux-system/shop');
    await vera.sees('Restore beside');
    await vera.sees('2 claims proven, 422 MiB');
    const text = await vera.text();
    expect(text).toContain('data: 300 MiB by FileSystem');
    expect(text).toContain('Deployment shop/web');
    expect(text).toMatch(/Expected loss\s+5h/);
    expect(text).toContain('DataProven');
    expect(await vera.violations('main')).toEqual([]);

    await vera.goes('/salvor/namespacerestores/media/uploads-back');
    await vera.page.getByRole('progressbar', { name: 'Progress' }).waitFor();
    expect(await vera.violations('main')).toEqual([]);

    await vera.goes('/salvor/namespacerestores/media/no-such-backup');
    await vera.sees('BackupMissing', { exact: true });
    await vera.sees('List them with `velero backup get` and name one of those', { exact: true });
    expect(await vera.violations('main')).toEqual([]);
    await vera.leaves();
  });

  it('shows the outage and until when it can be undone', async () => {
    const vera = await Person.sits('vera');
    await vera.goes('/salvor/namespacerestores/blog/after-the-upgrade');
    await vera.sees(/^possible until .* \(in 2 d 23 h\)/);
    await vera.sees(/^[0-9.]+s$/);
    await vera.leaves();
  });

  it('shows what has no namespace', async () => {
    const vera = await Person.sits('vera');
    await vera.goes('/salvor/nodelossrecoveries/worker-7-gone');
    await vera.sees('search/index: Stranded, by Empty');
    await vera.sees('PersistentVolumeClaim search/index');
    await vera.leaves();
  });

  it('says so when there is no such recovery', async () => {
    const vera = await Person.sits('vera');
    await vera.goes('/salvor/volumerecoveries/shop/nothing');
    await vera.sees('There is no VolumeRecovery shop/nothing here any more');
    await vera.leaves();
  });

  it('is linked from the list', async () => {
    const vera = await Person.sits('vera');
    await vera.goes('/salvor/recoveries');
    await vera.page.getByRole('link', { name: 'before-the-delete' }).click();
    await vera.sees('Cluster db archives nowhere');
    await vera.leaves();
  });
});
