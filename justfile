# The menu; `just` alone lists it. Everything here is also a plain command, so nobody needs `just`.

_default:
    @just --list

# Types and lints, without building: the quickest answer.
check:
    cargo clippy --workspace --all-targets

# All tests; what they need is installed first.
test *ARGS:
    cargo xtask test {{ARGS}}

# One story by its name, with its timeline.
story NAME:
    INSTA_GLOB_FILTER='*{{NAME}}*' cargo test --package matoi-core --test stories
    tail --quiet --lines=+5 crates/core/tests/stories/snapshots/*{{NAME}}*.snap

# The properties of the core over this many random histories, and the simulated world over as many nights.
sim CASES='1000':
    PROPTEST_CASES={{CASES}} cargo test --package matoi-core --test invariants
    SIM_CASES={{CASES}} cargo test --package matoi-testkit --test world -- --nocapture

# The demo, from this checkout.
dev *ARGS:
    cargo run --package matoi -- demo {{ARGS}}

# What is shipped to users.
release:
    cargo build --locked --profile dist --package matoi

# Exactly what the CI runs.
ci:
    bash .ci/run
