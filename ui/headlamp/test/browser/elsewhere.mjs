import { describe, expect, it } from 'vitest';
import { admin, CHROMIUM, Person } from './people.mjs';

const TITLE = 'Recoveries touching this object';

describe.skipIf(!CHROMIUM)('other pages', () => {
  it.each([
    ['a namespace', '/namespaces/shop', 'data-back'],
    ['a claim', '/storage/persistentvolumeclaims/shop/data', 'data-back'],
    ['a node', '/nodes/worker-7', 'worker-7-gone'],
  ])('show the recoveries of %s', async (_, path, name) => {
    const vera = await Person.sits('vera');
    await vera.goes(path);
    await vera.sees(TITLE);
    await vera.page.getByRole('link', { name }).click();
    await vera.sees('read it, then approve it');
    await vera.leaves();
  });

  it('show the recoveries of a database behind a button', async () => {
    const vera = await Person.sits('vera');
    await vera.goes('/customresources/clusters.postgresql.cnpg.io/blog/db');
    await vera.button('Recoveries (2)').click();
    await vera.dialog().getByRole('link', { name: 'before-the-delete' }).click();
    await vera.sees('Cluster db archives nowhere');
    await vera.leaves();
  });

  it('say nothing where nothing is recovered', async () => {
    const vera = await Person.sits('vera');
    await vera.goes('/namespaces/default');
    await vera.page.getByRole('heading', { name: 'Resource Quotas' }).waitFor();
    await vera.sees('kubernetes.io/metadata.name: default');
    expect(await vera.text()).not.toContain(TITLE);
    await vera.leaves();
  });

  it('map: recoveries are nodes, with edges to what they are about', async () => {
    const vera = await Person.sits('vera');
    const { metadata, status } = await admin().recovery('namespacerestores', 'shop', 'data-back');
    const uid = async path => (await admin().get(path)).metadata.uid;
    const targets = [
      '/api/v1/namespaces/shop',
      '/api/v1/namespaces/shop/persistentvolumeclaims/data',
      '/api/v1/namespaces/shop/persistentvolumeclaims/uploads',
      `/apis/velero.io/v1/namespaces/velero/backups/${status.facts.backup.name}`,
    ];
    const edges = await Promise.all(targets.map(async target => `rf__edge-${metadata.uid}-${await uid(target)}`));
    // the map draws what is in sight, and turns to what had come when it was opened: once all lists are there it is
    // opened with all of them
    let missing = edges;
    for (let opened = 0; opened < 6 && missing.length > 0; opened++) {
      await vera.goes(`/map?node=${metadata.uid}`);
      const drawn = await Promise.allSettled(
        edges.map(edge => vera.page.getByTestId(edge).waitFor({ state: 'attached', timeout: 10_000 }))
      );
      missing = edges.filter((_, index) => drawn[index].status === 'rejected');
    }
    expect(missing).toEqual([]);
    await vera.sees('data-back');
    await vera.leaves();
  });
});
