// Read: the outline, the search, and the panels of nodes, statements and references.

const KINDS = {
	decision: "Question",
	treatment: "Treatment",
	workup: "Workup",
	silent: "The guideline is silent",
};
class Reading {
	constructor(book, words, state) {
		this.book = book;
		this.words = words;
		this.state = state;
		this.search = byId("search");
		this.search.addEventListener("input", () => this.find());
	}

	link(place, text, attributes = {}) {
		const here = place === this.state.place ? { "aria-current": "true" } : {};
		return h(
			"a",
			{ href: `#${place.split("/").map(encodeURIComponent).join("/")}`, ...here, ...attributes },
			text,
		);
	}

	node(name) {
		return this.link(`node-${name}`, this.words.node(name));
	}

	outline() {
		const kind = (name) => this.book.nodes.get(name).kind;
		const entry = (name) => [
			h("span", { class: `sign ${kind(name)}`, "aria-hidden": "true" }),
			this.node(name),
		];
		const parts = chapters(this.book).map(({ title, nodes }) =>
			part("h3", title || "Nodes", list(nodes.map(entry), { class: "outline" })),
		);
		const more = [
			["statements", `Statements of the source (${this.book.statements.size})`],
			["references", `References (${this.book.references.size})`],
			["about", "About this guideline"],
		];
		const shown = more.filter(([name]) => this.book[name]?.size !== 0);
		byId("outline").replaceChildren(
			...parts,
			part(
				"h3",
				"Source",
				list(
					shown.map(([place, text]) => this.link(place, text)),
					{ class: "outline" },
				),
			),
		);
	}

	/** Look for what was typed; hits are listed, and marked in the diagram. */
	find() {
		const typed = this.search.value.trim().toLowerCase();
		const found = typed ? this.hits(typed) : null;
		this.diagram.mark(found && new Set([...found.nodes.keys(), ...found.cited]));
		byId("outline").hidden = found !== null;
		byId("hits").replaceChildren(...(found ? this.shown(found) : []));
		const count = found ? found.nodes.size + found.statements.length + found.references.length : 0;
		byId("found").textContent = found ? `${count || "nothing"} found` : "";
	}

	hits(typed) {
		const has = (texts) => texts.some((text) => text && text.toLowerCase().includes(typed));
		const said = (entry) => Object.values(entry).filter((value) => typeof value === "string");
		const references = [...this.book.references].filter(([name, entry]) => has([name, ...said(entry)]));
		const published = new Set(references.map(([name]) => name));
		const cites = (entry) => (entry.cites ?? []).some((name) => published.has(name));
		const statements = [...this.book.statements].filter(
			([name, entry]) => has([name, ...said(entry)]) || cites(entry),
		);
		const names = new Set([...statements, ...references].map(([name]) => name));
		const nodes = new Map(
			[...this.book.nodes.keys()]
				.map((name) => [
					name,
					this.spoken(name)
						.filter(([, texts]) => has(texts))
						.map(([what]) => what),
				])
				.filter(([, where]) => where.length),
		);
		const cited = [...this.book.nodes.keys()].filter((name) =>
			citesOf(this.book, name).some((cite) => names.has(cite)),
		);
		return { nodes, statements, references, cited };
	}

	/** Return what a node says, by what it is said in. */
	spoken(name) {
		const node = this.book.nodes.get(name);
		const asked = node.next.flatMap((edge) => factsOf(this.book, edge.when));
		const texts = [["title", [name, node.title, node.plain]]];
		for (const fact of once(asked)) {
			const entry = this.book.facts.get(fact);
			texts.push([
				`asks ${entry.name}`,
				[
					fact,
					entry.name,
					entry.question,
					entry.plain,
					...(entry.values ?? []).map(([, label]) => label),
				],
			]);
		}
		for (const edge of node.next)
			texts.push([`branch ${this.words.edge(edge)}`, [edge.label, edge.plain, edge.whom]]);
		for (const offer of node.offers) {
			const { title, plain } = this.book.interventions.get(offer.intervention);
			texts.push([
				`${offer.tier}: ${title}`,
				[offer.intervention, title, plain, offer.wording, offer.because, offer.whom],
			]);
		}
		for (const note of node.notes) texts.push(["note", [note.says, note.plain]]);
		for (const figure of node.evidence) texts.push(["evidence", [this.words.figure(figure)]]);
		return texts;
	}

