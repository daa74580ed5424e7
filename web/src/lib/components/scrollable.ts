import type { Attachment } from 'svelte/attachments';

/** Makes an element that is wider than its place one that keys can scroll, with the name `label`. */
export function scrollable(label: string): Attachment<HTMLElement> {
	return (element) => {
		const look = () => {
			const isWider = element.scrollWidth > element.clientWidth + 1;
			if (isWider === element.hasAttribute('tabindex')) return;
			if (isWider) {
				element.tabIndex = 0;
				element.role = 'region';
				element.ariaLabel = label;
			} else {
				for (const name of ['tabindex', 'role', 'aria-label']) element.removeAttribute(name);
			}
		};
		const observer = new ResizeObserver(look);
		observer.observe(element);
		// What is in it grows while it is written.
		for (const child of element.children) observer.observe(child);
		return () => observer.disconnect();
	};
}
