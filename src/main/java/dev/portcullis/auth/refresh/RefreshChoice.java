package dev.portcullis.auth.refresh;

import dev.portcullis.config.Secret;
import dev.portcullis.protocol.WireName;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Which of several refresh tokens of one request are exchanged. Only one of them can be that of the browser's login: a page
 * of a sibling domain has put the others beside it (CWE-565, RFC 6265 section 8.6).
 */
public sealed interface RefreshChoice {
    <R> R fold(Function<List<String>, R> tokens, Supplier<R> severalUsers);

    /**
     * Looks at tokens without using one up. A good one hides the others, so neither garbage nor an old token beside it ends
     * a login. Where none is good, those that were used before are exchanged, and each ends its own login: else a thief who
     * used the token could hide that from its user by garbage in the cookie (RFC 9700 section 4.14.2).
     *
     * @param issued those of the tokens that were surely issued
     */
    static RefreshChoice among(List<Issued> issued) {
        List<Issued> good = issued.stream().filter(Issued::isGood).toList();
        if (good.stream().map(each -> each.token.account()).distinct().count() > 1) {
            return new SeveralUsers();
        }
        List<Issued> chosen = good.isEmpty()
                ? issued.stream().filter(Issued::isReused).toList()
                : good.stream().max(Issued.BY_AGE).stream().toList();
        return new Tokens(chosen.stream().map(each -> each.token.text()).toList());
    }

    /**
     * A token that was issued.
     *
     * @param exchange what it would be exchanged for now
     */
    record Issued(RefreshToken token, RefreshFamily family, Exchange exchange) {
        private static final Comparator<Issued> BY_AGE = Comparator.comparingLong(
                        (Issued each) -> each.family.createdAt())
                .thenComparing(each -> each.token.generation());

        private boolean isGood() {
            return exchange.fold(current -> true, reused -> false, () -> false);
        }

        private boolean isReused() {
            return exchange.fold(current -> false, reused -> true, () -> false);
        }
    }

    /** Those to be exchanged, one after the other; none if all are unknown. */
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
