/** Whether all parts were there when they were last asked: what has not changed since then may be taken for still true. */
let ready = true;

export const isReady = (): boolean => ready;
export const noteReady = (now: boolean): void => {
  ready = now;
};
