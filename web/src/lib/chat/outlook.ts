/** What the next turn would leave out, in words. Pure. */

import type { TurnCount } from '$lib/api/types';
import { inCount } from '$lib/quantities';
import { strings } from '$lib/strings';

export interface Outlook {
	words: string;
	/** `refused`: it would not be answered. */
	kind: 'refused' | 'drops' | 'note';
	/** Whether leaving out old messages might help. */
	canTrim: boolean;
}

/** So small a part of the window leaves little room for an answer. */
const NEAR = 0.1;

/** Returns what there is to say; `null` if all of it fits and an answer does too. */
export function outlookOf(count: TurnCount): Outlook | null {
	const { prompt_tokens: used, context_length: window, overflow } = count;
	if (count.dropped_messages > 0) {
		const words = strings.meter.drops(count.dropped_messages, inCount(count.dropped_tokens));
		return { words, kind: 'drops', canTrim: false };
	}
	if (!count.fits && !(overflow === 'shift' && used < window)) {
		const words = strings.meter.refused(inCount(used), inCount(window), count.model);
		return { words, kind: 'refused', canTrim: overflow !== 'trim_history' };
	}
	const left = window - used;
	if (left >= NEAR * window) return null;
	if (overflow === 'shift') {
		return { words: strings.meter.shifts(inCount(used), inCount(window)), kind: 'note', canTrim: false };
	}
	return { words: strings.meter.near(inCount(left)), kind: 'note', canTrim: overflow !== 'trim_history' };
}