	shown({ nodes, statements, references }) {
		const row = ([name, where]) => [
			this.node(name),
			h(
				"small",
				{},
				where
					.filter((what) => what !== "title")
					.slice(0, 3)
					.join("; "),
			),
		];
		const cut = (text) => (text.length > 90 ? `${text.slice(0, 90)}…` : text);
		return [
			part("h3", `In the pathway (${nodes.size})`, list([...nodes].map(row), { class: "outline" })),
			part(
				"h3",
				`Statements (${statements.length})`,
				list(
					statements.map(([name, entry]) => [
						this.link(`statement-${name}`, name),
						h("small", {}, cut(this.words.of(entry, "says"))),
					]),
					{ class: "outline" },
				),
			),
			part(
				"h3",
				`References (${references.length})`,
				list(
					references.map(([name, entry]) => [
						this.link(`reference-${name}`, name),
						h("small", {}, cut(entry.title)),
					]),
					{ class: "outline" },
				),
			),
		].filter(Boolean);
	}

	/** Return the panel of a place, or null where there is no such place. */
	panel(place) {
		const [kind, name] = split(place, "-");
		if (kind === "node" && this.book.nodes.has(name)) return this.nodePanel(name);
		if (kind === "statement" && this.book.statements.has(name)) return this.statementPanel(name);
		if (kind === "reference" && this.book.references.has(name)) return this.referencePanel(name);
		const whole = {
			statements: () => this.statements(),
			references: () => this.references(),
			about: () => this.about(),
		};
		return Object.hasOwn(whole, place) ? whole[place]() : null;
	}

	nodePanel(name, whole = true) {
		const node = this.book.nodes.get(name);
		const cites = citesOf(this.book, name);
		const silent =
			node.kind === "silent" &&
			h(
				"p",
				{ class: "silence" },
				"The guideline does not speak of this situation. That is shown, and nothing is guessed.",
			);
		const section = this.book.sections.get(node.section);
		return [
			h("p", { class: "kicker" }, [KINDS[node.kind], section].filter(Boolean).join(" · ")),
			h("h2", { tabindex: "-1" }, this.words.node(name)),
			this.where(name),
			silent,
			node.kind === "decision" && this.branches(node),
			offersBy(node).map(([tier, offers]) =>
				h(
					"section",
					{ class: `tier ${tier}` },
					h("h3", {}, tier),
					list(
						offers.map((offer) => this.offer(node, offer)),
						{ class: "offers" },
					),
				),
			),
			part("h3", "Notes", list(node.notes.map((note) => this.note(note)))),
			node.kind !== "decision" && this.branches(node),
			whole &&
				part(
					"h3",
					"Statements it rests on",
					list(
						cites.map((cite) => this.cited(cite)),
						{ class: "sources" },
					),
				),
			whole &&
				part(
					"h3",
					"Reached from",
					list(
						waysInto(this.book, name).map(([from, edge]) => [
							this.node(from),
							this.words.edge(edge) && `: ${this.words.edge(edge)}`,
						]),
					),
				),
		];
	}

	/** Say where the patient stands, if one is walked. */
	where(name) {
		const stop = this.state.walker?.stops.find((one) => one.name === name);
		if (this.state.mode !== "try" || !this.state.walker || !this.state.facts.size) return null;
		const state = stop ? (stop.sure ? "yes" : "maybe") : "no";
		return h("p", { class: `state ${state}` }, sentence(STATE_WORDS[state]));
	}

	branches(node) {
		if (!node.next.length) return null;
		const asks = once(node.next.flatMap((edge) => factsOf(this.book, edge.when)));
		const questions =
			node.kind === "decision" &&
			list(
				asks.map((fact) => [this.words.question(fact), this.help(fact)]),
				{ class: "asks" },
			);
		const way = (edge) => {
			const label = this.words.edge(edge);
			const whom = edge.whom && edge.whom !== label ? h("small", {}, `if ${edge.whom}`) : null;
			return [label && h("strong", {}, label), label && " → ", this.node(edge.to), whom];
		};
		const many = node.hit === "collect" ? h("p", {}, "Every branch that holds is followed.") : null;
		return part(
			"h3",
			node.kind === "decision" ? "Question and branches" : "Goes on to",
			questions,
			many,
			list(node.next.map(way)),
		);
	}

	help(fact) {
		const { help } = this.book.facts.get(fact);
		return help ? h("small", {}, help) : null;
	}

	offer(node, offer) {
		const figures = node.evidence.filter((figure) => figure.intervention === offer.intervention);
		return [
			h("strong", {}, this.words.intervention(offer.intervention)),
			offer.whom && h("span", { class: "whom" }, ` if ${offer.whom}`),
			this.cites(offer.cites),
			this.words.offer(offer).map((text) => h("small", {}, text)),
			figures.map((figure) => h("small", {}, this.words.figure(figure), this.cites(figure.cites))),
		];
	}

