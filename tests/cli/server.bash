# server.bash - a real web server on loopback for a test: nginx with a configuration, a folder and a port of its own.

# Call from setup: skips where there is no nginx.
server_setup() {
    nginx=$(PATH=$PATH:/usr/sbin:/sbin command -v nginx) || skip "nginx is not installed"
    www=$BATS_TEST_TMPDIR/www
    mkdir -p "$www"
}

# server_start NAME [LINE...] - starts a server for the files in $www, or starts it again on the same port, with these lines
# of nginx's language. NAME_url and NAME_port become its own; what it was asked is in NAME.log.
server_start() {
    local name=$1 folder=$BATS_TEST_TMPDIR/$1.server try port_name=$1_port port
    shift
    mkdir -p "$folder"
    for try in 1 2 3 4 5 6 7 8 9; do
        port=${!port_name:-$((20000 + (RANDOM * 32768 + RANDOM) % 12000))}
        server_configure "$name" "$port" "$@" >"$folder/nginx.conf"
        "$nginx" -p "$folder" -e "$folder/error.log" -c nginx.conf 2>>"$folder/start.log" && break
        [ "$try" -lt 9 ] || { cat "$folder/start.log" && return 1; }
        [ -z "${!port_name}" ] || sleep 0.1
    done
    printf -v "$port_name" %s "$port"
    printf -v "${name}_url" %s "http://127.0.0.1:$port"
}

# server_configure NAME PORT LINE... - the configuration. %port stands for the port.
server_configure() {
    local name=$1 port=$2 folder=$BATS_TEST_TMPDIR/$1.server listen="listen 127.0.0.1:$2;" user=''
    shift 2
    [ "$(id -u)" -ne 0 ] || user='user root;'
    [[ "$*" != *" ssl;"* ]] || listen=''
    cat <<CONF
$user
worker_processes 1;
pid $folder/pid;
error_log $folder/error.log;
events { worker_connections 64; }
http {
    log_format asked '\$request_method \$request_uri \$status \$http_range';
    access_log $BATS_TEST_TMPDIR/$name.log asked;
    client_body_temp_path $folder/body; proxy_temp_path $folder/proxy; fastcgi_temp_path $folder/fastcgi;
    uwsgi_temp_path $folder/uwsgi; scgi_temp_path $folder/scgi;
    server {
        $listen
        root $www;
        output_buffers 1 16k;
        sendfile_max_chunk 16k;
$(printf '%s\n' "$@" | sed "s/%port/$port/g")
    }
}
CONF
}

# server_stop NAME - at once, its connections cut.
server_stop() {
    local file=$BATS_TEST_TMPDIR/$1.server/pid pid try
    [ -s "$file" ] || return 0
    pid=$(cat "$file")
    server_signal "$1" CONT
    kill -TERM "$pid"
    for try in $(seq 100); do
        [ -e "$file" ] || return 0 # it goes last
        sleep 0.02
    done
    echo "server_stop: $1 still runs after $try looks"
    kill -KILL "$pid"
}

# server_signal NAME SIGNAL - to those of its processes that answer.
server_signal() {
    pkill "-$2" -P "$(cat "$BATS_TEST_TMPDIR/$1.server/pid")" || true
}

# Call from teardown.
server_teardown() {
    local folder name
    for folder in "$BATS_TEST_TMPDIR"/*.server; do
        [ -d "$folder" ] || continue
        name=$(basename "$folder" .server)
        server_stop "$name"
    done
}
