/// The program that keeps a script on its host: it starts it at most once per marker, detached from the connection, and tells its end.
///
/// A marker is a folder `BASE/NAME` (`/var/lib/causeway` of root, `~/.causeway` of others):
///
/// | file | content |
/// |---|---|
/// | `digest` | what was asked for: another request under the same name is refused |
/// | `status` | `prepared`, `running`, `exit N` or `killed`, 16 bytes, overwritten in place so that a full disk cannot lose it |
/// | `process` | pid, process group, boot and birth of who is at work: the keeper, then the runner |
/// | `pty` | the process group behind the pseudo-terminal, if there is one |
/// | `output` | what the script printed, on both streams |
///
/// Input: this program, a line of settings, a line of words to run, a line of answers, then the script's text if it is uploaded.
/// Reports go to the error stream, each line led by the nonce of the settings: nothing that a script prints can be taken for one.
enum KeeperProgram {
  /// Exit statuses and the words of reports are read by `ScriptReport`.
  static let text =
    common + "runner=" + ShellWords.quote(common + runner).replacing("'\"$n\"'", with: "\n") + "\n" + keeper

  /// Both the keeper and the runner: finding out who is alive, writing the status.
  private static let common = """
    say() { printf '%s %s\\n' "$s" "$*" >&2; }
    boot() { cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo none; }
    born() { # group and birth of a living process
      [ -r "/proc/$1/stat" ] || return 1
      { IFS= read -r l <"/proc/$1/stat"; } 2>/dev/null || return 1
      set -- ${l##*) }
      [ "$1" != Z ] && [ "$1" != X ] && group=$3 birth=${20}
    }
    enter() { born $$ || { group=$$; birth=none; }; printf '%-95s\\n' "$$ $group $(boot) $birth" 1<>"$d/process"; }
    mark() { printf '%-15s\\n' "$*" 1<>"$d/status"; }

    """

  /// Runs the words with the marker in `$1`; leads a session of its own.
  ///
  /// With answers, the script gets a pseudo-terminal by `script(1)` where that exists (`read -p` prompts a terminal only, some
  /// programs ask /dev/tty), else a pipe. An answer is sent once, when its text has appeared more often than equal texts before it
  /// were answered; it works without the connection.
  private static let runner = """
    d=$1 u=$2 tty=$3
    n=$(printf '\\nx'); n=${n%x}
    IFS= read -r words; IFS= read -r answers
    eval "set -- $words"
    lead=
    if [ ! -x "$1" ] && [ -f "$1" ]; then
      lead=sh; l=; IFS= read -r l <"$1"
      case $l in '#!'*) l=${l#??}; case $l in *[!A-Za-z0-9_./\\ -]*) ;; *) lead=$l;; esac;; esac
    fi
    eval "set -- $lead $words"
    enter; mark running
    umask "$u"
    if [ -z "$answers" ]; then
      "$@" </dev/null >>"$d/output" 2>&1
      mark exit $?; exit 0
    fi
    exec 9<>"$d/input"
    if [ -n "$tty" ]; then
      CW_DIR=$d CW_WORDS="$lead $words" CW_SHELL=$SHELL SHELL=/bin/sh TERM=${TERM:-dumb} script -qfc 'd=$CW_DIR w=$CW_WORDS
        trap "" HUP # else the end of the terminal ends what the script leaves running
        SHELL=$CW_SHELL; unset CW_DIR CW_WORDS CW_SHELL
        n=$(printf "\\nx"); n=${n%x}
        printf "%-31s\\n" $$ 1<>"$d/pty"; eval "set -- $w"
        "$@"; printf "%-15s\\n" "exit $?" 1<>"$d/code"' /dev/null <"$d/input" >>"$d/output" 2>&1 9>&- &
    else
      "$@" <"$d/input" >>"$d/output" 2>&1 9>&- &
    fi
    child=$!
    LC_ALL=C; export LC_ALL
    eval "set -- $answers"
    total=0
    while [ $# -ge 3 ]; do
      total=$((total+1)); eval "r$total=\\$1 e$total=\\$2 a$total=\\$3 c$total=0 f$total="; shift 3
    done
    left=$total off=0
    while kill -s 0 $child 2>/dev/null && [ $left -gt 0 ]; do
      size=$(wc -c <"$d/output")
      i=0
      while [ $size -gt $off ] && [ $i -lt $total ]; do
        i=$((i+1)); eval "f=\\$f$i r=\\$r$i e=\\$e$i a=\\$a$i c=\\$c$i"
        [ -z "$f" ] || continue
        from=$((off-${#e}+1)); [ $from -ge 0 ] || from=0
        c=$((c+$(tail -c +$((from+1)) "$d/output" | head -c $((size-from)) | grep -aoF -e "$e" | wc -l)))
        eval "c$i=$c"
        if [ $c -gt $r ]; then printf '%s\\n' "$a" >&9; eval "f$i=1"; left=$((left-1)); fi
      done
      [ $size -gt $off ] && off=$size || sleep 0.1 2>/dev/null || sleep 1
    done
    [ -n "$tty" ] || exec 9>&-
    wait $child; code=$?
    if [ -n "$tty" ]; then v=; read -r v w <"$d/code"; [ "$v" = exit ] && code=$w; fi
    mark exit $code
    rm -f "$d/input"

    """

