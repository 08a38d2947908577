# How .ci/run runs its steps: each in a shell of its own, timed, its output kept in a log, its tests counted.
# shellcheck shell=bash

logs=target/ci
mkdir -p "$logs/traffic"
export CARGO_TERM_COLOR=never CARGO_TERM_PROGRESS_WHEN=never DEBIAN_FRONTEND=noninteractive PIP_DISABLE_PIP_VERSION_CHECK=1
exec </dev/null

# A step ends with this when something is missing that it cannot do without.
readonly missing_code=75

strict() { [[ ${CI:-} == true ]]; }

# A checkout that is built once has no use for what would make the next build quicker.
if strict; then export CARGO_INCREMENTAL=0; fi

# Ends the step: something is not there. Skipped by hand, failed in CI.
missing() {
  echo "missing: $1"
  exit "$missing_code"
}

# Ends the step: something went wrong that has no exit code of its own.
broken() {
  echo "error: $1"
  exit 1
}

# For checks whose program prints no count that is known here.
passed() { echo "$1 passed, 0 failed"; }

# Sees to it that a command is there: need COMMAND DEBIAN_PACKAGE...
need() {
  local command=$1
  shift
  command -v "$command" >/dev/null && return
  if ! strict || ! command -v apt-get >/dev/null; then missing "$command (Debian: $*)"; fi
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"
}

# The C compiler that SQLite and ring are built with.
compiler() { need cc gcc libc6-dev; }

has_nextest() { cargo nextest --version >/dev/null 2>&1; }

# Sees to it that packages are there in a Python of our own: python REQUIREMENT...
python() {
  need python3 python3 python3-venv
  python3 -c 'import ensurepip' 2>/dev/null || missing "ensurepip (Debian: python3-venv)"
  [[ -x $logs/python/bin/python ]] || python3 -m venv "$logs/python"
  "$logs/python/bin/python" -m pip install --quiet "$@"
}

# Passed and failed tests in a log: nextest's summary, cargo test's results, and plain "N passed, N failed".
counts() {
  sed -nE \
    -e 's/^ *Summary .* tests? run: ([0-9]+) passed.*/\1/; t got' \
    -e 's/^test result: [a-zA-Z]+\. ([0-9]+) passed;.*/\1/; t got' \
    -e 's/^([0-9]+) passed, [0-9]+ failed.*/\1/; t got' \
    -e 'd; :got p' "$1" | awk '{ sum += $1 } END { print sum + 0 }'
}

# Runs the steps named, or all of them, and stops at the first that fails.
run_steps() {
  local chosen=("$@") step code seconds total=0 count began=$SECONDS start
  ((${#chosen[@]})) || chosen=("${steps[@]}")
  local report=()
  for step in "${chosen[@]}"; do
    [[ " ${steps[*]} " == *" $step "* ]] || { echo "There is no step $step. Steps: ${steps[*]}"; exit 2; }
    start=$SECONDS
    set +e
    (set -euo pipefail; "$step") >"$logs/$step.log" 2>&1
    code=$?
    set -e
    seconds=$((SECONDS - start))
    if ((code == missing_code)) && ! strict; then
      report+=("$(printf '%-10s %5d s  skipped, %s' "$step" "$seconds" "$(grep '^missing:' "$logs/$step.log" | tail -n 1)")")
    elif ((code)); then
      echo "--- the end of $logs/$step.log ---"
      tail -n 80 "$logs/$step.log"
      printf '%s\n' "${report[@]}"
      echo "FAILED: step $step, exit code $code, after $seconds s. Again, alone: bash .ci/run $step"
      exit 1
    else
      count=$(counts "$logs/$step.log")
      total=$((total + count))
      report+=("$(printf '%-10s %5d s  %s' "$step" "$seconds" "$( ((count)) && echo "$count passed" || echo ok)")")
    fi
    echo "${report[-1]}"
  done
  echo "all steps: $((SECONDS - began)) s"
  echo "$total passed, 0 failed"
}
