// Review: the findings with their witnesses, the numbers, and what the reviewer says.

class Reviewing {
	constructor(book, words, reading, marks, onFacts) {
		Object.assign(this, { book, words, reading, marks, onFacts, told: "" });
	}

	/** Write the findings and the numbers. */
	findings() {
		const { review } = this.book;
		const shown = review.problem
			? [h("p", {}, review.problem)]
			: [...this.listed(review), this.numbers(review)];
		byId("findings").replaceChildren(
			h(
				"p",
				{ class: "muted" },
				"Every combination of facts that the guideline thinks possible was looked at, not a sample.",
			),
			...shown,
		);
	}

	listed({ findings }) {
		const groups = [
			["error", "Errors"],
			["warning", "Warnings"],
			["info", "For information"],
			["waived", "Accepted, with a reason"],
		];
		const found = groups.map(([kind, title]) => [
			title,
			findings.filter((row) => (row.waived ? "waived" : row.severity) === kind),
		]);
		const first = found.findIndex(([, rows]) => rows.length);
		return found.map(([title, rows], place) => {
			return h(
				"details",
				{ open: place <= first },
				h("summary", {}, `${title} (${rows.length})`),
				list(
					rows.map((row) => this.finding(row)),
					{ class: "findings" },
				),
			);
		});
	}

	finding(row) {
		const show = () => this.onFacts(Object.entries(row.witness), row.node);
		return [
			h("strong", {}, `${sentence(row.message)}.`),
			h("small", {}, h("code", {}, row.rule), row.node && [" at ", this.reading.node(row.node)]),
			row.patients && h("small", {}, `${row.patients} combinations (${row.share})`),
			row.waived
				? h("small", {}, `Accepted: ${row.waived}`)
				: row.remedy && h("small", {}, `To do: ${row.remedy}`),
			row.witness && button("Show a patient", show, { "aria-label": `Show a patient: ${row.message}` }),
		];
	}

	numbers({ patients, numbers, longest, questions }) {
		const head = h(
			"tr",
			{},
			["what", "combinations", "share"].map((text) => h("th", { scope: "col" }, text)),
		);
		const row = ([what, count, share]) =>
			h("tr", {}, h("th", { scope: "row" }, what), h("td", {}, count), h("td", {}, share));
		return h(
			"details",
			{},
			h("summary", {}, "In numbers"),
			h("p", {}, `${patients} possible patients; ${questions}`),
			h(
				"div",
				{ class: "wide", tabindex: "0", role: "group", "aria-label": "Who gets what" },
				h("table", {}, h("thead", {}, head), h("tbody", {}, numbers.map(row))),
			),
			h(
				"p",
				{},
				"Longest way: ",
				longest.map((name, place) => [place ? " → " : "", this.reading.node(name)]),
			),
		);
	}

	/** Return the panel of all marks. */
	panel() {
		const rows = this.marks.rows();
		const all = this.marks.places.size;
		const line = (row) => [
			this.reading.node(row.node),
			row.intervention && `, ${this.words.intervention(row.intervention)}`,
			h("span", { class: `verdict ${row.verdict}` }, VERDICTS[row.verdict] ?? "Comment"),
			row.comment && h("small", {}, row.comment),
		];
		const file = `${this.book.id}-review`;
		return [
			h("h2", { tabindex: "-1" }, "Your review"),
			h(
				"p",
				{},
				"Open a node, and mark it and each of its offers as agreed or doubted, with a comment.",
			),
			h(
				"p",
				{ role: "status" },
				`${rows.length} of ${all} marked. `,
				this.marks.kept
					? "Kept in this browser only."
					: "This browser keeps nothing: export before you close the page.",
			),
			this.told && h("p", { role: "status" }, this.told),
			h(
				"p",
				{ class: "buttons" },
				button("Export as Markdown", () =>
					save(`${file}.md`, this.marks.markdown(), "text/markdown"),
				),
				button("Export as JSON", () => save(`${file}.json`, this.marks.json(), "application/json")),
				button("Import JSON", () =>
					load((text) => {
						this.told = this.marks.read(text);
						this.onFacts(null);
					}),
				),
			),
			list(rows.map(line), { class: "marks" }),
		];
	}

	/** Return what a reviewer says of a node and of its offers. */
	node(name) {
		const { offers } = this.book.nodes.get(name);
		const fields = offers.map((offer, place) =>
			this.field(`${name}/${place}`, `${this.words.intervention(offer.intervention)} (${offer.tier})`),
		);
		return part("h3", "Your review", this.field(name, "This node as a whole"), fields);
	}

	field(key, title) {
		const mark = this.marks.get(key);
		const id = `mark-${key}`;
		const radio = ([value, text]) =>
			h(
				"label",
				{},
				h("input", {
					type: "radio",
					autocomplete: "off",
					name: id,
					checked: mark.verdict === value,
					onchange: () => this.marks.set(key, { verdict: value }),
				}),
				text,
			);
		const comment = h("textarea", {
			id,
			autocomplete: "off",
			rows: "2",
			oninput: (event) => this.marks.set(key, { comment: event.target.value.trim() }),
		});
		comment.value = mark.comment;
		return h(
			"fieldset",
			{ class: "mark" },
			h("legend", {}, title),
			h("div", { class: "choices" }, [...Object.entries(VERDICTS), ["", "Open"]].map(radio)),
			h("label", { for: id }, "Comment"),
			comment,
		);
	}
}
