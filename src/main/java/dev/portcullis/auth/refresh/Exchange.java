package dev.portcullis.auth.refresh;

import java.util.function.Function;
import java.util.function.Supplier;

/** The result of presenting a refresh token. */
public sealed interface Exchange {
    <R> R fold(Function<RefreshFamily, R> current, Function<RefreshFamily, R> reused, Supplier<R> unknown);

    /**
     * The client gets the newest token.
     *
     * @param family as it is from now on
     */
    record Current(RefreshFamily family) implements Exchange {
        @Override
        public <R> R fold(Function<RefreshFamily, R> current, Function<RefreshFamily, R> reused, Supplier<R> unknown) {
            return current.apply(family);
        }
    }

    /**
     * Two parties have the token, and one of them stole it: the login has ended.
     *
     * @param family as it is from now on
     */
    record Reused(RefreshFamily family) implements Exchange {
        @Override
        public <R> R fold(Function<RefreshFamily, R> current, Function<RefreshFamily, R> reused, Supplier<R> unknown) {
            return reused.apply(family);
        }
    }

    /** The token is not good, and nothing changes. */
    record Unknown() implements Exchange {
        @Override
        public <R> R fold(Function<RefreshFamily, R> current, Function<RefreshFamily, R> reused, Supplier<R> unknown) {
            return unknown.get();
        }
    }
}
