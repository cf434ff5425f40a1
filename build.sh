#!/usr/bin/env bash
# Sets up what the build needs, then runs one of its commands: ./build.sh --help
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

fail() { echo "build.sh: $*" >&2; exit 1; }

find_python() {
    local candidate
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed and was not found (Debian, Ubuntu: apt-get install python3 python3-venv)"
}

check_node() {
    command -v node >/dev/null && command -v npm >/dev/null ||
        fail "Node.js 20 or newer with npm is needed and was not found (Debian, Ubuntu: apt-get install nodejs npm)"
    local version
    version=$(node --version)
    [[ "${version#v}" =~ ^([0-9]+)\. && "${BASH_REMATCH[1]}" -ge 20 ]] ||
        fail "Node.js 20 or newer is needed, this is $version"
}

make_venv() {
    local python=$1
    "$python" -m venv --clear .venv >/dev/null 2>&1 && return
    # Debian and Ubuntu keep the venv module's needs in a package of their own
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "installing python3-venv"
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv </dev/null >/dev/null || true
    fi
    "$python" -m venv --clear .venv >/dev/null ||
        fail "$python -m venv failed (Debian, Ubuntu: apt-get install python3-venv)"
}

install_requirements() {
    local wanted stamp=.venv/requirements.sha256
    wanted=$(sha256sum <requirements.txt)
    [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return
    echo "making .venv and installing requirements.txt"
    local python
    python=$(find_python)
    make_venv "$python"
    .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements.txt ||
        fail "the Python packages of requirements.txt could not be installed; pip's reason is above"
    echo "$wanted" >"$stamp"
}

check_node
install_requirements
PYTHONPATH="$PWD/py" exec .venv/bin/python -m loadstone_build "$@"
