import { AuthVisible } from '@kinvolk/headlamp-plugin/lib/CommonComponents';
import { Button, Stack } from '@mui/material';
import { useState } from 'react';
import type { Recovery } from '../api/kinds';
import { type Action, possible } from '../model/actions';
import { ApproveDialog } from './ApproveDialog';
import { ConfirmDialog } from './ConfirmDialog';
import { steer } from './steer';

const LABELS: Record<Action, string> = {
  approve: 'Approve…',
  retry: 'Retry…',
  undo: 'Undo…',
  abort: 'Abort…',
};

/** The buttons that mean something now, for those who may patch this recovery. */
export function Actions({ recovery }: { recovery: Recovery }) {
  const [open, setOpen] = useState<Action>();
  const offered = possible(recovery.json);
  const close = () => setOpen(undefined);

  return (
    <AuthVisible item={recovery} authVerb="patch" namespace={recovery.getNamespace()}>
      <Stack direction="row" spacing={1} aria-label="What you can do now" role="group">
        {offered.map(action => (
          <Button
            key={action}
            size="small"
            variant={action === 'approve' ? 'contained' : 'outlined'}
            // red words on Headlamp's dark ground cannot be read
            sx={action === 'abort' ? { color: 'text.primary', borderColor: 'error.main' } : undefined}
            onClick={() => setOpen(action)}
          >
            {LABELS[action]}
          </Button>
        ))}
      </Stack>
      {open === 'approve' && (
        <ApproveDialog recovery={recovery.json} onClose={close} send={typed => steer('approve', recovery, typed)} />
      )}
      {open && open !== 'approve' && (
        <ConfirmDialog action={open} recovery={recovery.json} onClose={close} send={() => steer(open, recovery)} />
      )}
    </AuthVisible>
  );
}
