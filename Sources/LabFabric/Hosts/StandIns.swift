/// Commands of a cloud's image that a lab host gets in a small version of our own.
enum StandIns {
  /// What the deploy script takes from its shelf when asked to install the missing packages; named as the command.
  static let packages = ["docker": docker, "traceroute": traceroute, "mtr": mtr]

  /// Options of sudo are understood as far as scripts use them; the right to it is membership in the group `sudo`.
  static let sudo = #"""
    #!/bin/bash
    # Stand-in for sudo: every member of the group sudo, without a password.
    user=root; shell=
    while [ $# -gt 0 ]; do
      case $1 in
        -u|--user) user=$2; shift 2 ;;
        -g|-h|-p|-C|-r|-t) shift 2 ;;
        -i|-s|--login|--shell) shell=1; shift ;;
        -l|-v|-k|-K|--validate|--list) exit 0 ;;
        -V) echo "Sudo version (lab)"; exit 0 ;;
        --) shift; break ;;
        -*) shift ;;
        [A-Za-z_]*=*) export "$1"; shift ;;
        *) break ;;
      esac
    done
    [ $# -gt 0 ] || [ -n "$shell" ] || { echo "usage: sudo [-n] [-u user] command" >&2; exit 1; }
    [ $# -gt 0 ] && [ -z "$shell" ] || { [ $# -gt 0 ] && set -- /bin/bash -c "$*" || set -- /bin/bash -l; }
    SUDO_USER=$(id -un); SUDO_UID=$(id -u); SUDO_GID=$(id -g); USER=$user; LOGNAME=$user
    HOME=$(getent passwd "$user" | cut -d: -f6)
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    export SUDO_USER SUDO_UID SUDO_GID USER LOGNAME HOME PATH
    group=$(id -g "$user") || exit 1
    exec /usr/local/lib/causeway/as-root --reuid="$user" --regid="$group" --init-groups -- "$@"

    """#

  /// Containers are files in `/run/causeway/containers`: id, image, command, start (seconds since 1970), process, program, and what is run
  /// when it is stopped; up while the process runs.
  static let docker = #"""
    #!/bin/bash
    # Stand-in for docker: shows the processes that the deploy script started.
    folder=/run/causeway/containers
    age() {
      if [ "$1" -lt 60 ]; then echo "$1 seconds"
      elif [ "$1" -lt 120 ]; then echo "About a minute"
      elif [ "$1" -lt 3600 ]; then echo "$(($1 / 60)) minutes"
      elif [ "$1" -lt 7200 ]; then echo "About an hour"
      else echo "$(($1 / 3600)) hours"; fi
    }
    list() {
      local all=$1 quiet=$2 format=$3 name id image command start process status row
      [ -n "$quiet$format" ] ||
        printf '%-14s %-12s %-22s %-16s %-16s %-9s %s\n' 'CONTAINER ID' IMAGE COMMAND CREATED STATUS PORTS NAMES
      for file in "$folder"/*; do
        [ -e "$file" ] || continue
        name=${file##*/}
        { read -r id; read -r image; read -r command; read -r start; read -r process; } <"$file"
        local seconds=$(($(date +%s) - start))
        if [ "$process" != 0 ] && [ -d "/proc/$process" ]; then status="Up $(age $seconds)"; else status=Exited; fi
        [ "$status" != Exited ] || [ -n "$all" ] || continue
        if [ -n "$quiet" ]; then echo "$id"; continue; fi
        if [ -n "$format" ]; then
          row=${format//'{{.Names}}'/$name}; row=${row//'{{.ID}}'/$id}; row=${row//'{{.Image}}'/$image}
          row=${row//'{{.Status}}'/$status}; row=${row//'{{.Command}}'/$command}
          case $row in *'{{'*) echo "docker (lab): format $format is not supported" >&2; exit 125 ;; esac
          echo "$row"; continue
        fi
        printf '%-14s %-12s %-22s %-16s %-16s %-9s %s\n' \
          "$id" "$image" "$command" "$(age $seconds) ago" "$status" "" "$name"
      done
    }
    # up FILE: a session of its own for the container's program, in the background.
    up() {
      local process=$(sed -n 5p "$1") mark=$folder/.${1##*/}
      [ "$process" = 0 ] || [ ! -d "/proc/$process" ] || return 0
      setsid bash -c "echo \$\$ >'$mark'; exec $(sed -n 6p "$1")" </dev/null >/dev/null 2>&1 &
      until [ -s "$mark" ]; do sleep 0.01; done
      sed -i -e "4s/.*/$(date +%s)/" -e "5s/.*/$(cat "$mark")/" "$1"
      rm -f "$mark"
    }
    down() {
      local process=$(sed -n 5p "$1")
      [ "$process" != 0 ] && kill -9 -- "-$process" 2>/dev/null || return 0
      bash -c "$(sed -n 7p "$1")"
    }
    case $1 in
      ps)
        shift; all=; quiet=; format=
        while [ $# -gt 0 ]; do
          case $1 in
            -a|--all) all=1 ;;
            -q|--quiet) quiet=1 ;;
            -aq|-qa) all=1; quiet=1 ;;
            --format) format=$2; shift ;;
            --format=*) format=${1#*=} ;;
            -f|--filter*) echo "docker (lab): $1 is not supported" >&2; exit 125 ;;
          esac
          shift
        done
        list "$all" "$quiet" "$format" ;;
      --version|version) echo "Docker version 20.10.7, build lab" ;;
      start|stop|restart|kill|rm)
        verb=$1; shift
        for name; do
          case $name in -*) continue ;; esac
          file=$folder/$name
          [ -e "$file" ] || { echo "Error: No such container: $name" >&2; exit 1; }
          case $verb in
            start) up "$file" ;;
            restart) down "$file"; up "$file" ;;
            rm) down "$file"; rm -f "$file" ;;
            *) down "$file" ;;
          esac
          echo "$name"
        done ;;
      *) echo "docker (lab): only ps, start, stop, restart, kill, rm and version" >&2; exit 1 ;;
    esac

    """#

  static let traceroute = #"""
    #!/bin/bash
    # Stand-in for traceroute: one echo request per hop.
    max=30; wait=1; source=(); target=
    while [ $# -gt 0 ]; do
      case $1 in
        -m) max=$2; shift 2 ;;
        -w) wait=$2; shift 2 ;;
        -s) source=(-I "$2"); shift 2 ;;
        -q|-i) shift 2 ;;
        -*) shift ;;
        *) target=$1; shift ;;
      esac
    done
    [ -n "$target" ] || { echo "Usage: traceroute [-n] [-m max_ttl] [-w wait] [-s source] host" >&2; exit 2; }
    echo "traceroute to $target ($target), $max hops max, 60 byte packets"
    for ((ttl = 1; ttl <= max; ttl++)); do
      answer=$(ping -n -c 1 -W "$wait" -t "$ttl" "${source[@]}" "$target" 2>/dev/null)
      if hop=$(grep -o 'bytes from [0-9.]*' <<<"$answer"); then
        printf '%2d  %s\n' "$ttl" "${hop##* }"; exit 0
      fi
      hop=$(grep -o '^From [0-9.]*' <<<"$answer" | head -n 1); hop=${hop##* }
      printf '%2d  %s\n' "$ttl" "${hop:-*}"
    done

    """#

  static let mtr = #"""
    #!/bin/bash
    # Stand-in for mtr: always a report.
    count=10; source=(); target=
    while [ $# -gt 0 ]; do
      case $1 in
        -c) count=$2; shift 2 ;;
        -a) source=(-I "$2"); shift 2 ;;
        -i|-m) shift 2 ;;
        -*) shift ;;
        *) target=$1; shift ;;
      esac
    done
    [ -n "$target" ] || { echo "Usage: mtr [-n] [-r] [-c count] [-a source] host" >&2; exit 1; }
    printf 'HOST: %-24s Loss%%   Snt\n' "$(hostname)"
    for ((ttl = 1; ttl <= 30; ttl++)); do
      answers=$(ping -n -c "$count" -i 0.2 -W 1 -t "$ttl" "${source[@]}" "$target" 2>/dev/null | grep -oE '^From [0-9.]*|bytes from [0-9.]*')
      got=$(grep -c . <<<"$answers"); hop=${answers%%$'\n'*}; hop=${hop##* }
      printf '%3d.|-- %-21s %5s%% %5d\n' "$ttl" "${hop:-???}" "$(((count - got) * 100 / count))" "$count"
      [ "$hop" != "$target" ] || break
    done

    """#

  /// Only where the machine has no wget: plain HTTP, `-O FILE` or standard output.
  static let wget = #"""
    #!/bin/bash
    # Stand-in for wget: plain HTTP.
    output=; url=; quiet=
    while [ $# -gt 0 ]; do
      case $1 in
        -O|--output-document) output=$2; shift 2 ;;
        -O*) output=${1#-O}; shift ;;
        -qO|-qO-) quiet=1; [ "$1" = -qO- ] && output=- && shift || { output=$2; shift 2; } ;;
        -T|-t|--timeout|--tries) shift 2 ;;
        -q) quiet=1; shift ;;
        -*) shift ;;
        *) url=$1; shift ;;
      esac
    done
    [[ $url =~ ^http://([^/:]+)(:([0-9]+))?(/.*)?$ ]] || { echo "wget (lab): only http:// URLs" >&2; exit 1; }
    host=${BASH_REMATCH[1]}; port=${BASH_REMATCH[3]:-80}; path=${BASH_REMATCH[4]:-/}
    [ -n "$output" ] || output=${path##*/}
    exec 3<>"/dev/tcp/$host/$port" || exit 4
    printf 'GET %s HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n\r\n' "$path" "$host" >&3
    read -r _ status _ <&3
    [ "$status" = 200 ] || { echo "ERROR $status" >&2; exit 8; }
    while read -r line <&3 && [ "$line" != $'\r' ]; do :; done
    if [ "$output" = - ]; then cat <&3; else cat <&3 >"$output" || exit 3; fi
    [ -n "$quiet" ] || echo "'$output' saved" >&2

    """#
}
