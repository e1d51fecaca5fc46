#!/bin/sh
# Writes a small shop with 64 commits after v1; one of them breaks the total. Same commits on every machine.
set -e
export GIT_AUTHOR_NAME="Mia Brandt" GIT_AUTHOR_EMAIL="mia@example.org" GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_COMMITTER_NAME="$GIT_AUTHOR_NAME" GIT_COMMITTER_EMAIL="$GIT_AUTHOR_EMAIL"
git init -q -b main shop
cd shop
cat > shop.py <<'PY'
import sys

def total(prices):
    return sum(prices)

if __name__ == "__main__":
    print("total:", total(int(p) for p in sys.argv[1:]))
PY
cat > test_shop.py <<'PY'
import sys
from shop import total

sys.exit(0 if total([12, 12]) == 24 else 1)
PY
commit() {
  git add -A
  GIT_AUTHOR_DATE="2026-03-01T09:$1:00Z" GIT_COMMITTER_DATE="2026-03-01T09:$1:00Z" git commit -q -m "$2"
}
commit 00 "First version of the shop"
git tag v1
topics="Reword_the_greeting Add_a_book Update_the_read-me Sort_the_shelf Rename_a_helper"
n=1
while [ $n -le 64 ]; do
  set -- $topics
  shift $((n % 5))
  message=$(echo "$1" | tr _ ' ')
  if [ $n -eq 43 ]; then
    sed -i 's/return sum(prices)/return sum(set(prices))/' shop.py
    message="Skip books scanned twice"
  else
    echo "$n. $message" >> CHANGES
  fi
  minute=$(printf '%02d' $((n % 60)))
  hour=$((9 + n / 60))
  git add -A
  GIT_AUTHOR_DATE="2026-03-$(printf '%02d' $((1 + n / 3)))T$(printf '%02d' $hour):$minute:00Z" \
  GIT_COMMITTER_DATE="2026-03-$(printf '%02d' $((1 + n / 3)))T$(printf '%02d' $hour):$minute:00Z" git commit -q -m "$message"
  n=$((n + 1))
done