  /// The part that the connection talks to.
  private static let keeper = """
    IFS= read -r l || exit 125; eval "$l"
    IFS= read -r words || exit 125
    IFS= read -r answers || exit 125
    u=$(umask); umask 077
    if [ -z "$base" ]; then
      if [ "$(id -u)" = 0 ]; then base=/var/lib/causeway; else base=$HOME/.causeway; fi
    fi
    d=$base/$name
    flat() { tr '\\n' ' '; }
    unwritable() { # shells say "I/O error" of a full disk
      say unwritable "$(printf %s "$e" | flat) $(df -Pk "$base" 2>/dev/null | { read -r l; read -r l l l a l; printf '(%s kB free)' "$a"; })"
    }
    alive() {
      [ -r "$d/process" ] && { read -r p g b t <"$d/process"; } 2>/dev/null && [ "$b" = "$(boot)" ] && born "$p" && [ "$birth" = "$t" ]
    }
    look() { # sets state: absent, prepared, running, exit N, killed, died
      state=absent k=0
      [ -d "$d" ] || return 0
      # A shell reads byte by byte: beside somebody who overwrites, it may see half of each. Nobody is taken for dead at the first look.
      while :; do
        v=; { read -r v w <"$d/status"; } 2>/dev/null
        case $v in
          exit) state="exit $w"; return 0;;
          killed) state=killed; return 0;;
          running) if alive; then state=running; return 0; fi; [ $k -lt 4 ] || { state=died; return 0; };;
          *) if alive; then state=prepared; return 0; fi; [ $k -lt 4 ] || return 0;;
        esac
        k=$((k+1)); sleep 0.02 2>/dev/null || sleep 1
      done
    }
    settle() { # waits while another keeper prepares
      i=0; look
      while [ "$state" = prepared ] || { [ "$state" = absent ] && [ -d "$d" ] && [ $i -lt 20 ]; }; do
        sleep 0.1 2>/dev/null || sleep 1
        i=$((i+1)); look
      done
    }
    stream() { # copies the output from byte $off on, until the script ends
      i=0
      while :; do
        look
        size=$(wc -c <"$d/output")
        if [ $size -gt $off ]; then
          tail -c +$((off+1)) "$d/output" | head -c $((size-off)); off=$size; i=0
        elif [ "$state" != running ] && [ "$state" != prepared ]; then break
        elif [ $i -lt 20 ]; then sleep 0.03 2>/dev/null || sleep 1; i=$((i+1))
        elif [ $i -lt 60 ]; then sleep 0.1 2>/dev/null || sleep 1; i=$((i+1))
        else sleep 0.3 2>/dev/null || sleep 1; fi
      done
    }
    finish() { say "$state"; exit 0; }
    refuse() { say "$@"; rm -rf "$d"; exit 0; }
    fetch() {
      mkdir -p "$(dirname "$run")" || return 1
      if command -v curl >/dev/null 2>&1; then printf 'url = "%s"\\n' "$url" | curl -fsSL --connect-timeout 30 -o "$run.part" -K -
      elif command -v wget >/dev/null 2>&1; then
        case $(wget --version 2>&1) in *GNU*) printf '%s\\n' "$url" | wget -nv -T 30 -O "$run.part" -i -;; *) wget -q -O "$run.part" "$url";; esac
      else return 3; fi
    }
    place() { chmod 755 "$run.part" && mv -f "$run.part" "$run"; }
    prepare() {
      e=$( { echo "$digest" >"$d/digest" && printf '%-15s\\n' prepared >"$d/status" && printf '%-95s\\n' - >"$d/process" &&
        printf '%-31s\\n' - >"$d/pty" && printf '%-15s\\n' - >"$d/code" && printf '%-8191s\\n' - >"$d/output" && : >"$d/output" && { [ -z "$answers" ] || mkfifo "$d/input"; }; } 2>&1 ) || { unwritable; rm -rf "$d"; exit 0; }
      enter
      command -v setsid >/dev/null 2>&1 || refuse lacks setsid
      [ -n "$answers" ] && command -v script >/dev/null 2>&1 && tty=1 || tty=
      case $source in
        url)
          e=$( umask "$u"; { fetch && place; } 2>&1 ); c=$?
          [ $c != 3 ] || refuse lacks curl
          [ $c = 0 ] || { rm -f "$run.part"; refuse fetch "$(printf %s "$e" | flat | tail -c 500)"; };;
        text)
          e=$( umask "$u"; { mkdir -p "$(dirname "$run")" && cat >"$run.part" && [ "$(wc -c <"$run.part")" -eq "$size" ] && place; } 2>&1 ) ||
            { rm -f "$run.part"; refuse upload "$(printf %s "$e" | flat)"; };;
        *) [ -f "$run" ] || refuse missing;;
      esac
    }
    hold() { trap : HUP PIPE TERM INT; } # between marker and runner, a lost connection must not end the keeper
    let_go() { trap - HUP PIPE TERM INT; }
    claim() { # makes the marker ours, or goes on with what is there
      if [ -n "$creates" ] && [ -e "$creates" ] && [ ! -d "$d" ]; then say exists; exit 0; fi
      e=$(mkdir -p "$base" 2>&1) || { unwritable; exit 0; }
      while ! e=$(mkdir "$d" 2>&1); do
        [ -d "$d" ] || { unwritable; exit 0; }
        settle
        if [ "$state" != absent ]; then follow; fi
        rm -rf "$d"
      done
    }
    follow() {
      { IFS= read -r l <"$d/digest"; } 2>/dev/null
      if [ "$l" != "$digest" ]; then say differs; exit 0; fi
      let_go; say found "$state"; stream; finish
    }
    finish_group() { kill -s "$1" -- "-$2" 2>/dev/null || kill -s "$1" "$3" 2>/dev/null; }
    say marker "$d"
    case $mode in
      look) settle; say "$state"
        case $state in exit*) tail -c 65536 "$d/output";; esac;;
      attach) settle; if [ "$state" = absent ]; then say absent; else follow; fi;;
      kill)
        look; was=$state
        if [ "$state" = running ] || [ "$state" = prepared ]; then
          read -r p g b t <"$d/process"; read -r q <"$d/pty"
          finish_group TERM "$g" "$p"; [ "$q" = - ] || finish_group TERM "$q" "$q"
          i=0; while kill -s 0 -- "-$g" 2>/dev/null && [ $i -lt 50 ]; do sleep 0.1 2>/dev/null || sleep 1; i=$((i+1)); done
          finish_group KILL "$g" "$p"; [ "$q" = - ] || finish_group KILL "$q" "$q"
          look
          case $was/$state in */exit*) ;; running/*) mark killed; state=killed;; *) rm -rf "$d"; state=absent;; esac
        fi
        say "$state";;
      forget) settle; [ "$state" = running ] || rm -rf "$d"; say "$state";;
      start)
        hold; claim; prepare
        printf '%s\\n' "$words" "$answers" | setsid sh -c "$runner" causeway "$d" "$u" "$tty" >/dev/null 2>&1 &
        child=$!; look
        unborn() { [ "$state" = prepared ] || [ "$state" = absent ]; }
        while unborn && kill -s 0 $child 2>/dev/null; do sleep 0.02 2>/dev/null || sleep 1; look; done
        look; ! unborn || refuse lacks runner
        let_go; say started; stream; finish;;
    esac

    """
}
