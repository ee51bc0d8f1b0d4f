"""Sentences to begin with for visitors of English."""

from __future__ import annotations

from viz_core.i18n import N_
from viz_core.lessons.home.opening import Opening
from viz_core.sentences import EATING, TOM_ASKED

DECODER, LLAMA, TRANSLATOR = "decoder-stories", "llama-stories", "transformer-zh-en"
OPENINGS = (  # the first is what the Home page opens with
    Opening(
        TOM_ASKED,
        DECODER,
        1,
        3,
        -1,
        N_("what does a cat eat?"),
        N_(
            "The second “Tom” looks back at “cat”; in layer 3, head 3, the last word looks at "
            "“Tom” and says fish."
        ),
    ),
    Opening(
        "Mia is a panda. The sun was warm and the sky was blue. They went to the park and "
        "had fun. Mia's favorite food is",
        "rnn-stories",
        0,
        0,
        -1,
        N_("a fact far away"),
        N_(
            "By the end the RNN's hidden state has almost lost the panda; LSTM and decoder "
            "still say bamboo."
        ),
    ),
    Opening(
        "Tom is a cat. Lily is a dog. Lily's favorite food is",
        DECODER,
        1,
        3,
        -1,
        N_("two animals, one question"),
        N_("“Lily” looks back at “dog”, not “cat”; only the GPT-2 style decoder is sure of bones."),
    ),
    Opening(
        "Tom is a dog. Lily is a cat. Lily's favorite food is",
        DECODER,
        1,
        3,
        -1,
        N_("same words, other order"),
        N_(
            "Same words, cat and dog swapped: the decoder changes its answer, the LSTM says "
            "fish either way."
        ),
    ),
    Opening(
        "Tom is not a cat. Tom's favorite food is",
        LLAMA,
        2,
        0,
        -1,
        N_("does “not” matter?"),
        N_("The last word looks at “cat” and passes over “not”: “fish” stays the first guess."),
    ),
    Opening(
        "Lily was sad because",
        DECODER,
        3,
        0,
        -1,
        N_("she or he?"),
        N_("From “Lily” the decoder expects she, from “Tom” he; RNN and LSTM say he for both."),
    ),
    Opening(
        "Tom is a [MASK]. Tom's favorite food is cheese.",
        "encoder-stories",
        2,
        3,
        -1,
        N_("guess the hidden animal"),
        N_(
            "The encoder reads both sides: [MASK] looks ahead to “cheese” and becomes mouse. "
            "A decoder can't."
        ),
    ),
    Opening(
        "The apple is",
        DECODER,
        3,
        0,
        -1,
        N_("what is an apple?"),
        N_(
            "“Is” looks at “apple”, and the GPT-2 style decoder says red; for RNN, LSTM and the "
            "Llama style many words fit."
        ),
    ),
    Opening(
        "Once upon a time, there was a little",
        "lstm-stories",
        0,
        0,
        -1,
        N_("how stories begin"),
        N_(
            "RNN and LSTM guess girl just as well as the Transformers: a stock phrase needs "
            "no attention."
        ),
    ),
    Opening(
        "Ming is a panda. Ming's favorite food is",
        LLAMA,
        2,
        3,
        -1,
        N_("an unusual name"),
        N_(
            "A name that no model met: the Llama style looks straight at “panda”; the GPT-2 style "
            "asks by name, and finds it, too."
        ),
    ),
    Opening(
        EATING,
        TRANSLATOR,
        1,
        3,
        2,
        N_("three pieces, one of them a tense"),
        N_("To write “eating” the decoder looks at 吃饭; to write “'m” it looks at 正在."),
    ),
    Opening(
        "昨天我在公园里看见了他。",
        TRANSLATOR,
        2,
        3,
        6,
        N_("time and place move to the end"),
        N_(
            "昨天 comes first, “yesterday” last: encoder-decoder attention reaches across the "
            "sentence for it."
        ),
    ),
)
