// What the guideline says of the patient: the panel of a walk.

class Result {
	constructor(book, words, reading, trying, state) {
		Object.assign(this, { book, words, reading, trying, state, asked: "" });
	}

	panel() {
		const { walk, problems } = this.state;
		const head = [h("h2", { tabindex: "-1" }, "What the guideline says")];
		if (problems.length) return [...head, this.wrong(problems)];
		return [
			...head,
			this.status(walk),
			this.silence(walk),
			this.remarks(walk),
			this.questions(walk),
			this.recommendations(walk),
			this.avoid(walk),
			this.possible(walk, false),
			this.possible(walk, true),
			part("h3", "Notes", list(walk.notes.map((row) => this.note(row)))),
			this.factCheck(walk),
			this.whyNot(),
			part(
				"h3",
				"Taken as given",
				list(
					Object.entries(walk.assumed).map(
						([name, value]) => `${knownWords(this.book, name, value)} (not supplied)`,
					),
				),
			),
			part(
				"h3",
				"Path",
				list(walk.steps.filter((step) => step.reached === "yes").map((step) => this.step(step))),
			),
		];
	}

	/** Return the statements, behind what is shown and on the path, on which the fact check has a remark. */
	doubted(walk) {
		const path = walk.steps
			.filter((step) => step.reached === "yes")
			.flatMap((step) => this.book.nodes.get(step.node).cites);
		const names = once([...walk.cautions.map((row) => row.statement), ...path]);
		return names.filter((name) => this.book.statements.get(name)?.caution);
	}

	remarks(walk) {
		const count = this.doubted(walk).length;
		const review = this.book.source?.review;
		if (!count && !review) return null;
		const go = () => byId("panel-content").querySelector(".factcheck h3").scrollIntoView();
		const many = count > 0 && [
			`The fact check has a remark on ${count} of the statements behind this (marked *). `,
			button("Read them", go),
		];
		return h(
			"div",
			{ class: "caution" },
			review && h("p", {}, `The source: ${review}.`),
			many && h("p", {}, many),
		);
	}

	factCheck(walk) {
		const names = this.doubted(walk);
		const rows = names.map((name) => [
			this.reading.cites([name]),
			" ",
			this.book.statements.get(name).caution,
		]);
		return rows.length
			? h(
					"section",
					{ class: "factcheck" },
					h("h3", {}, "Fact check of what is shown here"),
					list(rows, { class: "sources" }),
				)
			: null;
	}

	/** Say of something that is offered on which of its statements the fact check has a remark. */
	caution(cites) {
		const names = once(cites).filter((name) => this.book.statements.get(name)?.caution);
		return (
			names.length > 0 &&
			h("small", { class: "caution" }, "The fact check has a remark on", this.reading.cites(names))
		);
	}

	wrong(problems) {
		const line = (row) => [
			row.fact && h("strong", {}, `${this.book.facts.get(row.fact)?.name ?? row.fact}: `),
			`${row.message}. `,
			h("small", {}, sentence(row.remedy)),
		];
		return h(
			"div",
			{ class: "status fault" },
			h("p", {}, h("strong", {}, "These facts cannot be used.")),
			list(problems.map(line)),
			this.state.refused.length > 0 &&
				button("Leave out what is wrong", () => this.trying.onFacts([...this.state.facts])),
		);
	}

	status(walk) {
		const [word, meaning] = split(this.book.words.status[walk.status], ":");
		const faults = walk.faults.map((row) => [
			this.book.words.fault[row.fault],
			" at ",
			this.reading.node(row.node),
		]);
		const conflicts = walk.conflicts.map(
			(name) => `Conflict: ${this.words.intervention(name)} is offered, and to be avoided.`,
		);
		return h(
			"div",
			{ class: `status ${walk.status}` },
			h("p", {}, h("strong", {}, word), ":", meaning),
			list(faults),
			list(conflicts),
		);
	}

