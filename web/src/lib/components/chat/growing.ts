import type { Attachment } from 'svelte/attachments';

/** Lets a field be as high as the text in it; its style sheet says how high at most. `text` is what it depends on. */
export function growing(text: () => string): Attachment<HTMLTextAreaElement> {
	return (field) => {
		void text();
		field.style.height = 'auto';
		field.style.height = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
	};
}
