import { Box, LinearProgress } from '@mui/material';
import type { Step, StepState } from '../api/types';
import { between, duration, percent, words } from '../model/format';

const MARKS: Record<StepState, { sign: string; color: string; word: string }> = {
  Done: { sign: '✓', color: 'success.main', word: 'done' },
  Running: { sign: '▶', color: 'info.main', word: 'runs' },
  Failed: { sign: '✗', color: 'error.main', word: 'failed' },
  Undone: { sign: '↺', color: 'warning.main', word: 'taken back' },
};

// made once: making one takes longer than drawing the row, and every row asks at every event
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' });

function clock(moment: string | undefined): string {
  const date = new Date(moment ?? '');
  return Number.isNaN(date.getTime()) ? '' : CLOCK.format(date);
}

function Entry({ step }: { step: Step }) {
  const mark = MARKS[step.state];
  const took = step.state === 'Running' ? undefined : between(step.startedAt, step.since);
  const share = step.state === 'Running' ? percent(step.progress) : undefined;
  return (
    <Box
      component="li"
      sx={{
        display: 'grid',
        gridTemplateColumns: { xs: '1.5rem 1fr', md: '1.5rem 5rem 15rem 5rem 1fr' },
        columnGap: 1,
        py: 0.5,
        borderBottom: 1,
        borderColor: 'divider',
        fontSize: '0.875rem',
      }}
    >
      <Box component="span" role="img" aria-label={mark.word} sx={{ color: mark.color, fontWeight: 'bold' }}>
        {mark.sign}
      </Box>
      <Box component="time" dateTime={step.startedAt} sx={{ color: 'text.secondary' }}>
        {clock(step.startedAt)}
      </Box>
      <Box component="span" title={step.name} sx={{ fontWeight: step.state === 'Done' ? 400 : 600 }}>
        {words(step.name)}
      </Box>
      <Box component="span" sx={{ color: 'text.secondary' }}>
        {took === '0 s' ? '' : took}
      </Box>
      <Box component="span" sx={{ overflowWrap: 'anywhere' }}>
        {step.reason && <strong>{step.reason}: </strong>}
        {step.message}
        {share !== undefined && (
          <LinearProgress
            variant="determinate"
            value={share}
            aria-label={`${words(step.name)}: ${share} percent`}
            sx={{ mt: 0.5, maxWidth: '24rem' }}
          />
        )}
        {step.state === 'Running' && step.progress?.eta !== undefined && (
          <Box component="span" sx={{ color: 'text.secondary' }}>
            {duration(step.progress.eta)} left
          </Box>
        )}
      </Box>
    </Box>
  );
}

/** The journal: every step that was begun, in order. */
export function Timeline({ steps }: { steps: Step[] }) {
  return (
    <Box component="ol" aria-label="Steps" sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {steps.map((step, index) => (
        // a step is run anew by a retry, under the same name
        <Entry key={`${step.name}-${step.startedAt ?? index}`} step={step} />
      ))}
    </Box>
  );
}
