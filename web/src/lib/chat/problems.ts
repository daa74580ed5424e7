/** Errors of answers in plain words, with what can be done. Pure. */

import type { ErrorInfo } from '$lib/api/types';
import { inCount } from '$lib/quantities';
import { strings } from '$lib/strings';

export interface Problem {
	what: string;
	advice: string | null;
	/** Whether the conversation has to be made shorter. */
	tooLong: boolean;
}

export function problemOf(error: ErrorInfo): Problem {
	const advice = strings.message.problems[error.code] ?? null;
	const { required, maximum } = error;
	const tooLong = error.code.startsWith('context_');
	if (tooLong && required && maximum) {
		return { what: strings.message.allFits(inCount(required), inCount(maximum)), advice, tooLong };
	}
	return { what: error.message, advice, tooLong };
}
