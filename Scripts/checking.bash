# What the checking scripts share. To be sourced; not a program.
# shellcheck shell=bash

# Bytes are bytes: lengths, sorting and the tools that are compared with all count them alike.
export LC_ALL=C

package_scripts=$(CDPATH='' cd -- "${BASH_SOURCE[0]%/*}" && pwd -P)

say() { printf '%s\n' "$*" >&2; }

die() {
  say "${0##*/}: $*"
  exit 2
}

# byte_count_of SIZE: the number of bytes in a size such as 64MiB.
byte_count_of() {
  [[ $1 =~ ^([0-9]+)(B|KiB|MiB|GiB)?$ ]] || die "not a size: '$1' (bytes, or with KiB, MiB or GiB)"
  case ${BASH_REMATCH[2]} in
  KiB) echo $((BASH_REMATCH[1] << 10)) ;;
  MiB) echo $((BASH_REMATCH[1] << 20)) ;;
  GiB) echo $((BASH_REMATCH[1] << 30)) ;;
  *) echo $((BASH_REMATCH[1])) ;;
  esac
}

# Makes `temporary_directory`, which goes when the script ends, also by a signal.
make_temporary_directory() {
  temporary_directory=$(mktemp -d)
  trap 'rm -rf -- "$temporary_directory"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

# need_room BYTES: ends when the temporary directory cannot take them.
need_room() {
  local room
  room=$(df --output=avail -B1 -- "$temporary_directory" | tail -n 1)
  ((room > $1)) || die "needs $1 bytes in $temporary_directory, which has $room: set TMPDIR"
}

# Leaves the command in `mmscan`: what MMSCAN names, else the program built from these sources.
find_mmscan() {
  if [[ -n ${MMSCAN:-} ]]; then
    mmscan=$(type -P -- "$MMSCAN") || die "MMSCAN names no program: '$MMSCAN'"
    mmscan=$(readlink -f -- "$mmscan")
    return
  fi
  # shellcheck source=Scripts/build
  source "$package_scripts/build"
  build_program || exit 2
  # shellcheck disable=SC2154 # set by build_program
  mmscan=$products_directory/mmscan
}

install_tools() { "$package_scripts/setup" --if-possible tools || exit 2; }

has() { type -P "$1" >/dev/null; }

# The JSON of mmscan has its keys in a fixed order, so that patterns can read it without a parser. The
# functions below leave what they found in `answer`, empty when there is nothing.

# first_number JSON KEY: the first number under KEY.
first_number() {
  answer=
  [[ $1 =~ \"$2\":(-?[0-9.]+) ]] && answer=${BASH_REMATCH[1]}
  return 0
}

# first_word JSON KEY: the first string (of plain characters), true, false or null under KEY.
first_word() {
  answer=
  [[ $1 =~ \"$2\":\"?([A-Za-z0-9/._-]+) ]] && answer=${BASH_REMATCH[1]}
  return 0
}

# checksum_in JSON ALGORITHM
checksum_in() {
  answer=
  [[ $1 =~ \"algorithm\":\"$2\",\"hex\":\"([0-9a-f]+)\" ]] && answer=${BASH_REMATCH[1]}
  return 0
}

# pattern_number JSON ID KEY: the number under KEY of a pattern.
pattern_number() { first_number "${1#*\"id\":"$2",\"pattern\":}" "$3"; }

# shown_matches JSON ID: line number and offset of the shown matches of a pattern, as `grep -nb` has them.
shown_matches() {
  local rest=${1#*\"id\":"$2",\"pattern\":}
  rest=${rest%%\"id\":*}
  answer=
  while [[ $rest =~ \"line_number\":([0-9]+),\"column\":[0-9]+,\"absolute_offset\":([0-9]+) ]]; do
    answer+="${BASH_REMATCH[1]}:${BASH_REMATCH[2]} "
    rest=${rest#*"${BASH_REMATCH[0]}"}
  done
  answer=${answer% }
}

# clipped TEXT WIDTH: leaves the text, cut to WIDTH characters, in `answer`.
clipped() {
  answer=$1
  ((${#answer} > $2)) && answer=${answer:0:$2-2}..
  return 0
}

# seconds_since START: leaves seconds with two digits in `answer`; START is an EPOCHREALTIME.
seconds_since() {
  local microseconds=$((${EPOCHREALTIME/./} - ${1/./}))
  printf -v answer '%d.%02d' $((microseconds / 1000000)) $((microseconds / 10000 % 100))
}
