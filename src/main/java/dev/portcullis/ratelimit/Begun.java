package dev.portcullis.ratelimit;

import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Scope;

/** A block that an attempt brought about, and what it covers. */
record Begun(Scope scope, Block block) {
    Limited refusal(long now) {
        return new Limited(scope, block.window(), block.left(now));
    }
}
