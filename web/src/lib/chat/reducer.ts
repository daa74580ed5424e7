/**
 * Events become messages. Pure: what is given is never changed, what stays the same is the same object.
 *
 * All events of an answer, put together here, make the very message that the server stores.
 */

import type { AnswerEvent, SessionEvent, StoredMessage, ToolCall } from '$lib/api/types';

export type Messages = ReadonlyMap<string, StoredMessage>;

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

/** Returns `messages` with what `event` adds to them. */
export function applyToMessages(messages: Messages, event: SessionEvent): Messages {
	switch (event.type) {
		case 'session':
			return messages;
		case 'deleted':
			return event.message === null ? new Map() : without(messages, event.message);
		case 'message':
			return withMessage(messages, event.message);
		default: {
			const before = messages.get(event.message) ?? null;
			const after = applyToMessage(before, event);
			return after === null || after === before ? messages : new Map(messages).set(after.id, after);
		}
	}
}

/** Returns `messages` with `message`, whose siblings all know one another then. */
function withMessage(messages: Messages, message: StoredMessage): Messages {
	const changed = new Map(messages).set(message.id, message);
	for (const id of message.siblings) {
		const sibling = changed.get(id);
		if (sibling && sibling.siblings.length !== message.siblings.length) {
			changed.set(id, { ...sibling, siblings: message.siblings });
		}
	}
	return changed;
}

/** Returns `messages` without one, and without all that is below it. */
function without(messages: Messages, id: string): Messages {
	const gone = new Set([id]);
	// A message is made after its parent, but a map may have them in any order.
	for (let before = 0; before !== gone.size; ) {
		before = gone.size;
		for (const message of messages.values()) {
			if (message.parent !== null && gone.has(message.parent)) gone.add(message.id);
		}
	}
	const kept = [...messages.values()].filter((message) => !gone.has(message.id));
	return new Map(kept.map((message) => [message.id, amongOthers(message, id)]));
}

function amongOthers(message: StoredMessage, id: string): StoredMessage {
	if (!message.siblings.includes(id)) return message;
	return { ...message, siblings: message.siblings.filter((sibling) => sibling !== id) };
}

function withCall(calls: ToolCall[], event: AnswerEvent & { type: 'tool_call' }): ToolCall[] {
	const call = calls[event.index];
	const next = { id: event.id, name: event.name, arguments: (call?.arguments ?? '') + event.arguments };
	return [...calls.slice(0, event.index), next, ...calls.slice(event.index + 1)];
}