	/** Ask the next question that matters, and name the others. */
	questions(walk) {
		if (!walk.missing.length) return null;
		const rows = this.state.relevant ?? walk.missing.map(({ fact }) => ({ fact, decides: [] }));
		if (!rows.length)
			return part(
				"h3",
				"Next question",
				h("p", {}, "None: no missing fact can change the outcome any more."),
			);
		const [next, ...others] = rows;
		const more = others.map(({ fact }) => this.words.question(fact));
		return h(
			"section",
			{ class: "next" },
			h("h3", {}, "Next question"),
			this.trying.question(next.fact),
			next.decides.length > 0 &&
				h(
					"p",
					{ class: "decides" },
					"It decides: ",
					once(next.decides.map((row) => this.named(row))).join("; "),
					".",
				),
			more.length > 0 &&
				h("details", {}, h("summary", {}, `Then perhaps ${more.length} more`), list(more)),
		);
	}

	named({ what, name }) {
		return what === "offer" || what === "avoid" ? this.words.intervention(name) : this.words.node(name);
	}

	recommendations(walk) {
		const rows = (tier) => walk.recommendations.filter((row) => row.tier === tier);
		const shown = TIERS.filter((tier) => rows(tier).length);
		if (!shown.length)
			return part(
				"h3",
				"Recommended",
				h("p", {}, walk.status === "incomplete" ? "Nothing is certain yet." : "Nothing."),
			);
		// What decided for all of them is said once.
		const reasons = walk.recommendations.map((row) => this.reasons(row.because));
		const common = reasons[0].filter((reason) => reasons.every((some) => some.includes(reason)));
		return [
			...shown.map((tier) =>
				h(
					"section",
					{ class: `tier ${tier}` },
					h("h3", {}, tier),
					list(
						rows(tier).map((row) => this.recommendation(row, common)),
						{ class: "offers" },
					),
				),
			),
			part("h3", "Why, for all of these", common.length && list(common)),
		];
	}

	recommendation(row, common) {
		const because = this.reasons(row.because).filter((reason) => !common.includes(reason));
		const offers = this.given(row);
		const better = this.betterAhead(row);
		return [
			h("strong", {}, this.words.intervention(row.intervention)),
			this.reading.cites(row.cites),
			offers.map((text) => h("small", {}, text)),
			row.evidence.map((figure) =>
				h("small", {}, this.words.figure(figure), this.reading.cites(figure.cites)),
			),
			because.length > 0 && h("small", {}, `Because: ${because.join("; ")}`),
			this.caution([...row.cites, ...row.evidence.flatMap((figure) => figure.cites)]),
			h(
				"small",
				{},
				"Where: ",
				row.nodes.map((name, place) => [place ? ", " : "", this.reading.node(name)]),
			),
			h(
				"details",
				{},
				h("summary", {}, better ? "Why not higher? What the source says" : "What the source says"),
				better && this.why(row.intervention),
				list(
					row.cites.map((cite) => this.reading.cited(cite)),
					{ class: "sources" },
				),
			),
		];
	}

	/** Return wording and reasons of the offers that were made, in the reader's words. */
	given(row) {
		if (!this.words.plain) return [row.wording, row.reason].filter(Boolean);
		const made = this.state.walker.sure
			.flatMap((stop) => stop.given)
			.filter(
				({ held, offer }) =>
					held === true &&
					offer.intervention === row.intervention &&
					(row.tier ?? "avoid") === offer.tier,
			);
		return once(made.flatMap(({ offer }) => this.words.offer(offer)));
	}

	/** Tell whether the guideline offers something in a better tier to others. */
	betterAhead(row) {
		const offers = [...this.book.nodes.values()].flatMap((node) => node.offers);
		const tiers = offers
			.filter((offer) => offer.intervention === row.intervention)
			.map((offer) => offer.tier);
		return tiers.some((tier) => TIERS.indexOf(tier) < TIERS.indexOf(row.tier));
	}

	reasons(tests) {
		return once(tests.map((test) => this.reason(test)));
	}

	reason(test) {
		return test.value === null ? test.test : knownWords(this.book, test.fact, test.value);
	}

	avoid(walk) {
		const entry = (row) => [
			h("strong", {}, this.words.intervention(row.intervention)),
			this.reading.cites(row.cites),
			this.given(row).map((text) => h("small", {}, text)),
			walk.conflicts.includes(row.intervention) &&
				h("small", { class: "caution" }, "Conflict: the guideline recommends it as well."),
			this.caution(row.cites),
			h(
				"small",
				{},
				"Where: ",
				row.nodes.map((name, place) => [place ? ", " : "", this.reading.node(name)]),
			),
		];
		return walk.avoid.length
			? h(
					"section",
					{ class: "tier avoid" },
					h("h3", {}, "avoid"),
					list(walk.avoid.map(entry), { class: "offers" }),
				)
			: null;
	}

