# The server of bench/acquire.sh, leases.sh and scaling.sh: nginx with one worker and a fixed answer of one unit, over TLS 1.3 with one cipher, so that
# nobody can choose another. For bash, to be sourced; stop_nginx is for the trap of whoever sources it.
#
# Four ports: HTTP/1.1 and HTTP/2, and both once more with a log of what each connection speaks. Measured runs go to the
# first two, which log nothing.

nginx_id=
unit_id=64f1a2b3c4d5e6f7a8b9c0d1
cipher=TLS_AES_256_GCM_SHA384

stop_nginx() {
    [[ -z $nginx_id ]] || kill "$nginx_id" 2>/dev/null || true
    [[ -z $nginx_id ]] || wait "$nginx_id" 2>/dev/null || true
    nginx_id=
}

make_certificate() { # folder
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$1/key.pem" -out "$1/cert.pem" 2>/dev/null
}

# fixed_answer id status webhook-url
fixed_answer() {
    printf '{"success":true,"data":[{"id":"%s","status":"%s","type":"recording","mode":"video-and-audio","quality":"med","composerIds":[],"webhookUrl":"%s"}]}' "$@"
}

nginx_server() { # port, access log, folder, answer
    cat <<END
    server {
        listen 127.0.0.1:$1 ssl;
        location = /v2/resource/acquire { return 200 '$4'; }
$(nginx_common "$2" "$3")
END
}

# Over HTTP/2 `return` alone answers before the body has come, and libcurl 7.88 takes the end of such a stream for an error.
# No server of the API can answer an acquire that it has not read; so that nginx reads it too, the body goes to a `mirror`
# that throws it away, and the answer comes by the page for the file that is not there.
nginx_server_http2() {
    cat <<END
    server {
        listen 127.0.0.1:$1 ssl http2;
        open_file_cache max=16 inactive=1h;
        open_file_cache_valid 1h;
        open_file_cache_errors on;
        log_not_found off;
        location = /v2/resource/acquire { root $3/none; mirror /read; error_page 404 =200 @answer; }
        location = /read { internal; return 204; }
        location @answer { return 200 '$4'; }
$(nginx_common "$2" "$3")
END
}

nginx_common() { # access log, folder
    cat <<END
        ssl_certificate $2/cert.pem;
        ssl_certificate_key $2/key.pem;
        ssl_protocols TLSv1.3;
        ssl_conf_command Ciphersuites $cipher;
        access_log $1;
        default_type application/json;
        location / { return 404 '{"message":"no such path"}'; }
    }
END
}

try_nginx() { # folder, core, answer
    local folder=$1 core=$2 answer=$3
    port=$((20000 + RANDOM % 12000))
    port_http2=$((port + 1)) logged_port=$((port + 2)) logged_port_http2=$((port + 3))
    {
        cat <<END
worker_processes 1;
daemon off;
pid $folder/nginx.pid;
error_log $folder/error.log;
events { worker_connections 8192; }
http {
    log_format spoken '\$ssl_protocol \$ssl_cipher \$ssl_curve \$server_protocol \$status';
    client_body_temp_path $folder/body;
    proxy_temp_path $folder/proxy;
    fastcgi_temp_path $folder/fastcgi;
    uwsgi_temp_path $folder/uwsgi;
    scgi_temp_path $folder/scgi;
    keepalive_timeout 1h;
    keepalive_requests 4000000000;
END
        nginx_server "$port" off "$folder" "$answer"
        nginx_server_http2 "$port_http2" off "$folder" "$answer"
        nginx_server "$logged_port" "$folder/spoken.log spoken" "$folder" "$answer"
        nginx_server_http2 "$logged_port_http2" "$folder/spoken.log spoken" "$folder" "$answer"
        echo '}'
    } >"$folder/nginx.conf"
    PATH=$PATH:/usr/sbin taskset -c "$core" nginx -e "$folder/error.log" -p "$folder" -c "$folder/nginx.conf" &
    nginx_id=$!
    for _ in {1..100}; do
        kill -0 "$nginx_id" 2>/dev/null || break
        # Ours, and not somebody else's on the same port.
        if [[ $(openssl s_client -connect "127.0.0.1:$logged_port_http2" -CAfile "$folder/cert.pem" </dev/null 2>/dev/null) == *"Verify return code: 0 (ok)"* ]]; then
            return 0
        fi
        sleep 0.05
    done
    stop_nginx
    return 1
}

# start_nginx folder core answer: the folder has cert.pem and key.pem. Sets port, port_http2, logged_port and
# logged_port_http2.
start_nginx() {
    chmod 755 "$1" # its worker may be another user
    for _ in {1..5}; do
        try_nginx "$@" && return 0
    done
    cat "$1/error.log" >&2
    echo "nginx did not start" >&2
    exit 1
}
