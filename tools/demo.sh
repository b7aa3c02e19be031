#!/bin/sh
# `make demo`: what a person sees. A made-up person, a played ChatGPT on this machine, nothing real; everything lands in demo/.
set -eu
cd "$(dirname "$0")/.."

DSR_HOME=./demo/home
export DSR_HOME
rm -rf "$DSR_HOME"
mkdir -p "$DSR_HOME"
rehearsal="$DSR_HOME/rehearsal"

say() {
  printf '\n# %s\n' "$1"
}

# Show a command as one would type it, then run it; any failure ends the demo with the command's exit code.
run() {
  printf '$'
  for word in "$@"; do
    case $word in
      *[!A-Za-z0-9_./=@:-]*) printf ' "%s"' "$word" ;;
      *) printf ' %s' "$word" ;;
    esac
  done
  printf '\n'
  "$@"
}

# The newest file of that name, or an error.
newest() {
  found=$(ls -t "$rehearsal"/cases/*/"$1"-*"$2" 2>/dev/null | head -n 1)
  if [ -z "$found" ]; then
    echo "demo: no $1 was written" >&2
    exit 1
  fi
  printf '%s\n' "$found"
}

say "Who asks. Ada is made up; what she tells dsr stays in $DSR_HOME."
run dsr profile init --name "Ada Example" --email ada@example.org --residence DE-BE

say "Ask for the data with ChatGPT's own export button. The site is played on this machine, the browser is real."
run dsr request-export openai --rehearse --headless --yes

say "Turn training off, and look again on a fresh load."
run dsr opt-out openai --rehearse --headless --yes

say "The button started no legal clock. The formal letter, in the same case, will."
run dsr request-export openai --rehearse --via email --yes

letter=$(newest letter-text .txt)
draft=$(newest letter-email .eml)
say "The letter that was written:"
run cat "$letter"

say "Ada sends it from her own mail program and tells dsr. From now on the law's clock runs."
run dsr log openai-1 sent --via email --rehearse

say "The whole case: every event with its proof, every date with its article."
run dsr show openai-1 --rehearse

say "What needs Ada now, and what she only waits for."
run dsr next --rehearse

say "Where everything lies"
printf 'letter    %s\n' "$letter"
printf '          %s  (opens in a mail program)\n' "$draft"
for proof in "$rehearsal"/cases/*/screenshot-* "$rehearsal"/cases/*/snapshot-*; do
  printf 'evidence  %s\n' "$proof"
done
printf 'cases     %s  (dsr list --rehearse shows them)\n' "$rehearsal/store.db"
printf '\nTo look around yourself:  export DSR_HOME="%s/demo/home";  .venv/bin/dsr --help\n' "$PWD"
