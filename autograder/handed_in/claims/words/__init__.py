"""What words mean: `lexicon` gathers the phrases of `vocabulary`, `verbs`, `number_words`, `quantity_words` and `background`,
each with one of the `meanings`. `mentions` and `layers` find who is named, `languages` which language a text is in.
"""
