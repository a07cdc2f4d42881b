/** Server-sent events taken apart (WHATWG HTML, section 9.2), as far as the facade uses them. */
export interface Frame {
  event: string;
  data: string;
}

/** Answers the whole frames of what has come so far, and the rest of it. Comments and other fields are passed over. */
export function framesIn(text: string): { frames: Frame[]; rest: string } {
  const blocks = text.split('\n\n');
  const rest = blocks.pop() ?? '';
  const frames = blocks.flatMap((block) => {
    const event = /^event: (.*)$/m.exec(block)?.[1];
    const data = /^data: (.*)$/m.exec(block)?.[1];
    return event === undefined || data === undefined ? [] : [{ event, data }];
  });
  return { frames, rest };
}
