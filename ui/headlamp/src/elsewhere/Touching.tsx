import { SectionBox, SimpleTable } from '@kinvolk/headlamp-plugin/lib/CommonComponents';
import { Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { type ReactNode, useState } from 'react';
import type { Recovery } from '../api/kinds';
import type { Ref } from '../api/types';
import { useRecoveries, useServed } from '../api/useRecoveries';
import { Phase, RecoveryLink } from '../list/List';
import { refText } from '../model/format';
import { touches } from '../model/touches';
import { type AnyObject, isGeneric, refOf } from './objects';

function Table({ found }: { found: Recovery[] }) {
  return (
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
  );
}

function Found({ object, children }: { object: Ref; children: (found: Recovery[]) => ReactNode }) {
  const { items } = useRecoveries();
  const found = (items ?? []).filter(one => touches(one.json, object));
  return found.length === 0 ? null : <>{children(found)}</>;
}

/** The recoveries that are about an object, if there are any. Asks for nothing where Salvor is not installed. */
function Touching({ object, children }: { object: Ref; children: (found: Recovery[]) => ReactNode }) {
  const { served } = useServed();
  return served && served.kinds.length > 0 ? <Found object={object}>{children}</Found> : null;
}

/** A section of the page of an object. */
export function TouchingSection({ resource }: { resource: AnyObject }) {
  const object = refOf(resource);
  if (!object || isGeneric(resource)) return null;
  return (
    <Touching object={object}>
      {found => (
        <SectionBox title="Recoveries touching this object">
          <Table found={found} />
        </SectionBox>
      )}
    </Touching>
  );
}

/** The same behind a button, for pages without sections. */
export function TouchingButton({ item }: { item: AnyObject }) {
  const [open, setOpen] = useState(false);
  const object = refOf(item);
  if (!object || !isGeneric(item)) return null;
  return (
    <Touching object={object}>
      {found => (
        <>
          <Button size="small" variant="outlined" onClick={() => setOpen(true)}>
            Recoveries ({found.length})
          </Button>
          <Dialog open={open} onClose={() => setOpen(false)} maxWidth="md" fullWidth aria-labelledby="touching-title">
            <DialogTitle id="touching-title">Recoveries touching {refText(object)}</DialogTitle>
            <DialogContent dividers>
              <Table found={found} />
            </DialogContent>
            <DialogActions>
              <Button onClick={() => setOpen(false)}>Close</Button>
            </DialogActions>
          </Dialog>
        </>
      )}
    </Touching>
  );
}