	silence(walk) {
		const rows = walk.not_covered.map((row) => this.reading.node(row.node));
		return part(
			"h3",
			"The guideline is silent on",
			rows.length > 0 &&
				h(
					"div",
					{ class: "silence" },
					list(rows),
					h("p", {}, "It does not speak of this, and nothing is guessed."),
				),
		);
	}

	possible(walk, barred) {
		const rows = walk.possible.filter((row) => (row.tier === "avoid") === barred);
		const names = once(rows.map((row) => row.intervention));
		const entry = (name) => {
			const own = rows.filter((row) => row.intervention === name);
			const facts = once(own.flatMap((row) => row.depends_on)).map(
				(fact) => this.book.facts.get(fact).name,
			);
			const tiers = barred ? "" : ` (${once(own.map((row) => row.tier)).join(" or ")})`;
			return [
				h("strong", {}, this.words.intervention(name)),
				tiers,
				h("small", {}, `depends on ${facts.join(", ")}`),
			];
		};
		return part(
			"h3",
			barred ? "May have to be avoided" : "Still possible",
			list(names.map(entry), { class: "offers" }),
		);
	}

	note(row) {
		const note = this.book.nodes.get(row.node).notes.find((one) => one.says === row.says);
		return [this.words.of(note, "says"), this.reading.cites(row.cites)];
	}

	step(step) {
		const { next } = this.book.nodes.get(step.node);
		const taken = next.filter((edge) =>
			step.edges.some((one) => one.to === edge.to && one.taken === "yes"),
		);
		const answers = taken
			.map((edge) => this.words.edge(edge))
			.filter(Boolean)
			.join(", ");
		return [
			this.reading.node(step.node),
			answers && ` ${answers}`,
			this.reading.cites(this.book.nodes.get(step.node).cites),
		];
	}

	/** Let the reader ask of any intervention what stood against it. */
	whyNot() {
		const answer = h("div", { "aria-live": "polite" });
		const tell = (name) => {
			this.asked = name;
			answer.replaceChildren(...(name ? [this.why(name)] : []));
		};
		const offered = once(
			[...this.book.nodes.values()].flatMap((node) => node.offers.map((offer) => offer.intervention)),
		);
		const option = (name) =>
			h("option", { value: name, selected: name === this.asked }, this.words.intervention(name));
		const choice = h(
			"select",
			{ onchange: (event) => tell(event.target.value) },
			h("option", { value: "" }, "choose an intervention"),
			offered.map(option),
		);
		tell(this.asked);
		return h(
			"section",
			{ class: "why" },
			h("h3", {}, "Why, or why not?"),
			h("label", {}, "What became of ", choice),
			answer,
		);
	}

	why(intervention) {
		const rows = whyNot(this.book, this.state.walker, intervention);
		return list(
			rows.map((row) => this.became(row)),
			{ class: "became" },
		);
	}

	became({ node, offer, made, stops, waits }) {
		const told = { yes: "it is so for this patient", maybe: "still open", no: "not for this patient" }[
			made
		];
		const what = offer.tier === "avoid" ? "To be avoided" : sentence(offer.tier);
		const facts = waits.map((fact) => this.book.facts.get(fact).name).join(", ");
		return [
			h("strong", {}, what),
			" at ",
			this.reading.node(node),
			`: ${told}`,
			waits.length > 0 && h("small", {}, `it depends on ${facts}`),
			this.words.offer(offer).map((text) => h("small", {}, text)),
			stops.map((stop) => h("small", {}, this.against(stop))),
		];
	}

	against({ node, edge, finding, whom }) {
		const because = this.reasons(finding.support.map((test) => this.state.walker.said(test))).join("; ");
		const place = edge
			? [
					"at ",
					this.reading.node(node),
					" the way on",
					this.words.edge(edge) && ` “${this.words.edge(edge)}”`,
					` is for: ${whom}`,
				]
			: [`it is for: ${whom}`];
		return [place, `; but the patient: ${because}`];
	}
}
