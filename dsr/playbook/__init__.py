"""Playbooks: the steps that a person would click through, as data; read and checked here, driven by `browser`.

A playbook is `playbooks/<controller>/<action>.toml`; `service.toml` beside it holds what its playbooks share. There is no
JavaScript, no shell, no sleep and no password in one. `schema` has the words, `read` the files, `checks` what must hold,
`lint` what should, `checklist` the same steps for a person.
"""
