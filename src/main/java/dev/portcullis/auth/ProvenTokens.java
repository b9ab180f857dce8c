package dev.portcullis.auth;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Tokens proven lately, by their hash. Only good ones come in, so that a flood of bad ones pushes nobody out. */
final class ProvenTokens {
    private final Map<String, TokenClaims> byHash;

    ProvenTokens(int most) {
        this.byHash = new LatestUsed(most);
    }

    Optional<TokenClaims> find(String tokenHash) {
        return Optional.ofNullable(byHash.get(tokenHash));
    }

    void keep(String tokenHash, TokenClaims claims) {
        byHash.put(tokenHash, claims);
    }

    void forget(String tokenHash) {
        byHash.remove(tokenHash);
    }

    private static final class LatestUsed extends LinkedHashMap<String, TokenClaims> {
        private static final long serialVersionUID = 1L;

        private final int most;

        LatestUsed(int most) {
            super(16, 0.75f, true);
            this.most = most;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TokenClaims> eldest) {
            return size() > most;
        }
    }
}
