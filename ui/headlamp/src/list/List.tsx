import {
  EmptyContent,
  Link,
  Loader,
  ResourceListView,
  SectionBox,
  StatusLabel,
} from '@kinvolk/headlamp-plugin/lib/CommonComponents';
import { Box, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { useState } from 'react';
import type { Recovery } from '../api/kinds';
import { isKind, KINDS } from '../api/names';
import { type Unlisted, useRecoveries, useServed } from '../api/useRecoveries';
import { type Group, groupOf, GROUPS, phaseWord, tone } from '../model/phase';
import { words } from '../model/format';
import { Note } from '../detail/Note';

/** A link to the page of a recovery. */
export function RecoveryLink({ recovery }: { recovery: Recovery }) {
  const kind = recovery.kind;
  if (!isKind(kind)) return <>{recovery.getName()}</>;
  return (
    <Link
      routeName={KINDS[kind].route}
      params={{ namespace: recovery.getNamespace(), name: recovery.getName() }}
      activeCluster={recovery.cluster}
    >
      {recovery.getName()}
    </Link>
  );
}

export function Phase({ recovery }: { recovery: Recovery }) {
  return <StatusLabel status={tone(groupOf(recovery.json))}>{phaseWord(recovery.json)}</StatusLabel>;
}

function StepAndProgress({ recovery }: { recovery: Recovery }) {
  const { step, progress } = recovery.status;
  return (
    <Box>
      {words(step ?? '')}
      {progress?.text && <Box sx={{ fontSize: '0.8rem', color: 'text.secondary' }}>{progress.text}</Box>}
    </Box>
  );
}

const COLUMNS = [
  {
    id: 'kind',
    label: 'Kind',
    getValue: (one: Recovery) => one.kind as string,
    filterVariant: 'multi-select',
    gridTemplate: 'minmax(10rem, 1fr)',
  },
  {
    id: 'name',
    label: 'Name',
    getValue: (one: Recovery) => one.getName(),
    render: (one: Recovery) => <RecoveryLink recovery={one} />,
    gridTemplate: 'minmax(9rem, 1.5fr)',
  },
  'namespace',
  'cluster',
  {
    id: 'phase',
    label: 'Phase',
    getValue: (one: Recovery) => phaseWord(one.json),
    render: (one: Recovery) => <Phase recovery={one} />,
    filterVariant: 'multi-select',
    gridTemplate: 'minmax(10.5rem, 0.8fr)',
  },
  {
    id: 'step',
    label: 'Step',
    getValue: (one: Recovery) => `${words(one.status.step ?? '')} ${one.status.progress?.text ?? ''}`,
    render: (one: Recovery) => <StepAndProgress recovery={one} />,
    gridTemplate: 'minmax(8.5rem, 1.4fr)',
  },
  { id: 'target', label: 'Target', getValue: (one: Recovery) => one.status.target ?? '' },
  {
    id: 'plan',
    label: 'Plan',
    getValue: (one: Recovery) => one.status.plan?.approve ?? '',
    render: (one: Recovery) => <code>{one.status.plan?.approve}</code>,
    gridTemplate: 'minmax(8.5rem, 0.7fr)',
  },
  'age',
] as const;

function Unlistable({ unlisted }: { unlisted: Unlisted[] }) {
  if (unlisted.length === 0) return null;
  return (
    <Note severity="warning">
      {unlisted.map(({ kind, error }) => (
        <Box key={kind}>
          {error.status === 403
            ? `You may not list ${KINDS[kind].plural} in all namespaces. If you may in some, name them in Headlamp’s settings of this cluster (allowed namespaces).`
            : `${KINDS[kind].plural} cannot be listed: ${error.message}`}
        </Box>
      ))}
    </Note>
  );
}

/** For somebody who has the plugin and nothing else. */
export function NotInstalled() {
  return (
    <SectionBox title="Recoveries">
      <EmptyContent>
        Salvor is not installed in this cluster: it does not know the kinds of recovery.salvor.dev. Install its Helm
        chart, which brings them: helm install salvor helm/salvor --namespace salvor-system --create-namespace
      </EmptyContent>
    </SectionBox>
  );
}

function NothingYet() {
  return (
    <EmptyContent>
      There is no recovery yet. One begins with a manifest of one of its kinds: {Object.keys(KINDS).join(', ')}. It
      changes nothing before you have approved its plan.
    </EmptyContent>
  );
}

function Groups({ items, group, choose }: { items: Recovery[]; group: Group | ''; choose: (to: Group | '') => void }) {
  const count = (wanted: Group) => items.filter(one => groupOf(one.json) === wanted).length;
  return (
    <ToggleButtonGroup
      exclusive
      size="small"
      value={group}
      aria-label="Show only"
      onChange={(_, to: Group | '' | null) => choose(to ?? '')}
    >
      <ToggleButton value="">All {items.length}</ToggleButton>
      {(Object.keys(GROUPS) as Group[]).map(one => (
        <ToggleButton key={one} value={one}>
          {GROUPS[one]} {count(one)}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

function Table() {
  const { items, unlisted } = useRecoveries();
  const [group, setGroup] = useState<Group | ''>('');
  const missing = unlisted.filter(one => one.error.status !== 404);
  if (items === null) return <Loader title="Loading recoveries" />;
  if (items.length === 0)
    return (
      <SectionBox title="Recoveries">
        <Unlistable unlisted={missing} />
        {missing.length === 0 && <NothingYet />}
      </SectionBox>
    );
  const shown = group === '' ? items : items.filter(one => groupOf(one.json) === group);
  return (
    <>
      <Unlistable unlisted={missing} />
      <ResourceListView
        title="Recoveries"
        id="salvor-recoveries"
        data={shown}
        // a table of several kinds: the type is that of Headlamp's own objects
        columns={COLUMNS as any}
        defaultSortingColumn={{ id: 'age', desc: false }}
        enableRowActions={false}
        enableRowSelection={false}
        headerProps={{
          preRenderFromFilterActions: [<Groups key="groups" items={items} group={group} choose={setGroup} />],
        }}
      />
    </>
  );
}

/** The page of all recoveries. */
export function List() {
  const { served, error } = useServed();
  if (error)
    return <EmptyContent color="error">The cluster does not say which kinds it has: {error.message}</EmptyContent>;
  if (!served) return <Loader title="Loading recoveries" />;
  return served.kinds.length === 0 ? <NotInstalled /> : <Table />;
}
