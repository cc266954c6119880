import { Box } from '@mui/material';
import type { ReactNode } from 'react';

export type Severity = 'success' | 'info' | 'warning' | 'error';

const SIGNS: Record<Severity, string> = { success: '✓', info: 'i', warning: '!', error: '✗' };

export interface NoteProps {
  severity: Severity;
  title?: string;
  /** A button at its end. */
  action?: ReactNode;
  /** Said aloud at once by a screen reader. */
  urgent?: boolean;
  children: ReactNode;
}

/** A box that is seen. Not Material's Alert: Headlamp's dark theme gives that dark words. */
export function Note({ severity, title, action, urgent, children }: NoteProps) {
  return (
    <Box
      role={urgent ? 'alert' : undefined}
      sx={{
        display: 'flex',
        alignItems: 'flex-start',
        gap: 1.5,
        my: 1,
        px: 1.5,
        py: 1,
        border: 1,
        borderLeft: 6,
        borderRadius: 1,
        borderColor: `${severity}.main`,
        color: 'text.primary',
        fontSize: '0.875rem',
        overflowWrap: 'anywhere',
      }}
    >
      <Box component="span" aria-hidden sx={{ fontWeight: 700, minWidth: '1ch' }}>
        {SIGNS[severity]}
      </Box>
      <Box sx={{ flexGrow: 1, minWidth: 0 }}>
        {title && <Box sx={{ fontWeight: 600 }}>{title}</Box>}
        {children}
      </Box>
      {action}
    </Box>
  );
}
