/** Returns `text` as a quotation in Markdown, with an empty line behind it to answer on. */
export function quoted(text: string): string {
	const lines = text.trim().split('\n');
	return `${lines.map((line) => (line === '' ? '>' : `> ${line}`)).join('\n')}\n\n`;
}
