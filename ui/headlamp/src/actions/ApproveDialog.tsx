import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, TextField } from '@mui/material';
import { useState } from 'react';
import type { RecoveryJson } from '../api/types';
import { objection } from '../model/actions';
import { destructions } from '../model/plan';
import { Note } from '../detail/Note';
import { PlanView } from '../detail/PlanView';

export interface ApproveDialogProps {
  recovery: RecoveryJson;
  onClose: () => void;
  /** Approves; answers why nothing was changed, or undefined. */
  send: (typed: string) => Promise<string | undefined>;
}

/** Shows the plan and wants its hash typed: whoever approves has had it before their eyes. */
export function ApproveDialog({ recovery, onClose, send }: ApproveDialogProps) {
  // the plan that was opened; what arrives later is another one and says so
  const [plan, setPlan] = useState(recovery.status?.plan ?? {});
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const shown = plan.approve ?? '';
  const current = recovery.status?.plan?.approve;
  const changed = current !== undefined && current !== shown;
  const gone = changed ? undefined : objection('approve', recovery);
  const wrong = typed !== '' && !shown.startsWith(typed.trim());
  const count = destructions(plan).length;

  async function approve() {
    setBusy(true);
    const no = await send(typed.trim());
    setBusy(false);
    if (no === undefined) onClose();
    else setProblem(no);
  }

  function readAgain() {
    setPlan(recovery.status?.plan ?? {});
    setTyped('');
    setProblem(undefined);
  }

  return (
    <Dialog open onClose={busy ? undefined : onClose} maxWidth="md" fullWidth aria-labelledby="approve-title">
      <DialogTitle id="approve-title">Approve the plan of {recovery.metadata.name}?</DialogTitle>
      <DialogContent dividers>
        {changed && (
          <Note
            severity="warning"
            urgent
            action={
              <Button variant="outlined" size="small" onClick={readAgain}>
                Show the new plan
              </Button>
            }
          >
            The plan has changed since you opened it. This one can no longer be approved.
          </Note>
        )}
        {gone && <Note severity="info">{gone}</Note>}
        <PlanView plan={plan} findings={recovery.status?.facts?.findings} />
        <Note severity={count > 0 ? 'warning' : 'info'}>
          {count === 0
            ? 'This plan deletes nothing.'
            : `This plan deletes ${count} ${
                count === 1 ? 'object' : 'objects'
              }, listed above. Salvor deletes nothing else.`}
        </Note>
        <Box component="p" sx={{ mt: 0 }}>
          Type the plan’s hash to approve it: <Box component="code">{shown}</Box>
        </Box>
        <TextField
          fullWidth
          size="small"
          label="Hash of the plan"
          value={typed}
          error={wrong}
          helperText={wrong ? 'This is not the hash of the plan above.' : ' '}
          inputProps={{ autoComplete: 'off', spellCheck: false, style: { fontFamily: 'monospace' } }}
          onChange={event => setTyped(event.target.value)}
        />
        {problem && (
          <Note severity="error" urgent>
            {problem}
          </Note>
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} disabled={busy}>
          Cancel
        </Button>
        <Button
          variant="contained"
          onClick={approve}
          disabled={busy || shown === '' || typed.trim() !== shown || changed || gone !== undefined}
        >
          Approve
        </Button>
      </DialogActions>
    </Dialog>
  );
}
