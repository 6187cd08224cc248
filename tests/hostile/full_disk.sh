#!/usr/bin/env bash
# A disk that is full, tried by hand, since few machines of continuous integration let a test mount one (what
# they do let it, a limit on the size of files, is in test_killed.py). As root, from the project's folder:
#
#     unshare --mount tests/hostile/full_disk.sh .venv/bin/python
#
# On a tmpfs of 4 MB, ever less of it free, a site is built over another. Each build must either publish the
# whole or leave the site as it was, and leave nothing beside it; at the end, with room again, it must succeed.
set -euo pipefail
python=$1
base=$(mktemp --directory)
mount -t tmpfs -o size=4m none "$base"
mkdir -p "$base/content/papers"
printf 'title: Full\nurl: https://example.org/\n' > "$base/content/site.yaml"
for n in 1 2 3 4 5 6 7 8 9; do printf -- '---\ntitle: P\n---\nOld.\n' > "$base/content/papers/p$n.md"; done

build() { "$python" build.py --content "$base/content" --output "$base/_site" --jobs 1 --quiet; }
sums() { (cd "$base/_site"; find . -type f -print0 | sort -z | xargs -0 sha256sum); }

build
sums > /dev/shm/full-disk.old
for n in 1 2 3 4 5 6 7 8 9; do printf -- '---\ntitle: P\n---\nNew.\n' > "$base/content/papers/p$n.md"; done
free=$(df --output=avail --block-size=1K "$base" | tail -1)
for left in $(seq 8 12 "$free"); do
  head -c $(((free - left) * 1024)) /dev/zero > "$base/filler"
  if said=$(build 2>&1); then
    echo "$left KiB free: built"
    # Nothing is empty or cut.
    find "$base/_site" -type f -empty | grep . && exit 1
    gzip -t < <(cat "$base"/_site/pagefind/*/*.pf_*)
    break
  fi
  echo "$left KiB free: $said"
  [[ $said == *Traceback* ]] && exit 1
  sums | cmp - /dev/shm/full-disk.old
  [[ $(ls -A "$base") == $'_site\ncontent\nfiller' ]]
  rm "$base/filler"
done
rm -f "$base/filler"
build
grep -q New. "$base/_site/papers/p1.html"
[[ $(ls -A "$base") == $'_site\ncontent' ]]
echo "in order"
