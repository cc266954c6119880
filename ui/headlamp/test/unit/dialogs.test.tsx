// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { ApproveDialog } from '../../src/actions/ApproveDialog';
import { ConfirmDialog } from '../../src/actions/ConfirmDialog';
import { PLAN, recovery, waiting } from './sample';

afterEach(cleanup);

/** Somebody who sends, and what they answer. */
function post(answer?: string) {
  const sent: string[] = [];
  return {
    sent,
    send: async (typed = '') => {
      sent.push(typed);
      return answer;
    },
  };
}

const type = (text: string) => fireEvent.change(screen.getByRole('textbox'), { target: { value: text } });
const button = (name: string) => screen.getByRole('button', { name }) as HTMLButtonElement;

describe('the approval', () => {
  it('wants the hash typed, and sends what was typed', async () => {
    const { sent, send } = post();
    let closed = 0;
    render(<ApproveDialog recovery={waiting()} onClose={() => closed++} send={send} />);
    expect(screen.getByText('Restore 1 claim.')).toBeTruthy();
    expect(screen.getByText(/This plan deletes 1 object, listed above/)).toBeTruthy();
    expect(button('Approve').disabled).toBe(true);
    type('cfda');
    expect(screen.queryByText(/not the hash/)).toBeNull();
    expect(button('Approve').disabled).toBe(true);
    type('cfdb');
    expect(screen.getByText(/not the hash/)).toBeTruthy();
    type(` ${PLAN.approve} `);
    fireEvent.click(button('Approve'));
    await waitFor(() => expect(closed).toBe(1));
    expect(sent).toEqual([PLAN.approve]);
  });

  it('keeps what it showed when another plan comes, and approves neither', () => {
    const { sent, send } = post();
    const { rerender } = render(<ApproveDialog recovery={waiting()} onClose={() => undefined} send={send} />);
    type(PLAN.approve);
    rerender(<ApproveDialog recovery={waiting('000000000000')} onClose={() => undefined} send={send} />);
    expect(screen.getByText(/The plan has changed since you opened it/)).toBeTruthy();
    expect(button('Approve').disabled).toBe(true);
    type('000000000000');
    expect(button('Approve').disabled).toBe(true);
    fireEvent.click(button('Show the new plan'));
    expect(button('Approve').disabled).toBe(true);
    type('000000000000');
    expect(button('Approve').disabled).toBe(false);
    expect(sent).toEqual([]);
  });

  it('is over when somebody else was faster', () => {
    const { rerender } = render(<ApproveDialog recovery={waiting()} onClose={() => undefined} send={post().send} />);
    type(PLAN.approve);
    rerender(
      <ApproveDialog
        recovery={waiting(PLAN.approve, { approvedPlan: PLAN.approve })}
        onClose={() => undefined}
        send={post().send}
      />
    );
    expect(screen.getByText(/approved already/)).toBeTruthy();
    expect(button('Approve').disabled).toBe(true);
  });

  it('stays and says what was refused', async () => {
    let closed = 0;
    render(<ApproveDialog recovery={waiting()} onClose={() => closed++} send={post('You are not allowed to.').send} />);
    type(PLAN.approve);
    fireEvent.click(button('Approve'));
    expect((await screen.findByRole('alert')).textContent).toContain('You are not allowed to.');
    expect(closed).toBe(0);
  });
});

describe('the other actions', () => {
  it('undo wants the name typed', async () => {
    const { sent, send } = post();
    render(
      <ConfirmDialog
        action="undo"
        recovery={recovery({ undo: { possible: true } })}
        onClose={() => undefined}
        send={send}
      />
    );
    expect(button('Plan the way back').disabled).toBe(true);
    type('bac');
    expect(button('Plan the way back').disabled).toBe(true);
    type('back');
    fireEvent.click(button('Plan the way back'));
    await waitFor(() => expect(sent).toHaveLength(1));
  });

  it('abort says what it means before and behind the point of no return', () => {
    const { rerender } = render(
      <ConfirmDialog
        action="abort"
        recovery={recovery({ phase: 'Preparing' })}
        onClose={() => undefined}
        send={post().send}
      />
    );
    expect(screen.getByText(/Nothing of the living data was touched yet/)).toBeTruthy();
    const behind = recovery({ phase: 'Swapping', conditions: [{ type: 'PointOfNoReturnPassed', status: 'True' }] });
    rerender(<ConfirmDialog action="abort" recovery={behind} onClose={() => undefined} send={post().send} />);
    expect(screen.getByText(/until the data is in one piece/)).toBeTruthy();
  });

  it('are over when they mean nothing any more', () => {
    render(
      <ConfirmDialog
        action="abort"
        recovery={recovery({ phase: 'Succeeded' })}
        onClose={() => undefined}
        send={post().send}
      />
    );
    expect(screen.getByText('It has ended already: Succeeded.')).toBeTruthy();
    expect(button('Abort').disabled).toBe(true);
  });
});
