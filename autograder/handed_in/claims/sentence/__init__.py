"""A whole sentence as tokens with their meanings.

`tokens` finds names, numbers and phrases; `settling` (with `context` and `following`) lets neighbours decide what a token means;
`phrases` joins what other words separate (with `phrasal_verbs` and `reaching`), `pairing` what belongs in pairs. Then `trends`
takes out claims about all configurations along their size, `courses` reads claims about the last epoch, and `roles` turns
'the winner' and 'the largest model' into names.
"""
