import { SectionBox, SimpleTable } from '@kinvolk/headlamp-plugin/lib/CommonComponents';
import type { Recovery } from '../api/kinds';
import type { Ref } from '../api/types';
import { useRecoveries, useServed } from '../api/useRecoveries';
import { Phase, RecoveryLink } from '../list/List';
import { touches } from '../model/touches';

/** Where the section is shown. */
const PAGES = [
  { kind: 'Namespace', group: '' },
  { kind: 'PersistentVolumeClaim', group: '' },
  { kind: 'Node', group: '' },
  { kind: 'Cluster', group: 'postgresql.cnpg.io' },
];

interface AnyObject {
  kind?: string;
  metadata?: { name: string; namespace?: string };
  jsonData?: { apiVersion?: string; kind?: string };
}

/** What an object of Headlamp is; undefined if recoveries are no matter of its page. */
export function refOf(object: AnyObject | null | undefined): Ref | undefined {
  const kind = object?.jsonData?.kind ?? object?.kind;
  const page = PAGES.find(one => one.kind === kind);
  if (!object?.metadata || !page) return undefined;
  const apiVersion = object.jsonData?.apiVersion ?? (page.group === '' ? 'v1' : '');
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  if (group !== page.group) return undefined;
  const { name, namespace } = object.metadata;
  return { apiVersion, kind: page.kind, name, namespace };
}

function Rows({ object }: { object: Ref }) {
  const { items } = useRecoveries();
  const found = (items ?? []).filter(one => touches(one.json, object));
  if (found.length === 0) return null;
  return (
    <SectionBox title="Recoveries touching this object">
      <SimpleTable
        data={found}
        columns={[
          { label: 'Kind', getter: (one: Recovery) => one.kind },
          { label: 'Name', getter: (one: Recovery) => <RecoveryLink recovery={one} /> },
          { label: 'Namespace', getter: (one: Recovery) => one.getNamespace() ?? '' },
          { label: 'Phase', getter: (one: Recovery) => <Phase recovery={one} /> },
          { label: 'Age', getter: (one: Recovery) => one.getAge() },
        ]}
      />
    </SectionBox>
  );
}

/** On the page of a namespace, a claim, a node or a database: the recoveries that are about it, if there are any. */
export function Touching({ resource }: { resource: AnyObject }) {
  const { served } = useServed();
  const object = refOf(resource);
  return object && served && served.kinds.length > 0 ? <Rows object={object} /> : null;
}
