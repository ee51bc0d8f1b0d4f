"""The flow in words: its title, what is remarked of it, how to read it, what it shows."""

from __future__ import annotations

from viz_core import registry
from viz_core.analysis.flow import main_look
from viz_core.figures.numbers import percent
from viz_core.figures.theme import bare
from viz_core.generate import LONGEST
from viz_core.i18n import _
from viz_core.languages import counterpart, language_of
from viz_core.lessons.home.gates import cell_of
from viz_core.lessons.home.kinds import remembered_change
from viz_core.lessons.home.openings import opening_of
from viz_core.lessons.home.reading import Seen
from viz_core.runners.checks import MAX_SQUARE
from viz_core.ui.cache import card
from viz_core.ui.inside import as_question
from viz_core.ui.trials import how_tried


def plain_title(seen: Seen) -> str:
    """What the model makes of the sentence at the picked word, as a title."""
    flow = seen.flow
    guesses = flow.guesses[seen.word]
    word = bare(flow.stream_tokens.strings[seen.word])
    if not guesses:
        return _("At “{word}” the {kind} says nothing").format(word=word, kind=seen.kind)
    if flow.traits.fills:
        sentence = _("In the place of “{word}” the {kind} expects “{guess}” ({share})")
    elif flow.traits.translates and seen.word == 0:
        sentence = _("The {kind} begins its translation with “{guess}” ({share})")
    else:
        sentence = _("After “{word}” the {kind} expects “{guess}” ({share})")
    return sentence.format(
        word=word,
        kind=seen.kind,
        guess=bare(guesses[0].token),
        share=percent(guesses[0].prob),
    )


def remark_on(model: str, typed: str, layer: int, head: int) -> str:
    """What is said above the picture: what changed, what is seen here, what can't be expected."""
    kind = card(model).traits
    read = as_question(kind, typed)
    changed = remembered_change(model, typed)
    first = opening_of(typed)
    here = first and (first.model, first.layer, first.head) == (model, layer, head)
    own, chinese = registry.entry_of(model).own, language_of(typed) == "zh"
    lines = [changed]
    if first and here:
        lines.append(_(first.teaches))
    if own and kind.translates and not chinese:
        lines.append(
            _("This model translates Chinese. English it only hands on, as well as it can.")
        )
    elif own and chinese and counterpart(model, "zh") is None:
        lines.append(
            _("Story models read Chinese byte by byte; the encoder-decoder translates it.")
        )
    if read != typed and not changed:
        lines.append(_("It reads: {text}").format(text=read))
    return " ".join(filter(None, lines))


def how_to_read_flow(seen: Seen) -> str:
    """The lines under the picture."""
    kind = seen.flow.traits
    if kind.recurrent:
        sentences = [
            _(
                "Each row is a word, each box the cell when that word is read; the lines between "
                "boxes hand the state on, as wide as it is long. A ribbon is as wide as the part "
                "of the answer's probability that goes if another word stands there; grey ones "
                "would make it likelier."
            ),
            how_tried(translates=False),
        ]
        sentences += filter(None, [cell_of(kind).plates])
        if seen.flow.influence is None:
            sentences.append(
                _("Influences are measured for at most {n} tokens; this text is longer.").format(
                    n=MAX_SQUARE
                )
            )
    else:
        sentences = [
            _(
                "Follow a word's row along the flow. A line is as wide as its vector is long: the "
                "stream and what is added to it on one scale, queries, keys and values on "
                "another. Dots and green ribbons are as large as the attention weights, those "
                "below 0.01 left out."
            )
        ]
        if kind.translates and len(seen.flow.stream_tokens) > LONGEST:
            sentences.append(
                _(
                    "The translation is cut after {n} tokens: the model did not end it by then."
                ).format(n=LONGEST)
            )
        if kind.translates or len(seen.flow.stream_tokens) > seen.flow.n_read:
            sentences.append(_("Coloured words were written by the model."))
    sentences.append(
        _(
            "Stripes are 32 numbers of a vector, brown above 0, purple below, the 2 % that are "
            "furthest from 0 alike. A raised dot is a space."
        )
    )
    sentences.append(_("Every number is of this pass, run here and now on your text."))
    return " ".join(sentences)


def flow_summary(seen: Seen) -> str:
    """What the picture shows besides its title, in words."""
    flow, strings = seen.flow, seen.flow.stream_tokens.strings
    sentences = [_("{model} reads {n} tokens.").format(model=flow.model_id, n=flow.n_read)]
    look = main_look(flow, seen.word)
    if look:
        keys = (
            flow.tokens[flow.stacks[flow.traits.stacks[0]]] if look.crosses else flow.stream_tokens
        )
        itself = look.key == look.query and not look.crosses
        sentence = (
            _("In {spot}, “{query}” looks most at itself, {share}.")
            if itself
            else _("In {spot}, “{query}” looks most at “{key}”, {share}.")
        )
        sentences.append(
            sentence.format(
                spot=seen.spot,
                query=bare(strings[look.query]),
                key=bare(keys.strings[look.key]),
                share=f"{look.weight:.2f}",
            )
        )
    influence = flow.influence
    if influence is not None:
        typed = [n for n, special in enumerate(flow.stream_tokens.special) if not special]
        least, most = (pick(typed, key=influence.__getitem__) for pick in (min, max))
        sentences.append(
            _(
                "With another word for “{most}” (word {m}) the answer would lose {large} of its "
                "{share}, with another for “{least}” (word {n}) {small}."
            ).format(
                most=bare(strings[most]),
                m=most,
                large=f"{influence[most]:.2f}",
                share=f"{flow.guesses[flow.answer_pos][0].prob:.2f}",
                least=bare(strings[least]),
                n=least,
                small=f"{influence[least]:.2f}",
            )
        )
    if flow.traits.translates:
        sentences.append(_("It writes: {text}").format(text="".join(strings[1:]).strip()))
    return " ".join(sentences)
