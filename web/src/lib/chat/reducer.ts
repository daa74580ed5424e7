/**
 * Events become messages. Pure: what is given is never changed, what stays the same is the same object.
 *
 * All events of an answer, put together here, make the very message that the server stores.
 */

import type { AnswerEvent, StoredMessage, ToolCall } from '$lib/api/types';

/** Returns `message` with what `event` adds to it. What comes for another message, or too late, changes nothing. */
export function applyToMessage(message: StoredMessage | null, event: AnswerEvent): StoredMessage | null {
	if (event.type === 'message') return message === null || message.id === event.message.id ? event.message : message;
	// A whole message with a final status has all that was said before it.
	if (message === null || message.id !== event.message || message.status !== 'streaming') return message;
	switch (event.type) {
		case 'text':
			return { ...message, content: message.content + event.text };
		case 'reasoning':
			return { ...message, reasoning: message.reasoning + event.text };
		case 'tool_call':
			return { ...message, tool_calls: withCall(message.tool_calls, event) };
		default:
			// A kind of event that a later server tells.
			return message;
	}
}

function withCall(calls: ToolCall[], event: AnswerEvent & { type: 'tool_call' }): ToolCall[] {
	const call = calls[event.index];
	const next = { id: event.id, name: event.name, arguments: (call?.arguments ?? '') + event.arguments };
	return [...calls.slice(0, event.index), next, ...calls.slice(event.index + 1)];
}
