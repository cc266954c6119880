/** What the API server answered to a patch, as a sentence for the person who sent it. */
export function refusal(error: unknown): string {
  const { status, message = '' } = (error ?? {}) as { status?: number; message?: string };
  const said = clean(message);
  switch (status) {
    case 401:
      return `You are not logged in any more. ${said}`.trim();
    case 403:
      return /ValidatingAdmissionPolicy|admission webhook/.test(message)
        ? `The cluster’s rules forbid it: ${policy(said)}`
        : `You are not allowed to: ${said}`;
    case 404:
      return 'The recovery is gone.';
    case 409:
      return `Somebody else changed the recovery at the same moment; nothing was changed by you. Look at it again. ${said}`;
    case 422:
      return `The API server does not accept it: ${said}`;
    case 408:
    case 502:
    case undefined:
      return `The API server did not answer; whether it was done will be seen here. ${said}`.trim();
    default:
      return said || `The API server answered ${status}.`;
  }
}

/** Without the word for the status code that Headlamp puts before it. */
function clean(message: string): string {
  return message.replace(/^[A-Z][A-Za-z -]* - /, '').replace(/^undefined$/, '');
}

/** The rule's own message, which comes last. */
function policy(message: string): string {
  const own = /denied request: (.*)$/s.exec(message);
  return own ? own[1] : message;
}
