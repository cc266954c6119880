import { K8s } from '@kinvolk/headlamp-plugin/lib';
import { useMemo } from 'react';
import { Backup, type Recovery } from '../api/kinds';
import { useRecoveries } from '../api/useRecoveries';
import { type Group, groupOf } from '../model/phase';
import { touches } from '../model/touches';

const { Namespace, PersistentVolumeClaim } = K8s.ResourceClasses;

/** As the map of Headlamp wants them. */
interface Node {
  id: string;
  kubeObject: any;
  status?: 'error' | 'success' | 'warning';
}

interface Edge {
  id: string;
  source: string;
  target: string;
}

function status(group: Group): Node['status'] {
  switch (group) {
    case 'failed':
      return 'error';
    case 'waits':
      return 'warning';
    case 'done':
      return 'success';
    default:
      return undefined;
  }
}

interface Target {
  apiVersion: string;
  kind: string;
  object: { metadata: { uid: string; name: string; namespace?: string } };
}

/** Kinds that the map has no nodes of: they come with the recoveries that are about them. */
const GUESTS = ['Namespace', 'Backup'];

/** A node for each recovery, and an edge to each object that it is about. */
export function graph(recoveries: Recovery[], targets: Target[]): { nodes: Node[]; edges: Edge[] } {
  const nodes: Node[] = recoveries.map(one => ({
    id: one.metadata.uid,
    kubeObject: one,
    status: status(groupOf(one.json)),
  }));
  const edges = recoveries.flatMap(one =>
    targets
      .filter(({ apiVersion, kind, object }) =>
        touches(one.json, { apiVersion, kind, name: object.metadata.name, namespace: object.metadata.namespace })
      )
      .map(({ object }) => ({
        id: `${one.metadata.uid}-${object.metadata.uid}`,
        source: one.metadata.uid,
        target: object.metadata.uid,
      }))
  );
  const wanted = new Set(edges.map(edge => edge.target));
  const guests = targets
    .filter(({ kind, object }) => GUESTS.includes(kind) && wanted.has(object.metadata.uid))
    .map(({ object }) => ({ id: object.metadata.uid, kubeObject: object }));
  return { nodes: [...nodes, ...guests], edges };
}

/** What the map shows of recoveries; null while nothing has arrived. */
export function useMapData(): { nodes: Node[]; edges: Edge[] } | null {
  const { items } = useRecoveries();
  const [claims] = PersistentVolumeClaim.useList({});
  const [namespaces] = Namespace.useList({});
  // nothing where Velero is not, or may not be looked at
  const [backups] = Backup.useList({});
  return useMemo(() => {
    if (items === null) return null;
    return graph(items, [
      ...(claims ?? []).map(object => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', object })),
      ...(namespaces ?? []).map(object => ({ apiVersion: 'v1', kind: 'Namespace', object })),
      ...(backups ?? []).map(object => ({ apiVersion: 'velero.io/v1', kind: 'Backup', object })),
    ]);
    // the list of all kinds is a new one each time
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [items?.map(one => one.metadata.uid + one.metadata.resourceVersion).join(), claims, namespaces, backups]);
}
