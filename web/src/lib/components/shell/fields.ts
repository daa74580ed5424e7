/** What stands in the fields of the forms below `root`: the same again if nobody has changed anything. */
export function fieldsOf(root: ParentNode): string {
	const fields = root.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>(
		'form :is(input, select, textarea)'
	);
	return JSON.stringify(Array.from(fields, stateOf));
}

function stateOf(field: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement): string | boolean {
	return field instanceof HTMLInputElement && ['checkbox', 'radio'].includes(field.type) ? field.checked : field.value;
}

/**
 * Notes what stands in the fields below a node before anybody touches one: what is filled in by the page itself, which
 * may come late, is no change. Afterwards `changed` says whether they are different.
 */
export class Untouched {
	#before = '';

	/** An attachment (`{@attach …}`). */
	readonly watch = (node: HTMLElement): (() => void) => {
		this.#before = fieldsOf(node);
		const aborted = new AbortController();
		const { signal } = aborted;
		const once = { capture: true, signal };
		const note = (event: Event) => {
			// What changes a field without a key or a click has changed it when it is told.
			if (event.type !== 'input') this.#before = fieldsOf(node);
			aborted.abort();
		};
		for (const kind of ['pointerdown', 'keydown', 'beforeinput', 'input']) node.addEventListener(kind, note, once);
		this.#node = node;
		return () => {
			aborted.abort();
			this.#node = null;
		};
	};

	#node: HTMLElement | null = null;

	get changed(): boolean {
		return this.#node !== null && fieldsOf(this.#node) !== this.#before;
	}
}
