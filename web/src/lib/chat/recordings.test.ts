// The very streams that the server's own tests put together (tests/recorded_turns), and what it stored of them.
import { expect, test } from 'vitest';
import type { SessionEvent, StoredMessage } from '$lib/api/types';
import { applyToMessage, applyToMessages, type Messages } from './reducer';

interface Recording {
	events: SessionEvent[];
	message: StoredMessage;
}

const recordings = Object.entries(
	import.meta.glob<Recording>('../../../../tests/recorded_turns/*.json', { eager: true, import: 'default' })
);

test('there are some', () => {
	expect(recordings.length).toBeGreaterThan(2);
});

test.each(recordings)('%s: replayed, the answer is what was stored', (_name, { events, message }) => {
	// Log probabilities are there only where a message is read by itself.
	const expected = { ...message, logprobs: null };
	const all = events.reduce<Messages>(applyToMessages, new Map());
	expect({ ...all.get(message.id), logprobs: null }).toEqual(expected);

	// A last event has all of it; what came before must have made the same text.
	const pieces = events.filter((event) => event.type !== 'session' && event.type !== 'deleted');
	const last = pieces.findLastIndex((event) => event.type === 'message' && event.message.id === message.id);
	const mine = pieces.slice(0, last).filter((event) => (event.type === 'message' ? event.message.id : event.message) === message.id);
	const before = mine.reduce<StoredMessage | null>(applyToMessage, null);
	expect(before?.content).toBe(message.content);
	expect(before?.reasoning).toBe(message.reasoning);
	expect(before?.tool_calls).toEqual(message.tool_calls);
});
