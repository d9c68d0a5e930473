/// The stand-in for the vendor's deploy script: our own text with the handbook's interface, put into the lab's object store.
///
/// `-n -k -t -w -v` deploy, without any option it asks for them; `-u` uninstalls, `-p` updates, `-c` and `check` show the state, `-h` the
/// usage, `ping`, `traceroute` and `mtr` pass on to those commands. Before the first deployment it asks whether to install the missing
/// packages and goes on only after `yes`. It needs root and bash, and the lab's device API (`DeviceAPI`).
///
/// Deployed, it has switched on forwarding, joined the device's tunnel, and keeps it alive from inside "containers" that `docker ps`
/// shows. A reboot of the host starts them again from `/etc/rc.local`. With `-v` the core announces the virtual address for as long as
/// the gateway service calls this device the active one, and has it on its interface.
///
/// Exit status: 0 done, 1 refused by the host (not root, no such interface, packages declined), 2 wrong usage, 3 refused by the lab
/// (serial or key), 4 the lab cannot be reached.
package enum DeployScript {
  /// The object's name, which the handbook forbids to change.
  package static let fileName = "sag_vcpe_v2.3.0_deployment.sh"
  /// The object's key below the bucket.
  package static let objectKey = "vcpe_vm/\(fileName)"
  package static let version = "2.3.0"

  package static let text = #"""
    #!/bin/bash
    # The causeway lab's stand-in for the SAG vCPE deploy script: the same interface, and a real tunnel into the lab's network.
    export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    version=2.3.0
    home=/opt/sag-vcpe
    state=/var/lib/sag-vcpe
    containers=/run/causeway/containers
    shelf=/usr/local/lib/causeway/packages
    peer=169.254.254.1

    log() { printf '%s %s: %s\n' "$(date '+%F %T')" "$1" "$2"; }
    die() { log ERROR "$2" >&2; exit "$1"; }

    usage() {
      cat <<'EOF'
    Usage: deploy.sh [command] [options]
    SAG-VCPE install tool 2021.06
    Options:
      -u        run uninstall process
      -h        print this help message and exit
      -p        update an existing installation
      -c        run service state check
      -w        traffic ingress interface(default eth0)
      -t        platform, available platform:ens/aliyun/aws/azure
      -n        sag-sn, get sn from user console platform
      -k        sag-key, get key from user console platform
      -v        ha-vip, get ha_vip from user console platform
    Commands:
      ping        the standard ping command
      traceroute  the standard traceroute command
      mtr         the standard mtr command
      check       display main information
    EOF
    }

    encode() {
      local text=$1 i character LC_ALL=C
      for ((i = 0; i < ${#text}; i++)); do
        character=${text:i:1}
        case $character in
          [A-Za-z0-9._~-]) printf %s "$character" ;;
          *) printf '%%%02X' "'$character" ;;
        esac
      done
    }

    # exchange HOST PORT PATH: posts its input, one line; prints the status, then the body of the answer. Builtins only: it runs often.
    exchange() {
      local LC_ALL=C body= status length= line text=
      read -r body
      exec 3<>"/dev/tcp/$1/$2" || return
      printf 'POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\n' "$3" "$1" >&3
      printf 'Content-Length: %d\r\nConnection: close\r\n\r\n%s' "${#body}" "$body" >&3
      read -r _ status _ <&3
      while read -r line <&3; do
        line=${line%$'\r'}
        [ -n "$line" ] || break
        case ${line,,} in content-length:*) length=$((${line#*:})) ;; esac
      done
      if [ -n "$length" ]; then IFS= read -r -N "$length" text <&3; else IFS= read -r -d '' text <&3; fi
      printf '%s\n%s' "$status" "$text"
    }
    export -f exchange

    # form NAME VALUE...: the fields as one line.
    form() {
      local body=
      while [ $# -gt 0 ]; do body+="${body:+&}$1=$(encode "$2")"; shift 2; done
      printf %s "$body"
    }

    find_controller() {
      [ -r /etc/causeway/device-api ] || die 4 "no controller address on this host"
      IFS=/: read -r _ _ _ host port _ </etc/causeway/device-api
      port=${port:-80}
    }

    # post SECONDS PATH BODY: status in $status, body in $answer. The key travels in the body, never in an argument list.
    post() {
      local reply
      reply=$(timeout --foreground "$1" bash -c 'exchange "$@"' _ "$host" "$port" "$2" <<<"$3" 2>/dev/null)
      status=${reply%%$'\n'*}; answer=${reply#*$'\n'}
    }

    # request PATH NAME VALUE...
    request() {
      local path=$1; shift
      find_controller
      post 10 "$path" "$(form "$@")"
    }

    join() {
      local try address
      address=$(ip -4 -o addr show dev "$wan" scope global | awk '{ sub("/.*", "", $4); print $4; exit }')
      for try in 1 2 3; do
        request /device/v1/join serial "$sn" key "$key" platform "$platform" interface "$wan" address "$address" \
          ha_vip "$vip" machine "$(cat /etc/causeway/machine)" version "$version"
        case $status in
          200) peer=$(awk '$1 == "peer" { print $2; exit }' <<<"$answer"); peer=${peer:-169.254.254.1}; return ;;
          403) die 3 "register failed: ${answer#denied }" ;;
          4??) die 3 "register failed: HTTP $status" ;;
        esac
        [ "$try" = 3 ] || sleep 2
      done
      die 4 "cannot reach the controller${status:+ (HTTP $status)}"
    }

    # container NAME IMAGE COMMAND PROGRAM [END]: a process in a session of its own, recorded for docker, which can start it again and
    # runs END when it stops it.
    container() {
      mkdir -p "$containers"
      docker kill "$1" >/dev/null 2>&1
      printf '%s\n' "$(head -c 6 /dev/urandom | od -An -tx1 | tr -d ' \n')" "$2" "$3" 0 0 "$4" "${5:-:}" >"$containers/$1"
      docker start "$1" >/dev/null || die 1 "cannot start container $1"
    }

    forwarding() { echo "$1" >/proc/sys/net/ipv4/ip_forward || die 1 "cannot switch ip_forward"; }

    connect() { forwarding 1; join; }

    # What is needed after a reboot, and the containers.
    set_up() {
      mkdir -p "$home" "$state"
      (umask 077; printf '%s\n' "$sn" "$key" "$platform" "$wan" "$vip" "$peer" >"$state/config")
      [ "$0" -ef "$home/deploy.sh" ] || cp -f "$0" "$home/deploy.sh"
      chmod 755 "$home/deploy.sh"
      printf '#!/bin/sh\nexec %s/deploy.sh boot-services\n' "$home" >/etc/rc.local; chmod 755 /etc/rc.local
      # Packets cross the core, so none do without it.
      container vsag-core vsag-core '"sh -c '\''ln -s /lib…"' "$home/deploy.sh keep-alive core" "$home/deploy.sh core-ended"
      container vsag-manager-base centos:7 '"/sbin/init"' "$home/deploy.sh keep-alive manager"
      forwarding 1
    }

    load() {
      [ -r "$state/config" ] || die 1 "SAG vCPE is not installed on this host"
      { read -r sn; read -r key; read -r platform; read -r wan; read -r vip; read -r peer; } <"$state/config"
    }

    # keep_alive PART: what runs in a container. The center answers only to what was sent, so the core keeps sending into the tunnel.
    keep_alive() {
      local body alive announce beats=0 holds=
      find_controller
      body=$(form serial "$sn" key "$key" machine "$(cat /etc/causeway/machine)")
      alive="$body&part=$1" announce="$body&ha_vip=$vip"
      if [ "$1" = manager ]; then
        while :; do post 3 /device/v1/alive "$alive"; sleep 5; done
      fi
      forwarding 1
      while :; do
        [ $((beats++ % 10)) != 0 ] || ping -n -q -c 1 -W 1 "$peer" >/dev/null 2>&1 &
        post 3 /device/v1/alive "$alive"
        if [ -n "$vip" ]; then
          case $status$'\n'$answer in
            200*role\ active*)
              [ -n "$holds" ] || { ip addr add "$vip/32" dev "$wan" 2>/dev/null; holds=1; }
              post 3 /device/v1/announce "$announce" ;;
            200*role\ standby*)
              ip addr del "$vip/32" dev "$wan" 2>/dev/null; holds= ;;
          esac
        fi
        sleep 1
      done
    }

    install_packages() {
      [ ! -e "$state/packages" ] || return 0
      local reply=
      printf 'Missing dependency packages python3 telnet vim traceroute sshpass mtr docker inotify wget netifaces==0.10.9, '
      printf 'are you sure want to install these packages? [yes|no] '
      read -r reply || echo
      [ "$reply" = yes ] || die 1 "dependency packages are missing"
      log INFO "Install dependency packages"
      cp "$shelf"/* /usr/local/bin/ || die 1 "cannot install dependency packages"
      mkdir -p "$state"; touch "$state/packages"
    }

    check_host() {
      [ "$(id -u)" = 0 ] || die 1 "please run as root"
      [ -d "/sys/class/net/$wan" ] || die 1 "interface $wan does not exist"
      ip -4 -o addr show dev "$wan" scope global | grep -q inet || die 1 "interface $wan has no IPv4 address"
    }

    deploy() {
      [ -n "$sn" ] || { usage; die 2 "sag-sn is required"; }
      [ -n "$key" ] || { usage; die 2 "sag-key is required"; }
      [[ $platform =~ ^[A-Za-z]+$ ]] || die 2 "unknown platform $platform"
      [ -z "$vip" ] || [ "$platform" = aliyun ] || die 2 "ha-vip is available on platform aliyun only"
      check_host
      install_packages
      log INFO "Start to install SAG-VCPE $version, platform $platform, interface $wan"
      connect
      set_up
      log INFO "Install complete, please wait for few minutes to check state"
    }

    interactive() {
      read -r -p 'Please input sag-sn: ' sn
      read -r -s -p 'Please input sag-key: ' key; echo
      read -r -p 'Please input platform [aliyun]: ' platform; platform=${platform:-aliyun}
      read -r -p 'Please input traffic ingress interface [eth0]: ' wan; wan=${wan:-eth0}
      deploy
    }

    uninstall() {
      [ "$(id -u)" = 0 ] || die 1 "please run as root"
      load
      docker kill vsag-core vsag-manager-base >/dev/null 2>&1
      [ -z "$vip" ] || ip addr del "$vip/32" dev "$wan" 2>/dev/null
      request /device/v1/leave serial "$sn" key "$key" machine "$(cat /etc/causeway/machine)"
      [ "$status" = 200 ] || log WARNING "the controller did not confirm${status:+ (HTTP $status)}"
      forwarding 0
      rm -rf "$containers" "$home" "$state/config" /etc/rc.local
      log INFO "Uninstall complete"
    }

    update() {
      [ "$(id -u)" = 0 ] || die 1 "please run as root"
      load
      log INFO "Update SAG-VCPE to $version"
      connect
      set_up
      log INFO "Update complete"
    }

    check() {
      load
      request /device/v1/state serial "$sn" key "$key" machine "$(cat /etc/causeway/machine)"
      echo "SAG-VCPE version : $version"
      echo "sag-sn           : $sn"
      echo "platform         : $platform"
      echo "interface        : $wan $(ip -4 -o addr show dev "$wan" | awk '{ print $4; exit }')"
      echo "system           : $(. /etc/os-release; echo "$PRETTY_NAME"), kernel $(uname -r), $(uname -m)"
      for name in vsag-core vsag-manager-base; do
        up=down; [ ! -e "$containers/$name" ] || [ ! -d "/proc/$(sed -n 5p "$containers/$name")" ] || up=up
        printf '%-17s: %s\n' "$name" "$up"
      done
      printf '%-17s: %s\n' "control" "$(awk '$1 == "control" { print $2 }' <<<"$answer")" \
        "vpn" "$(awk '$1 == "vpn" { print $2 }' <<<"$answer")"
      [ -z "$vip" ] || printf '%-17s: %s %s\n' "ha-vip" "$vip" "$(awk '$1 == "role" { print $2 }' <<<"$answer")"
    }

    tool() {
      command -v "$1" >/dev/null || [ ! -x "$shelf/$1" ] || { local name=$1; shift; set -- "$shelf/$name" "$@"; }
      exec "$@"
    }

    sn= key= platform=aliyun wan=eth0 vip=
    case $1 in
      '') interactive; exit ;;
      ping|traceroute|mtr) tool "$@" ;;
      check) check; exit ;;
      boot-services) load; connect; set_up; exit ;;
      keep-alive) load; keep_alive "$2"; exit ;;
      core-ended) forwarding 0; exit ;;
    esac
    while getopts :n:k:t:w:v:uhpc option; do
      case $option in
        n) sn=$OPTARG ;;
        k) key=$OPTARG ;;
        t) platform=$OPTARG ;;
        w) wan=$OPTARG ;;
        v) vip=$OPTARG ;;
        u) uninstall; exit ;;
        h) usage; exit ;;
        p) update; exit ;;
        c) check; exit ;;
        *) usage >&2; exit 2 ;;
      esac
    done
    shift $((OPTIND - 1))
    [ $# = 0 ] || { usage >&2; exit 2; }
    deploy

    """#
}
