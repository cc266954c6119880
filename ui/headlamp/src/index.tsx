import { Icon } from '@iconify/react';
import lifebuoy from '@iconify/icons-mdi/lifebuoy';
import {
  registerDetailsViewHeaderAction,
  registerDetailsViewSection,
  registerKindIcon,
  registerMapSource,
  registerRoute,
  registerSidebarEntry,
  registerSidebarEntryFilter,
  Utils,
} from '@kinvolk/headlamp-plugin/lib';
import { detailPath, GROUP, KIND_NAMES, KINDS, LIST_PATH } from './api/names';
import { lastServed, served } from './api/served';
import { Detail } from './detail/Detail';
import { TouchingButton, TouchingSection } from './elsewhere/Touching';
import { useMapData } from './elsewhere/map';
import { List } from './list/List';

const ENTRY = 'salvor-recoveries';

// the icon comes along: many clusters have no way to the Internet
const icon = <Icon icon={lifebuoy} width="100%" height="100%" />;

function sidebar() {
  registerSidebarEntry({ parent: null, name: ENTRY, label: 'Recoveries', url: LIST_PATH, icon: lifebuoy });
}

sidebar();

// not in clusters without the kinds; as long as nobody knows, it is shown
registerSidebarEntryFilter(entry => {
  if (entry.name !== ENTRY) return entry;
  const cluster = Utils.getCluster();
  if (!cluster) return entry;
  const before = lastServed(cluster);
  served(cluster).then(
    // the sidebar looks at its entries again when one is registered
    now => (before?.kinds.length ?? -1) !== now.kinds.length && sidebar(),
    () => undefined
  );
  return before && before.kinds.length === 0 ? null : entry;
});

registerRoute({
  path: LIST_PATH,
  name: 'salvorRecoveries',
  sidebar: ENTRY,
  exact: true,
  component: () => <List />,
});

for (const kind of KIND_NAMES) {
  registerRoute({
    path: detailPath(kind),
    name: KINDS[kind].route,
    sidebar: ENTRY,
    exact: true,
    component: () => <Detail kind={kind} />,
  });
  registerKindIcon(kind, { icon, color: 'rgb(211, 84, 0)' }, GROUP);
}

registerDetailsViewSection(({ resource }) => <TouchingSection resource={resource as any} />);
registerDetailsViewHeaderAction(({ item }: any) => <TouchingButton item={item} />);

registerMapSource({ id: 'salvor', label: 'Recoveries', icon, useData: useMapData });
