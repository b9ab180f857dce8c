package dev.portcullis.auth.key;

import dev.portcullis.config.Secret;
import dev.portcullis.http.outgoing.OutgoingUrl;
import java.security.PublicKey;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where an issuer's keys come from. */
public sealed interface KeyOrigin {
    <R> R fold(Function<OfSecret, R> secret, Function<OfPublicKey, R> publicKey, Function<OfServer, R> server);

    /** The kinds of keys that can come from there. */
    Set<KeyFamily> families();

    /** All that decides which signatures are valid, as texts; with the secret, so for a digest only (CWE-532). */
    List<String> parts();

    /** Used where {@code algorithms} is absent: HS256 for a secret, else all that fit the keys. */
    default Set<SignatureAlgorithm> defaultAlgorithms() {
        return families().stream()
                .flatMap(family -> family == KeyFamily.SECRET
                        ? Stream.of(SignatureAlgorithm.HS256)
                        : SignatureAlgorithm.of(family).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether two issuers with these would sign for each other. */
    default boolean sharesKeysWith(KeyOrigin other) {
        return equals(other);
    }

    default Optional<Secret> secret() {
        return fold(origin -> Optional.of(origin.key()), origin -> Optional.empty(), origin -> Optional.empty());
    }

    default boolean isServer() {
        return fold(secret -> false, key -> false, server -> true);
    }

    record OfSecret(Secret key) implements KeyOrigin {
        @Override
        public <R> R fold(
                Function<OfSecret, R> secret, Function<OfPublicKey, R> publicKey, Function<OfServer, R> server) {
            return secret.apply(this);
        }

        @Override
        public Set<KeyFamily> families() {
            return Set.of(KeyFamily.SECRET);
        }

        @Override
        public List<String> parts() {
            return List.of(key.reveal());
        }
    }

    /** The public half of the issuer's key. */
    record OfPublicKey(PublicKey key) implements KeyOrigin {
        @Override
        public <R> R fold(
                Function<OfSecret, R> secret, Function<OfPublicKey, R> publicKey, Function<OfServer, R> server) {
            return publicKey.apply(this);
        }

        @Override
        public Set<KeyFamily> families() {
            return KeyFamily.of(key).map(Set::of).orElse(Set.of());
        }

        @Override
        public List<String> parts() {
            return List.of("publicKey", Base64.getEncoder().encodeToString(key.getEncoded()));
        }
    }

    /**
     * A server of the issuer, which has its keys and replaces them.
     *
     * @param kind the kind of document that the URL leads to
     * @param url as configured
     * @param jwksHosts hosts beside that of a discovery URL that may have the keys
     * @param internalHosts hosts that may have addresses of the own network
     */
    record OfServer(Kind kind, String url, OutgoingUrl target, Set<String> jwksHosts, Set<String> internalHosts)
            implements KeyOrigin {
        static final String DISCOVERY_PATH = "/.well-known/openid-configuration";

        public enum Kind {
            /** A set of keys (RFC 7517 section 5). */
            JWKS,
            /** A document that names issuer and key set (OpenID Connect Discovery 1.0 section 4). */
            DISCOVERY
        }

        public OfServer {
            jwksHosts = Set.copyOf(jwksHosts);
            internalHosts = Set.copyOf(internalHosts);
        }

        @Override
        public <R> R fold(
                Function<OfSecret, R> secret, Function<OfPublicKey, R> publicKey, Function<OfServer, R> server) {
            return server.apply(this);
        }

        /**
         * The names that the issuer may have; empty where the server does not say. Some have a slash at their end, which
         * is not part of the URL.
         */
        public Set<String> issuers() {
            if (kind != Kind.DISCOVERY) {
                return Set.of();
            }
            String base = url.substring(0, url.length() - DISCOVERY_PATH.length());
            return Set.of(base, base + "/");
        }

        @Override
        public Set<KeyFamily> families() {
            return Set.of(KeyFamily.RSA, KeyFamily.P256, KeyFamily.ED25519);
        }

        @Override
        public boolean sharesKeysWith(KeyOrigin other) {
            return other instanceof OfServer server
                    && server.target.equals(target); // two spellings of a URL are one server
        }

        @Override
        public List<String> parts() {
            return List.of(
                    kind.name(),
                    url,
                    jwksHosts.stream().sorted().collect(Collectors.joining(",")),
                    internalHosts.stream().sorted().collect(Collectors.joining(",")));
        }
    }
}
