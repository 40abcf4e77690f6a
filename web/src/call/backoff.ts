/** How long to wait before the next attempt: longer each time, and never the same for everybody at once. */

const FIRST_MS = 400;
/** Short enough that everybody is back within three seconds of a restart. */
const LONG_MS = 2_500;
/** After about a minute it is not a restart any more: a phone's battery and the server's door matter more. */
const PATIENT_AFTER = 40;
const LONGEST_MS = 12_000;

/** The pause before attempt number `attempt` (from 1). `chance` is between 0 and 1. */
export function pauseBefore(attempt: number, chance: number): number {
  const ceiling = attempt > PATIENT_AFTER ? LONGEST_MS : Math.min(LONG_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  // Half is waited for sure, half is chance: after a restart the clients come back spread out.
  return ceiling / 2 + (ceiling / 2) * chance;
}
