import {
  ConditionsTable,
  EmptyContent,
  Loader,
  MainInfoSection,
  NameValueTable,
  ObjectEventList,
  SectionBox,
  StatusLabel,
  ViewButton,
} from '@kinvolk/headlamp-plugin/lib/CommonComponents';
import { Box, LinearProgress } from '@mui/material';
import type { ReactNode } from 'react';
import { useParams } from 'react-router-dom';
import { Actions } from '../actions/Actions';
import { CLASSES, type Recovery } from '../api/kinds';
import { type KindName, LIST_PATH } from '../api/names';
import type { Recoverable, RecoveryJson } from '../api/types';
import { percent, until } from '../model/format';
import { ended, groupOf, phaseWord, tone } from '../model/phase';
import { hasPlan } from '../model/plan';
import { factsOf } from './facts';
import { Note } from './Note';
import { PlanView } from './PlanView';
import { Timeline } from './Timeline';

/** What a person should know first: Salvor's own message, but for the command line in it. */
export function headline(recovery: RecoveryJson): string {
  const { status } = recovery;
  if (!status?.phase) return 'Salvor has not looked at it yet. Does it run in this cluster?';
  if (status.phase === 'AwaitingApproval')
    return `Plan ${status.plan?.approve ?? ''} waits for approval: read it, then approve it.`;
  return status.message ?? '';
}

function Lines({ lines }: { lines: string[] }) {
  return (
    <>
      {lines.map(line => (
        <Box key={line} sx={{ overflowWrap: 'anywhere' }}>
          {line}
        </Box>
      ))}
    </>
  );
}

function header(recovery: Recovery): { name: string; value: ReactNode; hide?: boolean }[] {
  const { status } = recovery;
  const share = percent(status.progress);
  const { undo } = status;
  return [
    {
      name: 'Phase',
      value: <StatusLabel status={tone(groupOf(recovery.json))}>{phaseWord(recovery.json)}</StatusLabel>,
    },
    { name: 'Target', value: status.target, hide: !status.target },
    { name: 'Plan to approve', value: <code>{status.plan?.approve}</code>, hide: !status.plan?.approve },
    {
      name: 'Progress',
      value: (
        <>
          {status.progress?.text}
          {share !== undefined && (
            <LinearProgress variant="determinate" value={share} aria-label="Progress" sx={{ maxWidth: '24rem' }} />
          )}
        </>
      ),
      hide: !status.progress?.text,
    },
    { name: 'Outage', value: status.outage, hide: !status.outage },
    {
      name: 'Undo',
      value: undo?.possible
        ? `possible${undo.until ? ` until ${undo.until} (${until(undo.until)})` : ''}`
        : undo?.whyNot,
      hide: !undo?.possible && !undo?.whyNot,
    },
  ];
}

function RecoverableTable({ all }: { all: Recoverable[] }) {
  return (
    <NameValueTable
      rows={all.map(one => ({
        name: one.lineage ?? one.backupID ?? '',
        value: `${one.from ?? '?'} to ${one.until ?? '?'}, base backup ${one.backupID ?? '?'}, timeline ${
          one.timeline ?? '?'
        }${one.note ? '; ' + one.note : ''}`,
      }))}
    />
  );
}

/** Everything below the header. */
function Body({ recovery }: { recovery: Recovery }) {
  const { status } = recovery;
  const facts = factsOf(status.facts);
  return (
    <>
      {hasPlan(status.plan) && (
        <SectionBox title="Plan">
          <PlanView plan={status.plan} findings={status.facts?.findings} looking={!ended(status.phase)} />
        </SectionBox>
      )}
      {(status.steps?.length ?? 0) > 0 && (
        <SectionBox title="Steps">
          <Timeline steps={status.steps ?? []} />
        </SectionBox>
      )}
      {status.gitPatch && (
        <SectionBox title="Git needs this change">
          <Box component="pre" tabIndex={0} sx={{ overflow: 'auto', m: 0 }}>
            {status.gitPatch}
          </Box>
        </SectionBox>
      )}
      {(status.recoverable?.length ?? 0) > 0 && (
        <SectionBox title="What the archive can bring back">
          <RecoverableTable all={status.recoverable ?? []} />
        </SectionBox>
      )}
      {facts.length > 0 && (
        <SectionBox title="What was found">
          <NameValueTable rows={facts.map(one => ({ name: one.name, value: <Lines lines={one.lines} /> }))} />
        </SectionBox>
      )}
      {(status.conditions?.length ?? 0) > 0 && (
        <SectionBox title="Conditions">
          <ConditionsTable resource={recovery.jsonData} showLastUpdate={false} />
        </SectionBox>
      )}
      <ObjectEventList object={recovery} />
    </>
  );
}

/** The page of one recovery. */
export function Detail({ kind }: { kind: KindName }) {
  const { namespace, name } = useParams<{ namespace?: string; name: string }>();
  const [item, error] = CLASSES[kind].useGet(name, namespace);
  const recovery = item as Recovery | null;

  if (error && !recovery)
    return (
      <EmptyContent color="error">
        {error.status === 404
          ? `There is no ${kind} ${namespace ? namespace + '/' : ''}${name} here any more.`
          : `${kind} ${name} cannot be shown: ${error.message}`}
      </EmptyContent>
    );
  if (!recovery) return <Loader title={`Loading ${kind} ${name}`} />;

  return (
    <Box>
      <MainInfoSection
        resource={recovery}
        backLink={LIST_PATH}
        noDefaultActions
        actions={[<Actions key="actions" recovery={recovery} />, <ViewButton key="yaml" item={recovery} />]}
        headerSection={<Note severity={tone(groupOf(recovery.json)) || 'info'}>{headline(recovery.json)}</Note>}
        extraInfo={header(recovery)}
      />
      <Body recovery={recovery} />
    </Box>
  );
}
