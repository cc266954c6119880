import { describe, expect, it } from 'vitest';
import { isGeneric, refOf } from '../../src/elsewhere/objects';
import { touched, touches } from '../../src/model/touches';
import { PLAN, recovery } from './sample';

const claim = (namespace: string, name: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  namespace,
  name,
});
const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', name });
const cluster = (where: string, name: string) => ({
  apiVersion: 'postgresql.cnpg.io/v1',
  kind: 'Cluster',
  namespace: where,
  name,
});

describe('a recovery touches', () => {
  it('its namespace and what its plan names', () => {
    const one = recovery({ plan: PLAN });
    expect(touches(one, namespace('shop'))).toBe(true);
    expect(touches(one, claim('shop', 'data'))).toBe(true);
    expect(touches(one, claim('other', 'data'))).toBe(false);
    expect(touches(one, { ...claim('shop', 'data'), kind: 'Secret' })).toBe(false);
  });

  it('the namespace that it aims at, not the one that it lies in', () => {
    const one = recovery({}, { targetNamespace: 'elsewhere', persistentVolumeClaim: 'data' });
    expect(touches(one, namespace('elsewhere'))).toBe(true);
    expect(touches(one, namespace('shop'))).toBe(false);
    expect(touches(one, claim('elsewhere', 'data'))).toBe(true);
    expect(touches(recovery({ facts: { target: { namespace: 'found' } } }), namespace('found'))).toBe(true);
  });

  it('its database, in whatever version of the API', () => {
    const one = recovery({}, { cluster: 'db' }, 'PostgresRecovery');
    expect(touches(one, cluster('shop', 'db'))).toBe(true);
    expect(touches(one, { ...cluster('shop', 'db'), apiVersion: 'postgresql.cnpg.io/v2' })).toBe(true);
    expect(touches(one, { ...cluster('shop', 'db'), apiVersion: 'cluster.x-k8s.io/v1' })).toBe(false);
  });

  it('the claims of a node, and not the namespace of a recovery that has none', () => {
    const one = recovery(
      { facts: { node: { name: 'n', claims: [{ namespace: 'search', claim: 'index' }] } } },
      { nodeName: 'n' },
      'NodeLossRecovery'
    );
    expect(touched(one).map(ref => `${ref.kind} ${ref.namespace ?? ''}/${ref.name}`)).toEqual([
      'PersistentVolumeClaim search/index',
      'Namespace /search',
      'Node /n',
    ]);
  });

  it('its backup, wherever Velero is', () => {
    const backup = (name: string, apiVersion = 'velero.io/v1') => ({
      apiVersion,
      kind: 'Backup',
      namespace: 'v',
      name,
    });
    const found = recovery({ facts: { backup: { name: 'nightly-2' } } }, { backup: { name: 'nightly-3' } });
    expect(touches(found, backup('nightly-2'))).toBe(true);
    expect(touches(found, backup('nightly-3'))).toBe(false);
    expect(touches(found, backup('nightly-2', 'postgresql.cnpg.io/v1'))).toBe(false);
    expect(touches(recovery({}, { backup: { name: 'nightly-3' } }), backup('nightly-3'))).toBe(true);
  });

  it('nothing twice', () => {
    const one = recovery(
      { plan: PLAN, facts: { volumes: [{ claim: 'data' }] } },
      { persistentVolumeClaims: { names: ['data'] } }
    );
    expect(touched(one).filter(ref => ref.kind === 'PersistentVolumeClaim')).toHaveLength(1);
  });
});

describe('the page of an object', () => {
  const object = (apiVersion: string, kind: string) => ({
    metadata: { name: 'x', namespace: 'y' },
    jsonData: { apiVersion, kind },
  });

  it('is known by kind and group', () => {
    expect(refOf(object('v1', 'PersistentVolumeClaim'))).toEqual(claim('y', 'x'));
    expect(refOf(object('postgresql.cnpg.io/v1', 'Cluster'))).toEqual(cluster('y', 'x'));
    expect(refOf(object('cluster.x-k8s.io/v1beta1', 'Cluster'))).toBeUndefined();
    expect(refOf(object('v1', 'Secret'))).toBeUndefined();
    expect(refOf(null)).toBeUndefined();
  });

  it('has a section, or a button where it has no place for one', () => {
    expect(isGeneric(object('v1', 'Node'))).toBe(false);
    expect(isGeneric(object('postgresql.cnpg.io/v1', 'Cluster'))).toBe(true);
  });
});
