import { rate } from '../../figures';

/** Events a second as far as a look each half second can tell: `0.8/s`, `9.5/s`, `48/s`. */
export const aboutRate = (perSecond: number): string => rate(perSecond < 10 ? Math.round(perSecond * 10) / 10 : Math.round(perSecond));
