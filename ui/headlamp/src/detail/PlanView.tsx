import { Box, Chip, Table, TableBody, TableCell, TableContainer, TableHead, TableRow } from '@mui/material';
import type { Finding, Plan } from '../api/types';
import { refText } from '../model/format';
import { destroys, sorted } from '../model/plan';
import { Note } from './Note';

function Findings({ findings }: { findings?: Finding[] }) {
  return (
    <>
      {sorted(findings).map(one => (
        <Note
          key={one.reason + one.message}
          severity={one.severity === 'Refusal' ? 'error' : 'warning'}
          title={one.reason}
        >
          {one.message}
          {one.remedy && <Box sx={{ mt: 0.5 }}>{one.remedy}</Box>}
        </Note>
      ))}
    </>
  );
}

function Figures({ plan }: { plan: Plan }) {
  const rows: [string, string | undefined][] = [
    ['Strategy', plan.strategy],
    ['Backup', plan.backup],
    ['Expected loss', plan.expectedLoss],
    ['Expected outage', plan.expectedOutage],
  ];
  return (
    <Box
      component="dl"
      sx={{ display: 'grid', gridTemplateColumns: 'max-content 1fr', columnGap: 3, rowGap: 0.5, my: 2, mx: 0 }}
    >
      {rows
        .filter(([, value]) => value)
        .map(([name, value]) => [
          <Box key={name} component="dt" sx={{ fontWeight: 600 }}>
            {name}
          </Box>,
          <Box key={name + '-value'} component="dd" sx={{ m: 0 }}>
            {value}
          </Box>,
        ])}
    </Box>
  );
}

function Targets({ plan }: { plan: Plan }) {
  return (
    <TableContainer tabIndex={0} role="region" aria-label="What the plan does, object by object">
      <Table size="small">
        <TableHead>
          <TableRow>
            <TableCell>Does</TableCell>
            <TableCell>To</TableCell>
            <TableCell>Note</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {(plan.targets ?? []).map(target => (
            <TableRow key={target.action + refText(target.ref)}>
              <TableCell>
                {destroys(target) ? (
                  <Chip
                    size="small"
                    color="error"
                    variant="outlined"
                    label={target.action}
                    sx={{ color: 'text.primary' }}
                  />
                ) : (
                  target.action
                )}
              </TableCell>
              <TableCell sx={{ overflowWrap: 'anywhere' }}>{refText(target.ref)}</TableCell>
              <TableCell sx={{ overflowWrap: 'anywhere' }}>{target.note}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}

export interface PlanViewProps {
  plan: Plan;
  findings?: Finding[];
  /** Whether Salvor may still add to it. */
  looking?: boolean;
}

/** The plan as Salvor wrote it, with what forbids or warns, and every object that it names. */
export function PlanView({ plan, findings, looking }: PlanViewProps) {
  return (
    <>
      <Findings findings={findings} />
      {plan.summary && (
        <Box
          component="pre"
          tabIndex={0}
          aria-label="Summary of the plan"
          sx={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', fontSize: '0.875rem', m: 0, fontFamily: 'monospace' }}
        >
          {plan.summary}
        </Box>
      )}
      <Figures plan={plan} />
      {(plan.targets?.length ?? 0) > 0 && <Targets plan={plan} />}
      {plan.complete === false && looking && (
        <Note severity="info">The plan is not complete yet: Salvor still looks.</Note>
      )}
    </>
  );
}
