// Elements, made of names, attributes and text alone: no text of a guideline is ever read as HTML.

/** Make an element; `on…` attributes are listeners, null and false ones are left out. */
function h(name, attributes = {}, ...children) {
	const element = document.createElement(name);
	for (const [key, value] of Object.entries(attributes)) {
		if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
		else if (value === true) element.setAttribute(key, "");
		else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value);
	}
	element.append(
		...children
			.flat(Infinity)
			.filter((child) => child !== null && child !== undefined && child !== false),
	);
	return element;
}

function button(text, onclick, attributes = {}) {
	return h("button", { type: "button", onclick, ...attributes }, text);
}

/** Make a list, or nothing where there are no entries. */
function list(entries, attributes = {}) {
	return entries.length
		? h(
				"ul",
				attributes,
				entries.map((entry) => h("li", {}, entry)),
			)
		: null;
}

/** Make a part with a heading, or nothing where it has no content. */
function part(level, title, ...content) {
	const shown = content.flat(Infinity).filter(Boolean);
	return shown.length ? h("section", {}, h(level, {}, title), shown) : null;
}

/** Make a link out of the page; only to the web. */
function outward(href, text) {
	if (!/^https?:\/\//.test(href ?? "")) return text;
	return h("a", { href, rel: "noopener noreferrer external", target: "_blank" }, text);
}

function byId(id) {
	return document.getElementById(id);
}

/** Offer a text as a file to save. */
function save(name, text, type) {
	const href = URL.createObjectURL(new Blob([text], { type }));
	h("a", { href, download: name }).click();
	setTimeout(() => URL.revokeObjectURL(href), 1000);
}

/** Let the reader choose a file, and hand on its text. */
function load(onText) {
	const input = h("input", { type: "file", accept: ".json,application/json" });
	input.addEventListener("change", async () => {
		if (input.files[0]) onText(await input.files[0].text(), input.files[0].name);
	});
	input.click();
}
