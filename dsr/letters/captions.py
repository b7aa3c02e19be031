"""What the sheet itself says, by language: the head of the list of enclosures, and what a signature is called to those who do
not see it. Machine-written; reviewed by nobody yet."""

from __future__ import annotations

CAPTIONS = {
    "en": ("Enclosures", "Signature of {}"),
    "de": ("Anlagen", "Unterschrift von {}"),
    "fr": ("Pièces jointes", "Signature de {}"),
    "es": ("Documentos adjuntos", "Firma de {}"),
    "it": ("Allegati", "Firma di {}"),
    "nl": ("Bijlagen", "Handtekening van {}"),
    "pt": ("Anexos", "Assinatura de {}"),
    "pl": ("Załączniki", "Podpis: {}"),
}
# What stands after a heading of its own line; ":" where a language is not named.
COLON = {"fr": "\u00a0:"}
