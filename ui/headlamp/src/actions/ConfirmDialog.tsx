import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, TextField } from '@mui/material';
import { useState } from 'react';
import type { RecoveryJson } from '../api/types';
import { Note } from '../detail/Note';
import { type Action, objection } from '../model/actions';

export interface ConfirmDialogProps {
  action: Exclude<Action, 'approve'>;
  recovery: RecoveryJson;
  onClose: () => void;
  /** Does it; answers why nothing was changed, or undefined. */
  send: () => Promise<string | undefined>;
}

interface Words {
  title: string;
  text: string;
  yes: string;
  no: string;
}

function wordsOf(action: Exclude<Action, 'approve'>, recovery: RecoveryJson): Words {
  const { name } = recovery.metadata;
  const behind = recovery.status?.conditions?.some(
    one => one.type === 'PointOfNoReturnPassed' && one.status === 'True'
  );
  switch (action) {
    case 'abort':
      return {
        title: `Abort ${name}?`,
        text: behind
          ? 'Old volumes are already exchanged. Salvor goes on until the data is in one piece, then takes the exchange back.'
          : 'Salvor stops and takes back what it has done, last first. Nothing of the living data was touched yet.',
        yes: 'Abort',
        no: 'Keep it going',
      };
    case 'retry':
      return {
        title: `Try ${name} again?`,
        text: 'What is proven is kept. Unless something has changed it will fail again the same way: look at the reason first.',
        yes: 'Retry',
        no: 'Cancel',
      };
    case 'undo':
      return {
        title: `Undo ${name}?`,
        text:
          'Salvor makes a plan for the way back, which names what has been written since and would be lost. ' +
          'Nothing happens before that plan is approved.',
        yes: 'Plan the way back',
        no: 'Cancel',
      };
  }
}

/** Asks before it acts; before an undo the name has to be typed. */
export function ConfirmDialog({ action, recovery, onClose, send }: ConfirmDialogProps) {
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const { title, text, yes, no } = wordsOf(action, recovery);
  const { name } = recovery.metadata;
  const gone = objection(action, recovery);

  async function act() {
    setBusy(true);
    const answer = await send();
    setBusy(false);
    if (answer === undefined) onClose();
    else setProblem(answer);
  }

  return (
    <Dialog open onClose={busy ? undefined : onClose} maxWidth="sm" fullWidth aria-labelledby="confirm-title">
      <DialogTitle id="confirm-title">{title}</DialogTitle>
      <DialogContent dividers>
        <Box component="p" sx={{ mt: 0 }}>
          {text}
        </Box>
        {action === 'undo' && (
          <TextField
            autoFocus
            fullWidth
            size="small"
            label={`Type the name: ${name}`}
            value={typed}
            inputProps={{ autoComplete: 'off', spellCheck: false }}
            onChange={event => setTyped(event.target.value)}
          />
        )}
        {gone && !busy && <Note severity="info">{gone}</Note>}
        {problem && (
          <Note severity="error" urgent>
            {problem}
          </Note>
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} disabled={busy}>
          {no}
        </Button>
        <Button
          variant="contained"
          color={action === 'abort' ? 'error' : 'primary'}
          onClick={act}
          disabled={busy || gone !== undefined || (action === 'undo' && typed.trim() !== name)}
        >
          {yes}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
