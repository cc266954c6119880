import type { RecoveryJson, Ref } from '../api/types';

/** The namespace that a recovery works on. */
export function namespaceOf(recovery: RecoveryJson): string | undefined {
  return recovery.status?.facts?.target?.namespace ?? recovery.spec?.targetNamespace ?? recovery.metadata.namespace;
}

function same(one: Ref, other: Ref): boolean {
  return (
    one.kind === other.kind &&
    one.name === other.name &&
    (one.namespace ?? '') === (other.namespace ?? '') &&
    one.apiVersion.split('/')[0] === other.apiVersion.split('/')[0]
  );
}

function claims(recovery: RecoveryJson): Ref[] {
  const { spec = {}, status = {} } = recovery;
  const namespace = namespaceOf(recovery);
  const here = [
    ...(status.facts?.volumes ?? []).map(volume => volume.claim),
    ...(spec.persistentVolumeClaims?.names ?? []),
    ...(spec.persistentVolumeClaim ? [spec.persistentVolumeClaim] : []),
  ];
  const elsewhere = status.facts?.node?.claims ?? [];
  return [
    ...here.map(name => ({ namespace, name })),
    ...elsewhere.map(one => ({ namespace: one.namespace, name: one.claim })),
  ].map(one => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...one }));
}

/** The objects that a recovery is about: what its plan names, what its spec names, what it found. */
export function touched(recovery: RecoveryJson): Ref[] {
  const { spec = {}, status = {}, kind } = recovery;
  const namespace = namespaceOf(recovery);
  const found: Ref[] = [...(status.plan?.targets ?? []).map(target => target.ref), ...claims(recovery)];
  if (kind !== 'NodeLossRecovery' && namespace) found.push({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
  for (const claim of status.facts?.node?.claims ?? [])
    found.push({ apiVersion: 'v1', kind: 'Namespace', name: claim.namespace });
  if (spec.cluster) found.push({ apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', namespace, name: spec.cluster });
  if (spec.nodeName) found.push({ apiVersion: 'v1', kind: 'Node', name: spec.nodeName });
  return found.filter((one, index) => found.findIndex(other => same(one, other)) === index);
}

/** By its name: where Velero is installed, Salvor knows and a recovery does not say. */
function isBackupOf({ kind, spec = {}, status = {} }: RecoveryJson, object: Ref): boolean {
  const name = status.facts?.backup?.name ?? spec.backup?.name;
  return (
    kind === 'NamespaceRestore' &&
    object.kind === 'Backup' &&
    /^velero\.io\//.test(object.apiVersion) &&
    object.name === name
  );
}

/** Whether a recovery is about this object. */
export function touches(recovery: RecoveryJson, object: Ref): boolean {
  return touched(recovery).some(one => same(one, object)) || isBackupOf(recovery, object);
}
