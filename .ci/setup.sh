# Sourced by ./run, ./test and ./bench: installs the packages of the named groups, and knows how to build a preset.
# Needs bash and apt; asks nothing.

glasspost_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Clones in different folders share what was compiled.
export CCACHE_BASEDIR=$glasspost_root CCACHE_NOHASHDIR=1

say() { printf '%s\n' "$*" >&2; }

# The packages of groups "$@", with the names that this distribution uses.
wanted_packages() {
  local group line names name
  for group in "$@"; do
    while read -r line; do
      names=${line#* }
      for name in ${names//|/ }; do
        if [ "$names" = "$name" ] || apt-cache show "$name" >/dev/null 2>&1; then
          printf '%s\n' "$name"
          break
        fi
      done
    done < <(grep "^$group " "$glasspost_root/.ci/packages.txt")
  done | sort -u
}

# Those of packages "$@" that are not there, neither by themselves nor in another one (some nodejs bring npm along).
missing_packages() {
  local name provided
  provided=$(dpkg-query -W -f='${db:Status-Status},${Provides}\n' | sed -n 's/^installed,//p' | tr ',' '\n' |
    sed 's/^ *//; s/ *(.*//')
  for name in "$@"; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' && continue
    grep -qxF -- "$name" <<<"$provided" || printf '%s\n' "$name"
  done
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Installs what is missing of groups "$@". A newly installed server is not started (policy-rc.d for that time).
install_groups() {
  if ! command -v apt-get >/dev/null 2>&1; then
    say "glasspost: this is not a Debian-like system; the packages it needs are in .ci/packages.txt"
    return 0
  fi
  local missing policy=/usr/sbin/policy-rc.d made_policy=no status=0
  mapfile -t missing < <(missing_packages $(wanted_packages "$@"))
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
    say "glasspost: these packages are missing, and there is neither root nor sudo to install them:"
    say "  apt-get install --no-install-recommends ${missing[*]}"
    return 1
  fi
  say "glasspost: installing ${missing[*]}"
  as_root apt-get update -qq >&2 || true
  # The lists may have brought other names.
  mapfile -t missing < <(missing_packages $(wanted_packages "$@"))
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null && as_root chmod +x "$policy" && made_policy=yes
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    >&2 </dev/null || status=$?
  [ "$made_policy" = yes ] && as_root rm -f "$policy"
  return "$status"
}

# Configures (once) and builds a preset: build_preset PRESET [TARGET...]
build_preset() {
  local preset=$1
  shift
  if [ ! -f "$glasspost_root/build/$preset/build.ninja" ]; then
    (cd "$glasspost_root" && cmake --preset "$preset" >&2) || return 1
  fi
  cmake --build "$glasspost_root/build/$preset" ${1:+--target "$@"} >&2
}
