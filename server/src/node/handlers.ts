/** What stands around the work of every request and notification: no failure of one ends the server or goes unsaid. */
import { type CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver';

/** Says in the log what failed. */
type Tell = (what: string, error: unknown) => void;

/** Makes the handler of a request: `what` names its work in messages; a failure is told in the log and to who asked. */
export type Answer = <P, R>(
  what: string,
  work: (params: P, token: CancellationToken) => R | Promise<R>,
) => (params: P, token: CancellationToken) => Promise<R | ResponseError>;

/** Makes handlers of requests. */
export const answering =
  (tell: Tell): Answer =>
  (what, work) =>
  async (params, token) => {
    if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, `${what} was cancelled`);
    try {
      return await work(params, token);
    } catch (error) {
      tell(what, error);
      return new ResponseError(LSPErrorCodes.RequestFailed, `${what} failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

/** Makes handlers of what nobody waits for: a failure is told in the log. */
export const reacting =
  (tell: Tell) =>
  <P>(what: string, work: (params: P) => void | Promise<void>) =>
  async (params: P): Promise<void> => {
    try {
      await work(params);
    } catch (error) {
      tell(what, error);
    }
  };
