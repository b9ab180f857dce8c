package dev.portcullis.auth.refresh;

import dev.portcullis.auth.refresh.RefreshPolicy.Exchange;
import dev.portcullis.auth.refresh.RefreshPolicy.Outcome;
import dev.portcullis.config.Secret;
import dev.portcullis.protocol.WireName;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Which of several refresh tokens of one request are exchanged. Only one of them can be that of the browser's login: a page
 * of a sibling domain has put the others beside it (CWE-565, RFC 6265 section 8.6).
 */
public sealed interface RefreshChoice {
    <R> R fold(Function<List<String>, R> tokens, Supplier<R> severalUsers);

    /**
     * Looks at tokens without using one up. A good one hides the others, so neither garbage nor an old token beside it ends a
     * login. Where none is good, those that were used before are exchanged, and each ends its own login: otherwise a thief who
     * used the token could hide that from its user by garbage in the cookie (RFC 9700 section 4.14.2).
     *
     * @param issued the tokens that were surely issued
     * @param unread the tokens that may be good, and were not looked at because the tokens of their logins come too often: none
     *     of them gives way to a token of another user, and a good one of the same user hides them
     */
    static RefreshChoice among(List<Issued> issued, List<RefreshToken> unread) {
        List<Issued> good = issued.stream().filter(Issued::isGood).toList();
        Stream<RefreshToken> maybeGood = Stream.concat(good.stream().map(Issued::token), unread.stream());
        if (maybeGood.map(RefreshToken::account).distinct().count() > 1) {
            return new SeveralUsers();
        }
        Stream<RefreshToken> chosen = !good.isEmpty()
                ? good.stream().max(Issued.BY_AGE).stream().map(Issued::token)
                : unread.isEmpty() ? issued.stream().filter(Issued::isReused).map(Issued::token) : unread.stream();
        return new Tokens(chosen.map(RefreshToken::text).toList());
    }

    /**
     * A token that was issued.
     *
     * @param exchange the result of exchanging it now
     */
    record Issued(RefreshToken token, RefreshFamily family, Exchange exchange) {
        private static final Comparator<Issued> BY_AGE = Comparator.comparingLong(
                        (Issued each) -> each.family.createdAt())
                .thenComparing(each -> each.token.generation());

        private boolean isGood() {
            return exchange.outcome() == Outcome.CURRENT;
        }

        private boolean isReused() {
            return exchange.outcome() == Outcome.REUSED;
        }
    }

    /** The tokens to be exchanged, one after the other; none if all are unknown. */
    @WireName("Tokens")
    record Tokens(List<String> tokens) implements RefreshChoice {
        public Tokens {
            tokens = List.copyOf(tokens);
        }

        @Override
        public <R> R fold(Function<List<String>, R> chosen, Supplier<R> severalUsers) {
            return chosen.apply(tokens);
        }

        @Override
        public String toString() {
            return "Tokens[" + Secret.REDACTED + "]";
        }
    }

    /** Good ones of several users: which of them the page means is not for the server to guess. */
    @WireName("SeveralUsers")
    record SeveralUsers() implements RefreshChoice {
        @Override
        public <R> R fold(Function<List<String>, R> tokens, Supplier<R> severalUsers) {
            return severalUsers.get();
        }
    }
}
