/** Where in the page one is: behind the `#` of its address, so that the facade serves one page and every place has a link. Pure. */
export type Place =
  | { page: 'jobs' }
  | { page: 'job'; id: string; run: string | undefined }
  | { page: 'new'; like: string | undefined }
  | { page: 'schedules' };

export function placeOf(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  const [, page, id] = path.split('/');
  const asked = new URLSearchParams(query);
  if (page === 'jobs' && id !== undefined && id !== '') return { page: 'job', id: decoded(id), run: asked.get('run') ?? undefined };
  if (page === 'new') return { page: 'new', like: asked.get('like') ?? undefined };
  return page === 'schedules' ? { page: 'schedules' } : { page: 'jobs' };
}

/** An address that somebody has typed may hold anything. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @param run null or undefined: the newest */
export const jobLink = (id: string, run?: string | null): string =>
  `#/jobs/${encodeURIComponent(id)}${run === undefined || run === null ? '' : `?run=${run}`}`;
