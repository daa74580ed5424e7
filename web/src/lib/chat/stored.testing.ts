/** Messages for tests. */

import type { StoredMessage } from '$lib/api/types';

/** Returns a message that is complete, with `fields` in place of what is silent. */
export function stored(id: string, fields: Partial<StoredMessage> = {}): StoredMessage {
	return {
		id, session: 'ses_1', parent: null, branch: { index: 0, count: 1, previous: null, next: null }, role: 'assistant', status: 'complete', content: '',
		reasoning: '', tool_calls: [], tool_call_id: null, attachments: [], model: null, settings: null,
		finish_reason: null, error: null, usage: null, timings: null, ttft_s: null, reasoning_s: null, truncation: null,
		logprobs: null, created_s: 1, updated_s: 1, ...fields
	};
}
