/** The tree of messages: the path that is shown, the branches beside it. Pure. */

import type { StoredMessage } from '$lib/api/types';
import type { Messages } from './reducer';

/** Which child of a message, and which first message (key `null`), is chosen. */
export type Choices = ReadonlyMap<string | null, string>;

export interface Branch {
	/** From 0. */
	index: number;
	count: number;
	previous: string | null;
	next: string | null;
}

/** Returns messages by their ids. */
export function indexed(messages: Iterable<StoredMessage>): Map<string, StoredMessage> {
	return new Map(Array.from(messages, (message) => [message.id, message]));
}

/** Returns the choices that make `path` the active one; those beside it stay. */
export function choicesOf(path: Iterable<StoredMessage>, before: Choices = new Map()): Map<string | null, string> {
	const choices = new Map(before);
	for (const message of path) choices.set(message.parent, message.id);
	return choices;
}

/** Returns the children of a message, or with `null` the first messages, as their `siblings` order them. */
export function childrenOf(messages: Messages, parent: string | null): StoredMessage[] {
	const children = [...messages.values()].filter((message) => message.parent === parent);
	return children.sort((one, other) => place(one) - place(other) || one.created_s - other.created_s);
}

/** Returns the path from a first message to an end, along `choices`; where none is made, the newest child is taken. */
export function activePath(messages: Messages, choices: Choices = new Map()): StoredMessage[] {
	return down(byParent(messages), null, choices);
}

/** Returns a message's ancestors, the first one first, and itself; nothing if it is not known. */
export function pathTo(messages: Messages, id: string | null): StoredMessage[] {
	const path: StoredMessage[] = [];
	const seen = new Set<string>();
	for (let at = id; at !== null && !seen.has(at); ) {
		const message = messages.get(at);
		if (!message) break;
		seen.add(at);
		path.unshift(message);
		at = message.parent;
	}
	return path;
}

/** Returns the path through a message: its ancestors, itself, and below it what `choices` say. */
export function pathThrough(messages: Messages, id: string, choices: Choices = new Map()): StoredMessage[] {
	const above = pathTo(messages, id);
	return above.length === 0 ? [] : [...above, ...down(byParent(messages), id, choices)];
}

/** Returns all that is below a message, parents before their children. */
export function below(messages: Messages, id: string): StoredMessage[] {
	const children = byParent(messages);
	const found: StoredMessage[] = [];
	const open = [...(children.get(id) ?? [])];
	for (let message = open.shift(); message; message = open.shift()) {
		found.push(message);
		open.unshift(...(children.get(message.id) ?? []));
	}
	return found;
}

/** Returns where a message stands among its siblings. */
export function branchOf(message: StoredMessage): Branch {
	const index = Math.max(0, message.siblings.indexOf(message.id));
	return {
		index,
		count: Math.max(1, message.siblings.length),
		previous: message.siblings[index - 1] ?? null,
		next: message.siblings[index + 1] ?? null
	};
}

/** Returns `path` with a new message, which is chosen: what was below its parent is left. */
export function pathWith(path: readonly StoredMessage[], message: StoredMessage): StoredMessage[] {
	const known = path.findIndex((one) => one.id === message.id);
	if (known >= 0) return path.map((one, at) => (at === known ? message : one));
	if (message.parent === null) return [message];
	const parent = path.findIndex((one) => one.id === message.parent);
	return parent < 0 ? [...path] : [...path.slice(0, parent + 1), message];
}

function place(message: StoredMessage): number {
	return message.siblings.indexOf(message.id);
}

function byParent(messages: Messages): Map<string | null, StoredMessage[]> {
	const children = new Map<string | null, StoredMessage[]>();
	for (const message of messages.values()) {
		const those = children.get(message.parent);
		if (those) those.push(message);
		else children.set(message.parent, [message]);
	}
	for (const those of children.values()) those.sort((one, other) => place(one) - place(other));
	return children;
}

function down(children: Map<string | null, StoredMessage[]>, from: string | null, choices: Choices): StoredMessage[] {
	const path: StoredMessage[] = [];
	for (let those = children.get(from); those?.length; ) {
		const chosen = choices.get(path.at(-1)?.id ?? from);
		const message = those.find((one) => one.id === chosen) ?? those.at(-1);
		if (!message || path.length > children.size) break;
		path.push(message);
		those = children.get(message.id);
	}
	return path;
}