	note(note) {
		return [
			note.whom && h("strong", {}, `If ${note.whom}: `),
			this.words.of(note, "says"),
			this.cites(note.cites),
		];
	}

	/** Return citations as links; a star where a check of the facts has a remark. */
	cites(names) {
		const kind = (name) => (this.book.statements.has(name) ? "statement" : "reference");
		const star = (name) => (this.book.statements.get(name)?.caution ? "*" : "");
		const links = names.map((name) =>
			this.link(
				`${kind(name)}-${name}`,
				name + star(name),
				star(name) ? { title: "with a remark of the fact check" } : {},
			),
		);
		return links.length ? h("span", { class: "cites" }, links) : null;
	}

	cited(name) {
		const statement = this.book.statements.get(name);
		if (!statement) return this.referenceLine(name);
		return [
			this.link(`statement-${name}`, name),
			" ",
			this.words.of(statement, "says"),
			this.cites(statement.cites ?? []),
			statement.caution &&
				h("small", { class: "caution" }, h("strong", {}, "Fact check: "), statement.caution),
		];
	}

	referenceLine(name) {
		const { title, journal, year, href } = this.book.references.get(name);
		return [
			this.link(`reference-${name}`, name),
			" ",
			outward(href, title),
			[journal, year].filter(Boolean).map((text) => `. ${text}`),
		];
	}

	statementPanel(name) {
		const statement = this.book.statements.get(name);
		const carried = carriers(this.book, name);
		const kicker = ["Statement of the source", statement.kind, statement.section]
			.filter(Boolean)
			.join(" · ");
		const why = statement.uncarried ?? "Nothing in the pathway rests on it.";
		return [
			h("p", { class: "kicker" }, kicker),
			h("h2", { tabindex: "-1" }, name),
			h("p", {}, this.words.of(statement, "says")),
			statement.caution &&
				h("p", { class: "caution" }, h("strong", {}, "Fact check: "), statement.caution),
			part(
				"h3",
				"References",
				list(
					(statement.cites ?? []).map((cite) => this.referenceLine(cite)),
					{ class: "sources" },
				),
			),
			part(
				"h3",
				"Carried by",
				carried.length ? list(carried.map((node) => this.node(node))) : h("p", {}, why),
			),
		];
	}

	referencePanel(name) {
		const statements = [...this.book.statements].filter(([, entry]) => entry.cites?.includes(name));
		const nodes = carriers(this.book, name);
		return [
			h("p", { class: "kicker" }, "Reference"),
			h("h2", { tabindex: "-1" }, name),
			h("p", {}, this.referenceLine(name).slice(2)),
			part(
				"h3",
				"Statements that cite it",
				list(
					statements.map(([cite]) => this.cited(cite)),
					{ class: "sources" },
				),
			),
			part("h3", "Nodes that cite it", list(nodes.map((node) => this.node(node)))),
		];
	}

	statements() {
		const names = [...this.book.statements.keys()];
		return [
			h("h2", { tabindex: "-1" }, "Statements of the source"),
			list(
				names.map((name) => this.cited(name)),
				{ class: "sources" },
			),
		];
	}

	references() {
		const names = [...this.book.references.keys()];
		return [
			h("h2", { tabindex: "-1" }, "References"),
			list(
				names.map((name) => this.referenceLine(name)),
				{ class: "sources" },
			),
		];
	}

	about() {
		const { source, remarks, version, status, id, digest } = this.book;
		const rows = [
			["Version", `${version}, ${status}`],
			["Source", source && outward(source.url, source.title)],
			["Updated", source?.updated],
			["Review", source?.review],
			["Name", id],
			["Digest", h("code", {}, digest)],
		];
		return [
			h("h2", { tabindex: "-1" }, "About this guideline"),
			h(
				"dl",
				{},
				rows
					.filter(([, value]) => value)
					.map(([term, value]) => [h("dt", {}, term), h("dd", {}, value)]),
			),
			part(
				"h3",
				"To be known of it",
				list(remarks.map((row) => [this.words.of(row, "says"), this.cites(row.cites)])),
			),
			part("h3", "How to read it", list(this.legend())),
		];
	}

	legend() {
		return [
			"Questions have round corners. Below a treatment stand its offers, by the rank that the source gives them: preferred, recommended, alternative, consider; what is to be avoided is framed by dashes.",
			"A dashed box is silence: the guideline does not speak of the situation, and nothing is guessed.",
			"A star on a citation: a check of the facts has a remark on that statement.",
			"Of a patient, the path is thick, what is possible is dashed, and what is off the path is faint.",
		];
	}
}
