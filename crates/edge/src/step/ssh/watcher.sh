# What Matoi sends to a host, for its sh: begins one attempt at most once, keeps what it prints, and tells how it ended.
#
# Needs /proc and: cat dd fallocate find grep head ln mkdir mv rm setsid sleep sync tail wc. Given before this text: key, a name
# that no other attempt has. Nothing here is filled in from outside; values come later, written as octal numbers.
#
#   stdin: one verb a line      run N | cancel | follow OUT ERR | forget | examine N      (N bytes of values follow the line)
#   stdout: one frame a line    o N | e N | u N, then N bytes; gap STREAM N; cut STREAM; .; end HOW; lost WHY; lacks WHAT
#
# THE GATE is the name `gate`, made by a hard link: who makes it performs, nobody else, and never a second time.

umask 077
home=$HOME/.matoi/attempts
dir=$home/$key
sleep 0.01 2>/dev/null && tick=0.2 || tick=1

say() { printf '%s\n' "$*"; }
boot() { cat /proc/sys/kernel/random/boot_id; }
flush() { sync "$@" 2>/dev/null || sync; }
# Seconds since the machine started: no clock is asked, since clocks are set.
up() {
  read -r up _ </proc/uptime
  up=${up%.*}
}
# When process $1 began; with its number that is one process and no other.
born() {
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  set -- ${stat##*) }
  born=${20}
}

# --- the watcher: lives as long as the step, and longer than any connection -------------------------------------------

watcher() {
  trap '' HUP INT QUIT TERM PIPE
  read -r self _ </proc/self/stat
  born "$self" || exit 1
  # Room for the outcome, taken while there is room.
  say "$self" "$born" "$(boot)" >"$dir/holder.$self" && printf '%4000s\n' '' >"$dir/exit.$self" || exit 1
  : >>"$dir/stdout" && : >>"$dir/stderr" && : >>"$dir/outputs" || exit 1
  ln "$dir/holder.$self" "$dir/gate" 2>/dev/null || exit 0
  # After a loss of power it must not look as if nothing had begun.
  flush "$dir/gate" "$dir/exit.$self" "$dir" "$home" || finish unrecorded
  [ -e "$dir/cancelled" ] && finish withdrawn
  cd "${cwd:-$HOME}" 2>/dev/null || finish nodir
  command -v "$1" >/dev/null 2>&1 || finish noprogram
  (
    trap - HUP INT QUIT TERM PIPE
    MATOI_ATTEMPT=$key STEP_OUTPUT=$dir/outputs
    export MATOI_ATTEMPT STEP_OUTPUT
    # From here on a variable may be anybody's; the words of the command are not.
    set -- "$dir/begun" "$@"
    environment && : >"$1" && shift && exec setsid "$@"
  ) </dev/null >>"$dir/stdout" 2>>"$dir/stderr" &
  command=$!
  ticker &
  ticker=$!
  wait "$command"
  code=$?
  # Whoever makes `over` says why it is over.
  if mkdir "$dir/over" 2>/dev/null; then
    kill -KILL "$ticker" 2>/dev/null
    [ -e "$dir/begun" ] || finish noenvironment
    # A shell tells a signal and such a code alike; what was killed is the careful reading.
    if [ "$code" -gt 128 ] && [ "$code" -le 192 ]; then finish killed $((code - 128)); fi
    finish exited "$code"
  fi
  wait "$ticker"
  read -r ending <"$dir/ending" || ending='unseen'
  finish $ending
}

finish() {
  say "$*" 1<>"$dir/exit.$self"
  flush "$dir/exit.$self"
  mv "$dir/exit.$self" "$dir/exit"
  flush "$dir"
  exit 0
}

ticker() {
  up
  deadline=$((up + limit)) beat=0
  while :; do
    sleep "$tick"
    up
    if [ -e "$dir/cancelled" ]; then
      cause=cancelled
    elif [ "$up" -ge "$deadline" ]; then
      cause=timedout
    else
      beat=$(((beat + 1) % 5))
      [ "$beat" -ne 0 ] || bound
      continue
    fi
    mkdir "$dir/over" 2>/dev/null || exit 0
    end_tree
    say "$cause" "$left" >"$dir/ending"
    exit 0
  done
}

# Gives the beginning of what is printed back to the disk, where that has grown long; who follows is told by `gone`.
bound() {
  for it in stdout stderr; do
    size=$(wc -c <"$dir/$it") gone=0
    [ ! -e "$dir/gone.$it" ] || read -r gone <"$dir/gone.$it"
    [ "$size" -gt $((gone + 134217728)) ] || continue
    gone=$(((size - 67108864) / 4096 * 4096))
    say "$gone" >"$dir/gone.new" && mv "$dir/gone.new" "$dir/gone.$it" || continue
    fallocate -p -o 0 -l "$gone" "$dir/$it" 2>/dev/null
  done
}

# Everything that bears the attempt's mark in its environment, or is of the session of its command.
tree() {
  found=
  for it in $(grep -l "MATOI_ATTEMPT=$key" /proc/[0-9]*/environ 2>/dev/null); do
    it=${it#/proc/}
    found="$found ${it%/environ}"
  done
  for it in /proc/[0-9]*; do
    { read -r stat <"$it/stat"; } 2>/dev/null || continue
    set -- ${stat##*) }
    [ "$4" != "$command" ] || [ "$1" = Z ] || found="$found ${it#/proc/}"
  done
}

end_tree() {
  tree
  kill -TERM $found 2>/dev/null
  kill -CONT $found 2>/dev/null
  up
  stop=$((up + grace))
  while tree && [ -n "$found" ] && up && [ "$up" -lt "$stop" ]; do sleep "$tick"; done
  rounds=50
  while tree && [ -n "$found" ] && [ "$rounds" -gt 0 ]; do
    kill -KILL $found 2>/dev/null
    rounds=$((rounds - 1))
    sleep "$tick"
  done
  set -- $found
  left=$#
}

# --- the follower: dies with its connection, and another begins where it stopped ---------------------------------------

# Sends what file $2 has behind byte $3 as stream $1; `at` is where it ends.
ship() {
  at=$3
  [ -e "$dir/$2" ] || return 0
  size=$(wc -c <"$dir/$2")
  if [ "$size" -lt "$at" ]; then
    say cut "$2"
    at=0
  fi
  while [ "$at" -lt "$size" ]; do
    gone=0
    [ ! -e "$dir/gone.$2" ] || read -r gone <"$dir/gone.$2"
    if [ "$at" -lt "$gone" ]; then
      say gap "$2" $((gone - at))
      at=$gone
    fi
    part=$dir/part.$$
    tail -c +$((at + 1)) "$dir/$2" | head -c 1048576 >"$part"
    # Its beginning may have been given back while it was read.
    [ ! -e "$dir/gone.$2" ] || read -r gone <"$dir/gone.$2"
    [ "$at" -ge "$gone" ] || continue
    count=$(($(wc -c <"$part")))
    [ "$count" -gt 0 ] || return 0
    say "$1" "$count"
    cat "$part"
    at=$((at + count))
  done
}

# Whether the watcher lives; else `why` not.
watched() {
  why=open
  { read -r pid start booted <"$dir/gate"; } 2>/dev/null || return 1
  why=restarted
  [ "$booted" = "$(boot)" ] || return 1
  why=gone
  born "$pid" && [ "$born" = "$start" ]
}

follow() {
  out=$1 err=$2 misses=0
  while :; do
    how=
    [ ! -e "$dir/exit" ] || read -r how <"$dir/exit"
    ship o stdout "$out"
    out=$at
    ship e stderr "$err"
    err=$at
    if [ -n "$how" ]; then
      count=$(($(wc -c <"$dir/outputs")))
      [ "$count" -le 1048576 ] || count=1048576
      say u "$count"
      head -c "$count" "$dir/outputs"
      say end "$how"
      return
    fi
    if watched || [ -e "$dir/exit" ]; then
      misses=0
    else
      # It has a moment to begin, and then it must not begin any more.
      misses=$((misses + 1))
      [ "$why" != open ] || [ "$misses" -ne 50 ] || withdraw unready
      if [ "$why" != open ] || [ "$misses" -gt 100 ]; then
        say lost "$why"
        return
      fi
    fi
    say .
    sleep "$tick"
  done
}

# Whoever makes the gate for the withdrawal keeps everybody else from beginning. $1 says why.
withdraw() {
  say withdrawn >"$dir/holder.w" && ln "$dir/holder.w" "$dir/gate" 2>/dev/null || return 0
  : >>"$dir/outputs"
  say "$1" >"$dir/exit"
}

cancel() {
  : >"$dir/cancelled"
  withdraw withdrawn
}

examine() {
  for it in setsid "$@"; do command -v "$it" >/dev/null 2>&1 || say lacks "$it"; done
  [ -r /proc/self/stat ] || say lacks /proc
  (cd "${cwd:-$HOME}" 2>/dev/null) || say nodir
  say examined
}

hello() {
  state=known
  if [ "$key" = none ]; then
    state=none
  elif [ ! -d "$dir" ]; then
    mkdir -p "$dir" || exit 1
    state=new
    # What nobody came for any more.
    find "$home" -mindepth 2 -maxdepth 2 -name exit -mtime +14 2>/dev/null |
      while read -r it; do rm -rf "${it%/exit}"; done
  fi
  machine=$(cat /etc/machine-id 2>/dev/null) || machine=unknown
  say "matoi-$key" "$state" "${machine:-unknown}"
}

hello
while read -r verb one two; do
  case $verb in
  run)
    # The last line sets `whole`: values that came only in part begin nothing.
    whole=
    eval "$(dd bs=1 count="$one" 2>/dev/null)"
    [ "$whole" = yes ] || exit 1
    watcher "$@" </dev/null >/dev/null 2>&1 &
    ;;
  examine)
    eval "$(dd bs=1 count="$one" 2>/dev/null)"
    examine "$@"
    ;;
  cancel) cancel ;;
  follow) follow "$one" "$two" ;;
  forget)
    rm -rf "$dir"
    exit 0
    ;;
  esac
done
