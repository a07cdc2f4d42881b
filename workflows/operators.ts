/** What operators and the stack ask of a job, as marks on its state; the machine acts on them when all writers have answered. */
import type { MachineEvent, MachineState } from './state';

type Request = Exclude<MachineEvent, { type: 'emitted' | 'settled' | 'cleaned' }>;

/** What operators and the stack ask for. False: it changes nothing. */
export function operate(s: MachineState, event: Request, nowMs: number): boolean {
  switch (event.type) {
    case 'pause':
      if (s.stop || s.held) return false;
      s.held = s.operatorPaused = true;
      s.pausedAtMs ??= nowMs;
      return true;
    case 'standby':
      if (s.stop || s.standby) return false;
      s.standby = true;
      s.pausedAtMs ??= nowMs;
      return true;
    case 'resume':
      if (!s.held || s.clean) return false;
      s.held = s.blocked = false;
      return true;
    case 'wake':
      if (!s.standby) return false;
      s.standby = false;
      return true;
    case 'stop':
      if (s.stop) return false;
      s.stop = true;
      s.level = null;
      s.blocked = false;
      return true;
    case 'clean':
      // Of a job that runs, nothing is deleted: whoever asks has been told so before.
      if (!s.held || s.stop || s.clean) return false;
      s.clean = { mode: event.mode, id: null, over: false };
      return true;
    case 'set_pace':
      s.paces = event.paces;
      return true;
  }
}
