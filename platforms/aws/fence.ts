/** Keeps those out whose lease was taken: a load balancer on AWS remembers no token itself. */
export interface Fence {
  /**
   * Throws FencedError when a token above this one was given out. `now` asks the store; `lately` goes by what was seen
   * before, so that going back costs no call.
   */
  admit(token: number, asked: 'now' | 'lately', signal?: AbortSignal): Promise<void>;
}
